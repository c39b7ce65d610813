"""Does an effect hang on how it is computed? Every defensible way at once, as a curve, with one test of all together.

The test exchanges the labels of manipulation and control within tasks, for all tasks of a family together, in every
specification alike (Simonsohn, Simmons & Nelson 2020): single specifications are no independent evidence. One effect of
one model, instrument, judge, item and decoding at a time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import Estimate, Size, clustered_mean, not_available, t_quantile
from motivtui.stats.manipulations import NO_PAIR
from motivtui.stats.resampling import DRAWS, SEED
from motivtui.stats.specifications import Contrast, Exclusion, Order, Scale, Scoring, Way, contrast, differences, ways
from motivtui.stats.table import Group, ScoreTable
from motivtui.stats.wording import count, left_out, number, p_value, subject, with_interval
from motivtui.study.instrument import ItemKind
from motivtui.study.manipulation import CONTROL_ID

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

UNIT = "SDs of the scores"
SIGNIFICANT = 0.05
NO_VARIATION = "the scores do not vary"


@dataclass(frozen=True, slots=True)
class Specification:
    """One way and the effect that it gives, in SDs of the scores under both conditions, clustered by family."""

    scoring: Scoring
    exclusion: Exclusion
    wording: int | None
    scale: Scale
    order: Order
    effect: Estimate


@dataclass(frozen=True, slots=True)
class Multiverse:
    """The effect of one manipulation in every specification, the smallest first.

    `default` is the one that the other analyses report. Of the specifications that give a number: `median`, the share
    with the median's sign, and the share with p < .05 and that sign. `median_p` and `significant_p`: how often chance
    gives as large a median, and as large a share, on either side. What is None: `reason` says why.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    default: Estimate
    specifications: tuple[Specification, ...]
    median: float | None
    same_sign: float | None
    significant: float | None
    median_p: float | None
    significant_p: float | None
    draws: int
    seed: int
    reason: str = ""

    @property
    def sentence(self) -> str:
        """What can be said, of this model and these ways only."""
        who = subject(self.model, self.instrument, self.judge, self.item, self.decoding)
        rows = f"{self.n:,} of {self.total:,} scores, {left_out(self.excluded)}"
        what = f"{self.manipulation} against {CONTROL_ID} in {count(len(self.specifications), 'specification')}"
        if self.median is None or self.same_sign is None or self.significant is None:
            return f"{who}: {what} NA ({self.reason}); {rows}."
        test = "" if self.median_p is None else f", jointly {p_value(self.median_p)}"
        return (
            f"{who}: {what}, median {number(self.median, signed=True)} SDs{test}, {100 * self.same_sign:.0f} % of the "
            f"same sign, {100 * self.significant:.0f} % with p < .05; as reported elsewhere "
            f"{with_interval(self.default, signed=True)}; {rows}."
        )


