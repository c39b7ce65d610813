"""Figures of matrices: correlations of measures, loadings on components. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from motivtui.analysis.result_labels import in_pieces, short_name
from motivtui.plots.figure import Figure, Heat
from motivtui.stats.wording import left_out

MOST_COLUMNS = 9
"""More columns of a matrix make another figure."""


def correlations(results: Sequence[Any]) -> list[Figure]:
    """A matrix a model, the measures in rows and columns."""
    figures: list[Figure] = []
    for model in dict.fromkeys(one.model for one in results):
        of_model = [one for one in results if one.model == model]
        names = tuple(dict.fromkeys(str(name) for one in of_model for name in (one.one, one.other)))
        cells = {frozenset((str(one.one), str(one.other))): one.r for one in of_model}
        for columns in in_pieces(names, MOST_COLUMNS):
            found = [[cells.get(frozenset((row, column))) for column in columns] for row in names]
            figures.append(
                Heat(
                    title=f"{short_name(model)}: correlations of task scores",
                    note=f"Pearson's r over tasks, under {of_model[0].manipulation}; what cannot be computed is empty.",
                    row_labels=names,
                    column_labels=columns,
                    values=tuple(tuple(None if one is None else one.value for one in row) for row in found),
                    counts=tuple(tuple(None if one is None else one.n_tasks for one in row) for row in found),
                )
            )
    return figures


def loadings(results: Sequence[Any]) -> list[Figure]:
    """A matrix a solution, items in rows and components in columns."""
    return [
        Heat(
            title=f"{short_name(one.model)} · {one.instrument} under {one.manipulation}: loadings",
            note=f"{one.n_cases:,} cases of {one.n_tasks:,} tasks; {left_out(one.excluded)}.",
            row_labels=one.components,
            column_labels=tuple(f"component {number}" for number in range(1, len(one.factors) + 1)),
            values=tuple(zip(*(factor.loadings for factor in one.factors), strict=True)),
        )
        for one in results
        if one.factors
    ]
