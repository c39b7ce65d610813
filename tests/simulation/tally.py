"""Simulated runs, analysed and counted: how often intervals hold the truth, and tests reject what is true or false."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean

from motivtui.simulation.rows import Plan
from motivtui.simulation.truth import Truth
from motivtui.simulation.world import World, draw_world
from motivtui.stats.estimate import Estimate
from motivtui.stats.table import ScoreTable, score_table
from tests.simulation.known import Key, known_values

SAME = 0.005
"""A true value of the generator as near to a null is one: what bends the scale moves it by so much."""
EXACTLY = 1e-9
"""The same of true values that nothing bends."""
LEAST_RIGHT = 0.9
"""Where an analysis says which of several things is true, it is right in so many runs."""


@dataclass(frozen=True, slots=True)
class Found:
    """An estimate of the true value `key` (as in `known_values`) or `true`; `name` says by which analysis.

    `null`: what its test is against; None: it has none. `is_right`: of what is no number, whether it is what is true.
    `alarm`: of what makes many tests at once, the share of what it found that is not there.
    """

    name: str
    key: Key | None = None
    estimate: Estimate | None = None
    null: float | None = None
    true: float | None = None
    is_right: bool | None = None
    alarm: float | None = None


@dataclass(eq=False)
class Run:
    """One run of a plan, as the analyses see it, and what was drawn for it. Two runs are the same if they are one."""

    plan: Plan
    seed: int

    @property
    def truth(self) -> Truth:
        """What is true of it."""
        return self.plan.truth

    @cached_property
    def table(self) -> ScoreTable:
        """Its scores."""
        return score_table(self.plan.rows(self.seed))

    @cached_property
    def world(self) -> World:
        """How its tasks differ."""
        return draw_world(self.truth, self.plan.study, self.seed)


Finder = Callable[[ScoreTable], Iterator[Found]]
RunFinder = Callable[[Run], Iterator[Found]]


@dataclass
class Tally:
    """One kind of estimate over the runs. Within a run models and manipulations hang together: a run counts once.

    `rejected`: true nulls; `noticed`: false ones. `errors` and `trues`: of every estimate.
    """

    covered: list[float] = field(default_factory=list)
    rejected: list[float] = field(default_factory=list)
    noticed: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    trues: list[float] = field(default_factory=list)
    unavailable: int = 0

    @property
    def runs(self) -> int:
        """How many runs say something."""
        return max(len(self.covered), len(self.rejected), len(self.noticed), len(self.right))

    @property
    def coverage(self) -> float | None:
        """The share of intervals that hold the truth."""
        return _mean(self.covered)

    @property
    def false_alarms(self) -> float | None:
        """The share of tests that reject a null that is true; None: there was none."""
        return _mean(self.rejected)

    @property
    def power(self) -> float | None:
        """The share of tests that reject a null that is not true; None: there was none."""
        return _mean(self.noticed)

    @property
    def is_right(self) -> float | None:
        """The share of runs in which it was right."""
        return _mean(self.right)

    @property
    def allowed_miss(self) -> float:
        """How far below 95 % the coverage may lie by chance: three Monte Carlo standard errors and 0.01."""
        return 3 * _monte_carlo(self.covered, 0.95) + 0.01

    @property
    def allowed_alarms(self) -> float:
        """The most false alarms that there may be by chance."""
        return 0.05 + 3 * _monte_carlo(self.rejected, 0.05) + 0.01

    @property
    def least_right(self) -> float:
        """The least share of right ones that there may be by chance."""
        return LEAST_RIGHT - 3 * _monte_carlo(self.right, LEAST_RIGHT)


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _monte_carlo(by_run: list[float], nominal: float) -> float:
    """The standard error of a mean over runs, at most: as if all of a run's estimates were one."""
    return math.sqrt(nominal * (1 - nominal) / len(by_run)) if by_run else 0.0


