"""Do reports predict choices? The scores of both tasks, from sessions of their own under the control, and the choice.

logit Pr(the first shown is chosen) = α + β·(its score - the other's)/10, and γ more where the note stood first. α is
the pull of the place, β what ten points more of report go with. One model, choice, manipulation and report at a time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.choice_fit import ChoiceFit, fit_choices
from motivtui.stats.choice_rows import Offered, by_pair, note_effect, offered
from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available, share
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.preset import Preset
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.task_reports import report_groups, report_scores, reports_for
from motivtui.stats.wording import count, left_out, p_value, percent, subject, with_interval
from motivtui.study.instrument import ItemKind

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

NO_REPORT = "no report on one of the tasks"
NO_DIFFERENT = "no choice between tasks with different scores"
INDEPENDENT = "choices of the same pair taken as independent: the intervals are too short"
BINS = 10


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Choices with about the same predicted probability: how many, its mean, and how often the first was chosen."""

    n: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class LogisticChoice:
    """One choice under one manipulation against one report under the control.

    `n` choices are clear and have a report on both tasks; `firsts` of them were of the task shown first. `slope` is β
    in log odds for 10 points, `slope_dyadic` the same with a covariance in which any two pairs that share a task may
    hang together; `odds_ratio` is e to the β. `position` is α; `note` is γ, None where no task carries a note. `fit` is
    McFadden's R² against the same model without the reports, its statistic the likelihood ratio. `auc`: how well the
    fitted probabilities tell both outcomes apart.

    `higher`: how often the task with the higher report was chosen, without the `score_ties` choices between equal ones.
    `difference`: the report on the chosen task minus that on the other, in scale points, over all `n`.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    report_instrument: str
    report_item: str
    report_decoding: str
    preset: Preset
    total: int
    n: int
    firsts: int
    excluded: Mapping[str, int]
    slope: Estimate
    slope_dyadic: Estimate
    odds_ratio: Estimate
    position: Estimate
    note: Estimate | None
    fit: Estimate
    auc: Estimate
    higher: Estimate
    score_ties: int
    difference: Estimate
    calibration: tuple[CalibrationBin, ...]
    flags: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these pairs only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        test = "" if self.slope.p is None else f", {p_value(self.slope.p)}"
        flags = "".join(f"; {flag}" for flag in self.flags)
        return (
            f"{who} under {self.manipulation}: 10 points more of {self.report_instrument} · {self.report_item} "
            f"({self.report_decoding}) multiply the odds of being chosen by {with_interval(self.odds_ratio)}{test}; "
            f"the task with the higher report was chosen {percent(self.higher)}, {count(self.score_ties, 'tie')} of "
            f"reports left out; {count(self.slope.n_parents, 'pair')}; {self.n:,} of {self.total:,} choices, "
            f"{left_out(self.excluded)}{flags}. An association: reports were not assigned."
        )


def logistic_choices(table: ScoreTable, preset: Preset = Preset.ROBUST) -> tuple[LogisticChoice, ...]:
    """Each choice, manipulation and report of a model; p is adjusted over the manipulations of a choice and report.

    Reports in another decoding mode are used only where a model has none in that of the choice.
    `Preset.REPLICATE`: choices taken as independent, and no term for the note.
    """
    reports = report_groups(table)
    found: list[LogisticChoice] = []
    for group, rows in table.groups(ItemKind.OPTION):
        cells = table.split(rows, table.manipulation)
        for report, part in reports_for(group, reports):
            scores = report_scores(table, part)
            results = [_logistic(table, group, cell, report, scores, preset) for cell in cells]
            slopes = adjusted([one.slope for one in results], "manipulations")
            found += [replace(one, slope=slope or one.slope) for one, slope in zip(results, slopes, strict=True)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Choices:
    """Clear choices with a report on both tasks: 1 where the first shown was chosen, its report minus the other's."""

    rows: Ints
    firsts: Floats
    differences: Floats
    tasks: Offered
    magnitude: float
    """The largest size of any report."""


def _choices(table: ScoreTable, rows: Ints, scores: Mapping[str, float]) -> _Choices:
    import numpy as np

    usable = table.usable(rows)
    tasks = offered(table, usable)
    by_code = np.array([scores.get(name, math.nan) for name in tasks.names])
    one, other = by_code[tasks.first], by_code[tasks.second]
    known = ~np.isnan(one - other)
    kept = Offered(tasks.names, tasks.first[known], tasks.second[known], tasks.pairs[known])
    firsts = (table.value[usable[known]] == 1).astype(np.float64)
    magnitude = max(map(abs, scores.values()), default=0.0)
    return _Choices(usable[known], firsts, (one - other)[known], kept, magnitude)


