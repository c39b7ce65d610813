"""Each analysis as a section: what it asks, its figures with their data, its numbers, its sentences, every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from motivtui.analysis.result_figures import by_label, figures_of
from motivtui.analysis.result_table import SummaryTable, estimates_of, keys_of, number_table, sentence_of, summary_table
from motivtui.plots.figure import Figure
from motivtui.report.gather import Answered
from motivtui.report.markup import Content, Element, all_of, joined, tag
from motivtui.report.pictures import picture
from motivtui.report.tables import data_table, estimate_content, fold, raw_table
from motivtui.stats.estimate import Estimate

_FEW_SENTENCES = 6
"""So many are read at once; more are folded."""


class ResultSections:
    """Writes sections; figures are numbered through the whole page."""

    def __init__(self, run: str) -> None:
        """`run` goes into the names of files."""
        self._run, self._numbers = run, count(1)

    def section(self, one: Answered) -> Element:
        """One analysis."""
        view = one.view
        return tag(
            "section",
            tag("h2", view.title),
            tag("p", view.about, class_="about"),
            all_of(self._part(view.name, label, part, view.shown) for label, part in by_label(one.results).items()),
            fold("Robust beside replicate", _presets(one)) if one.replicate is not None else None,
            fold("Every number", self._numbers_of(one)),
            id=view.name,
        )

    def _part(self, name: str, label: str, results: Sequence[Any], shown: Sequence[str]) -> Element:
        figures = [self._figure(name, figure) for figure in figures_of(results, shown)]
        return joined(
            tag("h3", label) if label else None,
            all_of(figures),
            result_table(label or name, results, shown),
            _sentences(results),
        )

    def _figure(self, name: str, figure: Figure) -> Element:
        number = next(self._numbers)
        file_name = f"{self._run}-{name}-figure-{number}.csv"
        return tag(
            "figure",
            picture(figure, number).element,
            tag("figcaption", tag("b", f"Figure {number}. {figure.title}."), f" {figure.note}"),
            fold("Data of this figure", raw_table(f"Data of figure {number}", figure.as_table(), file_name)),
            id=f"figure-{number}",
        )

    def _numbers_of(self, one: Answered) -> Element:
        file_name = f"{self._run}-{one.view.name}.csv"
        return raw_table(f"{one.view.title}: every number", number_table(one.results), file_name)


def result_table(caption: str, results: Sequence[Any], shown: Sequence[str] = ()) -> Element:
    """One row a result; what all have in common is said in the caption."""
    found = summary_table(results, shown)
    said = ", ".join(f"{_words(name)} {text}" for name, text in found.shared.items() if name not in _IN_LABEL)
    numeric = _numeric(found)
    rows = ([_cell(cell) for cell in row] for row in found.rows)
    units = _units(results)
    columns = [_words(name) + (f" ({units[name]})" if name in units else "") for name in found.columns]
    return data_table(f"{caption} ({said})" if said else caption, columns, rows, numeric=numeric)


_IN_LABEL = frozenset({"instrument", "judge", "decoding"})


def _units(results: Sequence[Any]) -> dict[str, str]:
    """The unit of each column of estimates, where it is one and the same."""
    units: dict[str, set[str]] = {}
    for one in results:
        for name, estimate in estimates_of(one).items():
            units.setdefault(name, set()).add("%" if estimate.unit == "share" else estimate.unit)
    return {name: next(iter(found)) for name, found in units.items() if len(found) == 1 and any(found)}


def _numeric(table: SummaryTable) -> list[bool]:
    return [
        name == "n" or isinstance(cell, int | float) for name, cell in zip(table.columns, _first(table), strict=True)
    ]


def _first(table: SummaryTable) -> tuple[Any, ...]:
    return table.rows[0] if table.rows else (None,) * len(table.columns)


def _cell(cell: Any) -> Content:
    if isinstance(cell, Estimate):
        return estimate_content(cell)
    return "–" if cell in (None, "") else str(cell)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _sentences(results: Sequence[Any]) -> Element | None:
    told = [sentence for sentence in map(sentence_of, results) if sentence]
    if not told:
        return None
    listed = tag("ul", *(tag("li", one) for one in told), class_="sentences")
    return listed if len(told) <= _FEW_SENTENCES else fold(f"In words: {len(told)} sentences", listed)


def _presets(one: Answered) -> Element:
    """Each number by our rules and by the published ones; only such as both have."""
    rows = list(_compared(one.results, one.replicate or ()))
    intro = tag("p", "Left by this program's rules, right by those of the published study, whose biases are flagged.")
    if not rows:
        return joined(intro, tag("p", "The two have no number in common."))
    columns = ("result", "number", "robust", "replicate")
    table = data_table(f"{one.view.title}: robust and replicate", columns, rows, numeric=(False,) * 4)
    return joined(intro, table)


def _compared(robust: Sequence[Any], replicate: Sequence[Any]) -> Iterator[tuple[Content, ...]]:
    theirs = {_key(one): one for one in replicate}
    for one in robust:
        other = theirs.pop(_key(one), None)
        yield from _beside(one, other)
    for other in theirs.values():
        yield from _beside(None, other)


def _beside(one: Any, other: Any) -> Iterator[tuple[Content, ...]]:
    mine, theirs = ({} if result is None else estimates_of(result) for result in (one, other))
    label = " · ".join(_key(other if one is None else one))
    for name in dict.fromkeys((*mine, *theirs)):
        sides = (estimate_content(found[name]) if name in found else "–" for found in (mine, theirs))
        yield (label, _words(name), *sides)
    flags = [("; ".join(getattr(result, "flags", ())) or "–") if result is not None else "–" for result in (one, other)]
    if flags != ["–", "–"]:
        yield (label, "flags", *flags)


def _key(result: Any) -> tuple[str, ...]:
    return tuple(text for name, text in keys_of(result).items() if text and name != "preset")
