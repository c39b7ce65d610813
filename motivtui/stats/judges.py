"""Do several judges give the same answers the same ratings? By model, instrument, item and decoding.

The answers are those of all conditions. Agreement is no truth: judges may agree because they have the same taste for
length. What single judges lean to is `judge_bias`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from motivtui.stats.agreement import Intraclass, intraclass, krippendorff, quadratic_kappa
from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available
from motivtui.stats.judged import JudgedAnswers, judge_rows, judged_answers
from motivtui.stats.multiplicity import adjusted
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.table import ScoreTable
from motivtui.stats.wording import count, left_out, with_interval

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Ints

POINTS = "scale points"
ONE_JUDGE = "one judge: nobody to agree with"


@dataclass(frozen=True, slots=True)
class JudgePair:
    """Quadratic κ of two judges over the answers that both have rated."""

    one: str
    other: str
    kappa: Estimate


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """Ratings of one model's answers on one item.

    `icc` is over the `complete` answers, those of `answers` that every judge has rated; `alpha_*` over all that two
    have. `severity`: how far each judge is above the mean of all (below: harsher), over the complete answers.
    """

    model: str
    instrument: str
    item: str
    decoding: str
    judges: tuple[str, ...]
    answers: int
    complete: int
    total: int
    excluded: Mapping[str, int]
    icc: Intraclass
    alpha_interval: Estimate
    alpha_ordinal: Estimate
    pairs: tuple[JudgePair, ...]
    severity: tuple[tuple[str, Estimate], ...]

    @property
    def sentence(self) -> str:
        """What can be said, of these judges and this model's answers only."""
        return (
            f"{self.instrument} · {self.item} ({self.decoding}) of {self.model}'s answers by "
            f"{count(len(self.judges), 'judge')} ({', '.join(self.judges)}): ICC(A,1) {with_interval(self.icc.a1)}, "
            f"ordinal α {with_interval(self.alpha_ordinal)}; {self.complete:,} of {count(self.answers, 'answer')} "
            f"rated by all, {count(self.icc.a1.n_parents, 'family', 'families')}; ratings {left_out(self.excluded)}."
        )


def judge_agreements(
    table: ScoreTable, *, preset: Preset = Preset.ROBUST, draws: int = DRAWS, seed: int = SEED
) -> tuple[JudgeAgreement, ...]:
    """One for each model, instrument, decoding and item. p of `severity` is adjusted over the judges.

    REPLICATE: ICC with the published F intervals, which take answers as independent.
    """
    cells = table.split(judge_rows(table), table.model, table.instrument, table.decoding, table.item)
    return tuple(_agreement(table, rows, preset, draws, seed) for rows in cells)


def _agreement(table: ScoreTable, rows: Ints, preset: Preset, draws: int, seed: int) -> JudgeAgreement:
    import numpy as np

    answers = judged_answers(table, rows)
    kept = answers.complete
    families = table.family.codes[answers.rows]
    size = answers.size(table, kept)
    icc = intraclass(
        answers.scores[kept],
        families[kept],
        size=size,
        draws=draws,
        seed=seed,
        is_published=preset is Preset.REPLICATE,
    )
    twice = (answers.counts > 0).sum(axis=1) > 1
    alphas = [
        krippendorff(
            answers.scores, families, is_ordinal=is_ordinal, size=answers.size(table, twice), draws=draws, seed=seed
        )
        for is_ordinal in (False, True)
    ]
    if len(answers.judges) < 2:
        alphas = [replace(alpha, reason=ONE_JUDGE) for alpha in alphas]
        icc = Intraclass(*(replace(one, reason=ONE_JUDGE) for one in (icc.a1, icc.c1, icc.ak, icc.ck)))
    first = int(rows[0])
    return JudgeAgreement(
        model=table.model.text(first),
        instrument=table.instrument.text(first),
        item=table.item.text(first),
        decoding=table.decoding.text(first),
        judges=answers.judges,
        answers=len(answers.rows),
        complete=int(np.count_nonzero(kept)),
        total=len(rows),
        excluded=table.excluded(rows),
        icc=icc,
        alpha_interval=alphas[0],
        alpha_ordinal=alphas[1],
        pairs=tuple(_pairs(table, answers, families, draws, seed)),
        severity=_severity(answers, families, kept, size),
    )


def _pairs(table: ScoreTable, answers: JudgedAnswers, families: Ints, draws: int, seed: int) -> list[JudgePair]:
    found = []
    for one, other in combinations(range(len(answers.judges)), 2):
        both = (answers.counts[:, one] > 0) & (answers.counts[:, other] > 0)
        rows = int(answers.counts[both][:, [one, other]].sum())
        kappa = quadratic_kappa(
            answers.scores[both, one],
            answers.scores[both, other],
            families[both],
            size=Size(rows, answers.size(table, both).tasks),
            draws=draws,
            seed=seed,
        )
        found.append(JudgePair(answers.judges[one], answers.judges[other], kappa))
    return found


def _severity(answers: JudgedAnswers, families: Ints, kept: Bools, size: Size) -> tuple[tuple[str, Estimate], ...]:
    if len(answers.judges) < 2:
        return tuple((judge, not_available(ONE_JUDGE, unit=POINTS, size=size)) for judge in answers.judges)
    scores = answers.scores[kept]
    above = scores - scores.mean(axis=1, keepdims=True)
    magnitude = float(abs(scores).max(initial=0))
    found = [
        clustered_mean(column, families[kept], unit=POINTS, size=size, is_tested=True, magnitude=magnitude)
        for column in above.T
    ]
    changed = adjusted(found, "judges")
    return tuple((judge, after or before) for judge, before, after in zip(answers.judges, found, changed, strict=True))