def _logistic(
    table: ScoreTable, group: Group, rows: Ints, report: Group, scores: Mapping[str, float], preset: Preset
) -> LogisticChoice:
    choices = _choices(table, rows, scores)
    n = len(choices.rows)
    without = len(table.usable(rows)) - n
    is_robust = preset is Preset.ROBUST
    notes = note_effect(table, choices.rows)
    has_note = is_robust and bool(notes.any())
    found = fit_choices(
        choices.firsts, choices.differences / 10, notes if has_note else None, choices.tasks, is_clustered=is_robust
    )
    higher, ties = _higher(choices, is_robust=is_robust)
    return LogisticChoice(
        *group,
        manipulation=table.manipulation.text(int(rows[0])),
        report_instrument=report.instrument,
        report_item=report.item,
        report_decoding=report.decoding,
        preset=preset,
        total=len(rows),
        n=n,
        firsts=int(choices.firsts.sum()),
        excluded={**table.excluded(rows), **({NO_REPORT: without} if without else {})},
        slope=found.slope,
        slope_dyadic=found.slope_dyadic,
        odds_ratio=_exponential(found.slope),
        position=found.position,
        note=found.note,
        fit=found.fit,
        auc=found.auc,
        higher=higher,
        score_ties=ties,
        difference=_difference(choices, is_robust=is_robust),
        calibration=_calibration(choices.firsts, found),
        flags=(*found.flags, *_flags(group, report, is_robust=is_robust, has_note=bool(notes.any()))),
    )


def _flags(group: Group, report: Group, *, is_robust: bool, has_note: bool) -> tuple[str, ...]:
    flags = () if is_robust else (INDEPENDENT, *(("the note's pull is not in the model",) if has_note else ()))
    if report.decoding != group.decoding:
        flags = (*flags, f"reports are in decoding {report.decoding}, choices in {group.decoding}")
    return flags


def _exponential(slope: Estimate) -> Estimate:
    value, low, high = (
        None if one is None else math.exp(min(one, 700.0)) for one in (slope.value, slope.low, slope.high)
    )
    return replace(slope, value=value, low=low, high=high, unit="odds ratio for 10 points")


def _higher(choices: _Choices, *, is_robust: bool) -> tuple[Estimate, int]:
    """How often the task with the higher report was chosen, and how many choices were between equal ones."""
    import numpy as np

    # Means of repeats that are the same may differ by what rounding leaves.
    differ = abs(choices.differences) > 1e-9
    taken = np.asarray((choices.differences > 0)[differ] == (choices.firsts == 1)[differ], dtype=np.float64)
    ties = int((~differ).sum())
    pairs = choices.tasks.pairs[differ]
    if is_robust:
        return by_pair(taken - 0.5, pairs, 0.5, none=NO_DIFFERENT), ties
    n_pairs = len(np.unique(pairs))
    found = share(int(taken.sum()), len(taken), is_tested=True, tasks=n_pairs, parents=n_pairs)
    return (replace(found, reason=NO_DIFFERENT) if found.value is None else found), ties


def _difference(choices: _Choices, *, is_robust: bool) -> Estimate:
    import numpy as np

    values = np.where(choices.firsts == 1, choices.differences, -choices.differences)
    if not len(values):
        return not_available("no choice with a report on both tasks", unit="scale points")
    pairs = choices.tasks.pairs if is_robust else np.arange(len(values))
    size = Size(len(values), len(np.unique(choices.tasks.pairs)))
    found = clustered_mean(values, pairs, unit="scale points", size=size, is_tested=True, magnitude=choices.magnitude)
    method = "CR1 by pair, t(G-1)" if is_robust else "t, choices taken as independent"
    reason = found.reason.replace("family", "pair").replace("families", "pairs")
    flags = tuple(flag.replace("families", "pairs") for flag in found.flags)
    return replace(found, method=method, reason=reason, flags=flags, n_parents=size.tasks)


def _calibration(firsts: Floats, found: ChoiceFit) -> tuple[CalibrationBin, ...]:
    """Predicted and observed, in up to ten parts of the same size by the predicted; equal predictions stay together."""
    import numpy as np

    predicted = np.array(found.probabilities)
    if not len(predicted):
        return ()
    edges = np.unique(np.quantile(predicted, np.arange(1, BINS) / BINS))
    parts = np.searchsorted(edges, predicted, side="left")
    return tuple(
        CalibrationBin(int(part.sum()), float(predicted[part].mean()), float(firsts[part].mean()))
        for part in (parts == code for code in np.unique(parts))
    )
