"""What a judge leans to: its own answers, long answers, one impression for every criterion.

Self-preference is what a judge gives its own answers more than the other judges give these, beyond what it gives the
answers of others more; so an answer that is better in everybody's eyes is no bias. The length slope is within tasks,
since some tasks need longer answers; it is a bias only as far as longer answers are not better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from motivtui.stats.association import clustered_pearson
from motivtui.stats.clustered_ols import clustered_ols
from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available
from motivtui.stats.judged import JudgedAnswers, judge_rows, judged_answers
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable, combined
from motivtui.stats.wording import count, left_out, number, with_interval

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

POINTS = "scale points"
TWO_JUDGES = "two judges: which of them leans cannot be told"
SLOPE = "scale points for twice the tokens"


@dataclass(frozen=True, slots=True)
class JudgeBias:
    """One judge on one item, of all models' answers.

    `self_preference`: gap(own answers) - gap(others'), paired by task and condition; a gap is the judge's rating less
    the mean of the other judges'. `length`: for each model, how much higher an answer of twice the tokens is rated
    than another answer to the same task.
    """

    judge: str
    instrument: str
    item: str
    decoding: str
    excluded: Mapping[str, int]
    self_preference: Estimate
    length: tuple[tuple[str, Estimate], ...]

    @property
    def sentence(self) -> str:
        """What can be said, of this judge and these answers only."""
        own = self.self_preference
        slopes = "; ".join(f"{model} {with_interval(slope, signed=True)}" for model, slope in self.length)
        return (
            f"{self.judge}, {self.instrument} · {self.item} ({self.decoding}): its own answers get "
            f"{with_interval(own, signed=True)} points beyond what the other judges give, compared with the answers of "
            f"others ({count(own.n_tasks, 'task')} in {count(own.n_parents, 'family', 'families')}); points for twice "
            f"the tokens, within tasks: {slopes}; its ratings {left_out(self.excluded)}."
        )


@dataclass(frozen=True, slots=True)
class Halo:
    """How the criteria of one judge go together over one model's answers: `pairs` of items with r, and their mean.

    High ones everywhere mean one impression rather than many criteria, or answers that are good or bad in everything.
    """

    judge: str
    model: str
    instrument: str
    decoding: str
    excluded: Mapping[str, int]
    pairs: tuple[tuple[str, str, Estimate], ...]
    mean: float | None
    low: float | None
    high: float | None

    @property
    def sentence(self) -> str:
        """What can be said, of this judge and this model's answers only."""
        who = f"{self.judge} on {self.model}'s answers, {self.instrument} ({self.decoding})"
        if self.mean is None or self.low is None or self.high is None:
            why = f"NA: {self.pairs[0][2].reason or 'all lie on a line'}"
            return f"{who}: no correlation of criteria ({why}); ratings {left_out(self.excluded)}."
        return (
            f"{who}: {count(len(self.pairs), 'pair')} of criteria correlate {number(self.low)} to {number(self.high)}, "
            f"mean {number(self.mean)}; {count(max(one.n_tasks for *_, one in self.pairs), 'task')}; ratings "
            f"{left_out(self.excluded)}."
        )


def judge_biases(table: ScoreTable) -> tuple[JudgeBias, ...]:
    """One for each instrument, decoding, item and judge."""
    found = []
    for rows in table.split(judge_rows(table), table.instrument, table.decoding, table.item):
        answers = judged_answers(table, rows)
        tokens = _tokens(table, answers)
        first = int(rows[0])
        for place, judge in enumerate(answers.judges):
            bias = JudgeBias(
                judge=judge,
                instrument=table.instrument.text(first),
                item=table.item.text(first),
                decoding=table.decoding.text(first),
                excluded=table.excluded(rows[table.judge.codes[rows] == table.judge.code(judge)]),
                self_preference=_self_preference(table, answers, place),
                length=_length(table, answers, place, tokens),
            )
            found.append(bias)
    return tuple(found)


def _self_preference(table: ScoreTable, answers: JudgedAnswers, place: int) -> Estimate:
    import numpy as np

    models = table.model.codes[answers.rows]
    own = table.model.code(answers.judges[place])
    if len(answers.judges) < 2:
        return not_available("one judge: nobody to compare with", unit=POINTS)
    if own not in models:
        return not_available("none of the answers is its own", unit=POINTS)
    kept = answers.complete
    scores, rows, is_own = answers.scores[kept], answers.rows[kept], models[kept] == own
    gaps = scores[:, place] - np.delete(scores, place, axis=1).mean(axis=1)
    # The same task under the same condition, in the same wording.
    wordings = table.wording[rows].astype(np.int64)
    units = combined(
        (table.tasks(rows), 0),
        (table.manipulation.codes[rows], len(table.manipulation.levels)),
        (wordings, int(wordings.max(initial=0)) + 1),
    )
    _, first, codes = np.unique(units, return_index=True, return_inverse=True)
    n = len(first)
    counts = [np.bincount(codes[side], minlength=n) for side in (is_own, ~is_own)]
    both = (counts[0] > 0) & (counts[1] > 0)
    if not both.any():
        return not_available("no task with its own and another's answer", unit=POINTS)
    means = [
        np.bincount(codes[side], weights=gaps[side], minlength=n)[both] / total[both]
        for side, total in zip((is_own, ~is_own), counts, strict=True)
    ]
    size = Size(int(answers.counts[kept][both[codes]].sum()), len(np.unique(table.tasks(rows[first[both]]))))
    found = clustered_mean(
        means[0] - means[1],
        table.family.codes[rows[first[both]]],
        unit=POINTS,
        size=size,
        is_tested=True,
        magnitude=float(abs(scores).max()),
    )
    return replace(found, flags=(*found.flags, TWO_JUDGES)) if len(answers.judges) == 2 else found


def _tokens(table: ScoreTable, answers: JudgedAnswers) -> Floats:
    """The tokens of each answer, NaN where they are not known."""
    import numpy as np

    done = np.flatnonzero(np.isin(table.ordinal, answers.executions))
    order = done[np.argsort(table.ordinal[done], kind="stable")]
    places = np.searchsorted(table.ordinal[order], answers.executions)
    places = np.minimum(places, max(len(order) - 1, 0))
    if not len(order):
        return np.full(len(answers.rows), np.nan)
    found = table.output_tokens[order][places]
    tokens: Floats = np.where((table.ordinal[order][places] == answers.executions) & (found > 0), found, np.nan)
    return tokens


def _length(table: ScoreTable, answers: JudgedAnswers, place: int, tokens: Floats) -> tuple[tuple[str, Estimate], ...]:
    import numpy as np

    models = table.model.codes[answers.rows]
    found = []
    for code in np.unique(models).tolist():
        kept = (models == code) & (answers.counts[:, place] > 0) & ~np.isnan(tokens)
        rows = answers.rows[kept]
        slope = _slope(answers.scores[kept, place], tokens[kept], table.tasks(rows), table.family.codes[rows])
        found.append((str(table.model.levels[code]), slope))
    return tuple(found)


def _slope(scores: Floats, tokens: Floats, tasks: Ints, families: Ints) -> Estimate:
    """The slope on log2 tokens with an effect for each task; tasks with one answer say nothing of it."""
    import numpy as np

    _, codes = np.unique(tasks, return_inverse=True)
    counts = np.bincount(codes)
    kept = counts[codes] > 1
    if not kept.any():
        return not_available("no task has several answers of known length", unit=SLOPE)
    _, codes = np.unique(codes[kept], return_inverse=True)
    counts = np.bincount(codes)
    y, x = (one - (np.bincount(codes, weights=one) / counts)[codes] for one in (scores[kept], np.log2(tokens[kept])))
    fitted = clustered_ols(y, x[:, None], families[kept], unit=SLOPE, size=Size(int(kept.sum()), len(counts)))
    return fitted.slopes[0]


def halos(table: ScoreTable, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Halo, ...]:
    """One for each judge, model, instrument and decoding with two items or more."""
    found = []
    for rows in table.split(judge_rows(table), table.judge, table.model, table.instrument, table.decoding):
        parts = table.split(rows, table.item)
        if len(parts) > 1:
            found.append(_halo(table, parts, draws, seed))
    return tuple(found)


def _halo(table: ScoreTable, parts: list[Ints], draws: int, seed: int) -> Halo:
    import numpy as np

    items = [(table.item.text(int(part[0])), judged_answers(table, part)) for part in parts]
    pairs = []
    for (name, one), (other_name, other) in combinations(items, 2):
        _, mine, theirs = np.intersect1d(
            one.executions[one.complete], other.executions[other.complete], return_indices=True
        )
        mine, theirs = np.flatnonzero(one.complete)[mine], np.flatnonzero(other.complete)[theirs]
        rows = one.rows[mine]
        r = clustered_pearson(
            one.scores[mine, 0],
            other.scores[theirs, 0],
            table.family.codes[rows],
            size=Size(int(one.counts[mine].sum() + other.counts[theirs].sum()), len(np.unique(table.tasks(rows)))),
            draws=draws,
            seed=seed,
        )
        pairs.append((name, other_name, r))
    values = [r.value for *_, r in pairs if r.value is not None]
    first = int(parts[0][0])
    inside = [value for value in values if abs(value) < 1]
    return Halo(
        judge=table.judge.text(first),
        model=table.model.text(first),
        instrument=table.instrument.text(first),
        decoding=table.decoding.text(first),
        excluded=table.excluded(np.concatenate(parts)),
        pairs=tuple(pairs),
        mean=math.tanh(math.fsum(map(math.atanh, inside)) / len(inside)) if inside else None,
        low=min(values, default=None),
        high=max(values, default=None),
    )