def tallies(
    truth: Truth,
    finders: Iterable[Finder],
    seeds: Iterable[int],
    plan: Plan | None = None,
    of_runs: Iterable[RunFinder] = (),
) -> dict[str, Tally]:
    """Simulate a run for each seed, analyse it, and count what covers the truth and what rejects it."""
    plan = plan or Plan(truth)
    by_table, by_run = list(finders), list(of_runs)
    result: dict[str, Tally] = defaultdict(Tally)
    for seed in seeds:
        run = Run(plan, seed)
        known = known_values(truth, seed)
        found = [one for finder in by_table for one in finder(run.table)]
        found += [one for finder in by_run for one in finder(run)]
        by_name: dict[str, list[Found]] = defaultdict(list)
        for one in found:
            by_name[one.name].append(one)
        for name, several in by_name.items():
            _count(result[name], several, known)
    return dict(result)


def _count(tally: Tally, several: Sequence[Found], known: dict[Key, float]) -> None:
    """What one run says of one kind of estimate."""
    counts: dict[str, list[float]] = defaultdict(list)
    for one in several:
        if one.is_right is not None:
            counts["right"].append(float(one.is_right))
        if one.alarm is not None:
            counts["rejected"].append(one.alarm)
        true = known.get(one.key) if one.key is not None else one.true
        if true is not None and one.estimate is not None:
            is_null = one.null is not None and abs(true - one.null) < (EXACTLY if one.key is None else SAME)
            _compare(tally, one.estimate, true, counts, is_null=is_null, is_tested=one.null is not None)
    for name, values in counts.items():
        getattr(tally, name).append(fmean(values))


def _compare(
    tally: Tally, estimate: Estimate, true: float, counts: dict[str, list[float]], *, is_null: bool, is_tested: bool
) -> None:
    if estimate.value is None or (estimate.low is None and estimate.p is None):
        tally.unavailable += 1
        return
    if estimate.low is not None and estimate.high is not None:
        counts["covered"].append(float(estimate.low <= true <= estimate.high))
        tally.errors.append(estimate.value - true)
        tally.trues.append(true)
    if is_tested and estimate.p is not None:
        counts["rejected" if is_null else "noticed"].append(float(estimate.p < 0.05))


def faults_of(tally: Tally) -> list[str]:
    """What is beyond chance."""
    faults = []
    if tally.coverage is not None and tally.coverage < 0.95 - tally.allowed_miss:
        faults.append(f"covers {tally.coverage:.3f}, at least {0.95 - tally.allowed_miss:.3f} wanted")
    if tally.false_alarms is not None and tally.false_alarms > tally.allowed_alarms:
        faults.append(f"rejects {tally.false_alarms:.3f} true nulls, at most {tally.allowed_alarms:.3f} wanted")
    if tally.is_right is not None and tally.is_right < tally.least_right:
        faults.append(f"is right in {tally.is_right:.3f} of the runs, at least {tally.least_right:.3f} wanted")
    return faults


def report(title: str, found: dict[str, Tally]) -> str:
    """A table of what was found."""
    heads = "".join(f"{name:>9}" for name in ("true", "bias", "coverage", "alarms", "power", "right"))
    head = f"{'estimate':46}{'runs':>6}{heads}{'NA':>6}"
    lines = [f"\n{title}", head]
    for name, one in sorted(found.items()):
        if not one.runs:
            continue
        true = f"{fmean(one.trues):.3f}" if one.trues else "–"
        bias = f"{fmean(one.errors):+.4f}" if one.errors else "–"
        shares = [share(value) for value in (one.coverage, one.false_alarms, one.power, one.is_right)]
        cells = "".join(f"{cell:>9}" for cell in (true, bias, *shares))
        lines.append(f"{name:46}{one.runs:>6}{cells}{one.unavailable:>6}")
    return "\n".join(lines)


def share(value: float | None) -> str:
    """A share for a table."""
    return "–" if value is None else f"{value:.3f}"