def multiverses(
    table: ScoreTable,
    manipulation: str,
    *,
    instrument: str | None = None,
    item: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[Multiverse, ...]:
    """The manipulation's effect in each group that has it and a control; `instrument`, `item`: only in these."""
    import numpy as np

    code, control = table.manipulation.code(manipulation), table.manipulation.code(CONTROL_ID)
    found = []
    for group, rows in table.groups(ItemKind.SCALE):
        if instrument not in {None, group.instrument} or item not in {None, group.item} or code == control:
            continue
        if {code, control} <= set(np.unique(table.manipulation.codes[rows]).tolist()):
            found.append(_multiverse(table, group, contrast(table, rows, code, control), manipulation, draws, seed))
    return tuple(found)


def _multiverse(table: ScoreTable, group: Group, of: Contrast, manipulation: str, draws: int, seed: int) -> Multiverse:
    import numpy as np

    grid = ways(table, of)
    computed = [differences(table, of, way) for way in grid]
    effects = [_effect(one, rows, of.families) for one, rows in computed]
    usable = [place for place, one in enumerate(effects) if one.value is not None]
    curve = sorted(range(len(grid)), key=lambda place: (effects[place].value is None, effects[place].value or 0.0))
    values = np.array([effects[place].value for place in usable], dtype=np.float64)
    median = float(np.median(values)) if len(values) else None
    sign = 0.0 if median is None else math.copysign(1.0, median) if median else 0.0
    p_values = [effects[place].p for place in usable]
    hits = sum(
        p is not None and p < SIGNIFICANT and value * sign > 0
        for p, value in zip(p_values, values.tolist(), strict=True)
    )
    significant = hits / len(usable) if usable else None
    joint = (
        _joint(np.array([computed[place][0] for place in usable]), of.families, draws, seed)
        if median is not None and significant is not None
        else None
    )
    return Multiverse(
        *group,
        manipulation=manipulation,
        total=len(of.rows),
        n=len(table.usable(of.rows)),
        excluded=table.excluded(of.rows),
        default=effects[0],
        specifications=tuple(Specification(*_named(grid[place]), effects[place]) for place in curve),
        median=median,
        same_sign=float((values * sign > 0).mean()) if len(values) else None,
        significant=significant,
        median_p=_beyond(joint[0], abs(median or 0.0)) if joint else None,
        significant_p=_beyond(joint[1], significant or 0.0) if joint else None,
        draws=draws,
        seed=seed,
        reason="" if len(values) else effects[0].reason,
    )


def _named(way: Way) -> tuple[Scoring, Exclusion, int | None, Scale, Order]:
    return way.scoring, way.exclusion, way.wording, way.scale, way.order


def _effect(values: Floats, rows: int, families: Ints) -> Estimate:
    import numpy as np

    has = ~np.isnan(values)
    if not has.any():
        return not_available(NO_VARIATION if rows else NO_PAIR, unit=UNIT)
    size = Size(rows, int(has.sum()))
    return clustered_mean(values[has], families[has], unit=UNIT, size=size, is_tested=True, magnitude=1.0)


def _beyond(drawn: Floats, seen: float) -> float:
    """The share of draws as large as what was seen, itself among them."""
    return (1 + int((drawn >= seen - 1e-12).sum())) / (1 + len(drawn))


def _joint(values: Floats, parents: Ints, draws: int, seed: int) -> tuple[Floats, Floats] | None:
    """|median| and the larger one-sided share with p < .05, of `values[specification, task]` with labels exchanged.

    None: one family only. Exchanging the labels of a family turns the signs of its differences round.
    """
    import numpy as np

    _, codes = np.unique(parents, return_inverse=True)
    families = int(codes.max()) + 1
    if families < 2:
        return None
    belongs = np.zeros((values.shape[1], families))
    belongs[np.arange(len(codes)), codes] = 1
    sums, sizes = np.nan_to_num(values) @ belongs, (~np.isnan(values)).astype(np.float64) @ belongs
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(families, draws))
    n = sizes.sum(axis=1)[:, None]
    means = sums @ signs / n
    # Σ(±s - m·n_g)² over families, without a loop over draws.
    squares = (sums**2).sum(axis=1)[:, None] - 2 * means * ((sums * sizes) @ signs)
    squares += means**2 * (sizes**2).sum(axis=1)[:, None]
    groups = (sizes > 0).sum(axis=1)
    factor = np.where(groups > 1, groups / np.maximum(groups - 1, 1), np.inf)[:, None]
    bounds = np.array([t_quantile(1 - SIGNIFICANT / 2, max(int(one) - 1, 1)) for one in groups])[:, None]
    se = np.sqrt(np.maximum(squares, 0) * factor) / n
    t = np.divide(means, se, out=np.zeros_like(means), where=se > 1e-12)
    up, down = (t > bounds).mean(axis=0), (t < -bounds).mean(axis=0)
    return abs(np.median(means, axis=0)), np.maximum(up, down)
