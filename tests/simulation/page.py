"""The page that says how the statistics are proved: `python -m tests.simulation.page > docs/statistics-coverage.md`.

Simulates every scenario with `--seeds` seeds (200), which takes some minutes of one core.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import fmean

from motivtui import __version__
from motivtui.simulation.truth import Truth
from motivtui.stats.estimate import Estimate
from tests.simulation.every_analysis import SEED, WITHOUT_TRUTH, Results, found_in, one_run, results, study
from tests.simulation.scenarios import KNOWN, REMARKS, SCENARIOS, Scenario
from tests.simulation.tally import Found, Run, Tally, faults_of, share, tallies

SEEDS = 200
Pairs = list[tuple[Found, float | None]]
"""Estimates with what is true."""
COMMAND = "python -m tests.simulation.page > docs/statistics-coverage.md"
ABOUT = f"""# What the statistics are worth: estimates beside the truth

Each study below is simulated again and again, with a truth that is known, and analysed as a real run is. This page is
written by a command and not by hand:

    {COMMAND}

motivtui {{version}}, {{date}}, {{seeds}} seeds a study, {{minutes:.0f}} minutes of one core.

- **true**: the mean of the true values that the intervals are held against. **bias**: the mean error of the estimates.
- **coverage**: the share of 95 % intervals that hold the truth.
- **false alarms**: the share of tests at 5 % that reject a null that is true. **power**: that reject one that is not.
- **right**: where an analysis says which of several things is true, how often it is right.
- A run counts once, whatever the number of its models, manipulations and items. By chance alone {{seeds}} seeds give
  coverages from {{low:.3f}} and false alarms up to {{high:.3f}} (three Monte Carlo standard errors and 0.01); what lies
  beyond fails `pytest -m soak tests/simulation`, unless it is among the known limits, which are marked †.
- *NA*: estimates that were not to be had (with a reason in the result). Tests without an interval have no coverage.
- Intervals of resampled families (α, ICC, κ, mediation) cover a little less than 95 % at these sizes: 60 families are
  few for percentiles.
"""


def main() -> None:
    """Write the page to stdout."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.page", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many runs of each study (200)")
    seeds: int = parser.parse_args().seeds
    if seeds < 1:
        parser.error(f"--seeds {seeds}: one seed is the least")
    began = time.process_time()
    run = one_run()
    parts = [_scenario(name, scenario, seeds) for name, scenario in SCENARIOS.items()]
    once = "\n".join(one_study(run, results(run)))
    miss = Tally(covered=[1.0] * seeds, rejected=[0.0] * seeds)
    head = ABOUT.format(
        version=__version__,
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        seeds=seeds,
        minutes=(time.process_time() - began) / 60,
        low=0.95 - miss.allowed_miss,
        high=miss.allowed_alarms,
    )
    sys.stdout.write(
        "\n".join([head, "## Known limits", "", *_limits(), "", "## Coverage and rejection", "", *parts, once])
    )


def _limits() -> Iterator[str]:
    """Each reason once, with what it is of."""
    for reason in dict.fromkeys(KNOWN.values()):
        of = [f"{one} (`{name}`)" for (name, one), why in KNOWN.items() if why == reason]
        yield f"- {', '.join(of)}: {reason}."


def size_of(truth: Truth) -> str:
    """How large a study is."""
    tasks = truth.tasks if truth.tasks is not None else truth.families * truth.tasks_per_family
    counts = (
        (len(truth.models), "model", "models"), (tasks, "task", "tasks"), (truth.families, "family", "families"),
        (len(truth.manipulations), "manipulation", "manipulations"), (truth.repeats, "repeat", "repeats"),
    )  # fmt: skip
    return ", ".join(f"{count} {one if count == 1 else several}" for count, one, several in counts)


def _scenario(name: str, scenario: Scenario, seeds: int) -> str:
    found = tallies(scenario.truth, scenario.finders, range(seeds), of_runs=scenario.of_runs)
    sys.stderr.write(f"{name}\n")
    lines = [f"### {name}", "", f"{scenario.about} ({size_of(scenario.truth)}.)", ""]
    lines += table(
        ("estimate", "true", "bias", "coverage", "false alarms", "power", "right", "NA"),
        [_tally(name, one, tally) for one, tally in sorted(found.items()) if tally.runs],
    )
    remarks = [f"- {one}: {remark}." for (of, one), remark in REMARKS.items() if of == name]
    return "\n".join([*lines, *(["", *remarks] if remarks else []), ""])


def _tally(name: str, one: str, tally: Tally) -> Sequence[str]:
    mark = " †" if (name, one) in KNOWN else " **beyond chance**" if faults_of(tally) else ""
    return (
        one + mark,
        number(fmean(tally.trues)) if tally.trues else "",
        f"{fmean(tally.errors):+.3f}" if tally.errors else "",
        *(share(value).replace("–", "") for value in (tally.coverage, tally.false_alarms, tally.power, tally.is_right)),
        str(tally.unavailable or ""),
    )


def one_study(run: Run, given: Results, found: Callable[[str], Pairs] | None = None) -> Iterator[str]:
    """The second table: every analysis once. `found`: the estimates of a view, `found_in` the run."""
    truth = run.truth
    yield "## Every analysis once"
    yield ""
    yield f"{' '.join((study.__doc__ or '').split())} ({size_of(truth)}; seed {SEED}.) One estimate of each kind, of"
    yield "the first model; of the one that refuses where scores are missing. One in twenty intervals misses by chance,"
    yield "and what rests on the same tasks of one run misses together (`overview`, `conditions` and `means` here)."
    yield ""
    rows = []
    for view, several in given:
        if view.name in WITHOUT_TRUTH:
            rows.append((view.name, f"{len(several)} results", "", "", WITHOUT_TRUTH[view.name]))
            continue
        rows += [(view.name, *cells_of(one, true)) for one, true in (found or partial(found_in, run))(view.name)]
    yield from table(("analysis", "estimate", "true", "found", "holds"), rows)
    yield ""


def cells_of(one: Found, true: float | None) -> tuple[str, str, str, str]:
    """What it is, what is true, what was found, whether it holds."""
    if one.is_right is not None:
        return one.name, "", "", "right" if one.is_right else "wrong"
    if one.alarm is not None:
        return one.name, "0", number(one.alarm), "yes" if one.alarm == 0 else "no"
    if true is None or one.estimate is None:
        raise ValueError(f"{one.name}: nothing to show")
    estimate, test = one.estimate, "" if one.estimate.p is None else f"p = {one.estimate.p:.3f}"
    if estimate.value is None:
        return one.name, number(true), str(estimate), ""
    if estimate.low is None or estimate.high is None:
        if estimate.p is None:
            return one.name, number(true), number(estimate.value), ""
        kept = (estimate.p >= 0.05) == (true == one.null)
        return one.name, "no difference" if true == one.null else "a difference", test, "yes" if kept else "no"
    holds = "yes" if estimate.low <= true <= estimate.high else "no"
    return one.name, number(true), f"{interval(estimate)}{', ' if test else ''}{test}", holds


def interval(estimate: Estimate) -> str:
    """An estimate with its interval."""
    parts = [number(value or 0.0) for value in (estimate.value, estimate.low, estimate.high)]
    return f"{parts[0]} [{parts[1]}, {parts[2]}]"


def number(value: float) -> str:
    """A number for a table."""
    return f"{value + 0.0:.3f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


if __name__ == "__main__":
    main()
