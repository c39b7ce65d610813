"""Length and other measures: within tasks and between, truncation, refusals, what length leaves of two ratings."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import stats

from motivtui.stats.effort import EffortRelation, effort_relations, partial_r, repeated_measures_r
from motivtui.stats.estimate import Size
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, rating, table

# Bland & Altman (1995): intramural pH and PaCO2 of eight subjects, as in R's rmcorr::bland1995.
SUBJECTS = np.repeat(np.arange(8), [4, 4, 9, 5, 8, 6, 3, 8])
PH = np.array(
    [6.68, 6.53, 6.43, 6.33, 6.85, 7.06, 7.13, 7.17, 7.40, 7.42, 7.41, 7.37, 7.34, 7.35, 7.28, 7.30, 7.34, 7.36, 7.33,
     7.29, 7.30, 7.35, 7.35, 7.30, 7.30, 7.37, 7.27, 7.28, 7.32, 7.32, 7.38, 7.30, 7.29, 7.33, 7.31, 7.33, 6.86, 6.94,
     6.92, 7.19, 7.29, 7.21, 7.25, 7.20, 7.19, 6.77, 6.82]
)  # fmt: skip
CO2 = np.array(
    [3.97, 4.12, 4.09, 3.97, 5.27, 5.37, 5.41, 5.44, 5.67, 3.64, 4.32, 4.73, 4.96, 5.04, 5.22, 4.82, 5.07, 5.67, 5.10,
     5.53, 4.75, 5.51, 4.28, 4.44, 4.32, 3.23, 4.46, 4.72, 4.75, 4.99, 4.78, 4.73, 5.12, 4.93, 5.03, 4.93, 6.85, 6.44,
     6.52, 5.28, 4.56, 4.34, 4.32, 4.41, 3.69, 6.09, 5.58]
)  # fmt: skip


def execution(tokens: float | None, task: str = "t", family: str = "f", manipulation: str = "none", **more: Any) -> Row:
    plain = {"instrument": "execution", "phase": "execute", "item": None, "item_kind": None, "status": None}
    return rating(None, task, family, manipulation, **(plain | {"output_tokens": tokens} | more))


def report(value: float | None, task: str = "t", family: str = "f", manipulation: str = "none", **more: Any) -> Row:
    return rating(value, task, family, manipulation, **({"instrument": "pre-self-report", "item": "motivation"} | more))


def judged(value: float | None, task: str = "t", family: str = "f", manipulation: str = "none", **more: Any) -> Row:
    return rating(value, task, family, manipulation, **({"instrument": "judge", "phase": "judge", "judge": "j"} | more))


def related(rows: list[Row], instrument: str = "pre-self-report", **options: Any) -> EffortRelation:
    found = effort_relations(table(rows), draws=100, **options)
    (one,) = [one for one in found if one.measure.instrument == instrument]
    return one


def simulated(tasks: int = 80, seed: int = 2) -> list[Row]:
    """Between tasks long ones are liked less, within tasks more; the judge likes what the model likes, and length."""
    generator = np.random.default_rng(seed)
    rows = []
    for task in range(tasks):
        own = generator.normal()
        for manipulation in ("none", "money", "guilt"):
            shift, noise, quality = generator.normal(size=3)
            where = (f"t{task}", f"f{task // 2}", manipulation)
            length = own + 0.3 * shift
            rows.append(execution(float(np.round(np.exp(5 + 0.5 * length))), *where))
            rows.append(report(50 - 10 * own + 5 * shift + 3 * noise, *where))
            rows.append(judged(50 + 8 * length + 4 * noise + 3 * quality, *where))
    return rows


def test_repeated_measures_are_those_of_rmcorr() -> None:
    size = Size(94, 8)
    found = repeated_measures_r(CO2, PH, SUBJECTS, SUBJECTS, size=size, is_clustered=False)
    # R: rmcorr(Subject, PaCO2, pH, bland1995), version 0.7.0
    assert found.value == pytest.approx(-0.5067697, abs=1e-7)
    assert (found.df, found.n_parents) == (38, 8)
    assert found.p == pytest.approx(0.0008471081, abs=1e-9)
    assert [found.low, found.high] == pytest.approx([-0.7067146, -0.2318631], abs=1e-7)
    clustered = repeated_measures_r(CO2, PH, SUBJECTS, SUBJECTS, size=size)
    assert clustered.value == pytest.approx(-0.5067697, abs=1e-7)
    assert clustered.df == 7


def test_partial_r_is_the_textbooks() -> None:
    x, y, z = np.random.default_rng(1).normal(size=(3, 40)) + np.random.default_rng(2).normal(size=40)
    size, parents = Size(40, 40), np.arange(40)
    (_, xy, xz), (_, _, yz), _ = np.corrcoef([x, y, z])
    expected = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    found = partial_r(x, y, z, parents, size=size)
    assert found.value == pytest.approx(expected)
    assert found.low is not None
    assert found.low < expected
    assert partial_r(x, 2 * z + 1, z, parents, size=size).reason == "length says it all: nothing is left"
    assert partial_r(x, y, np.full(40, 5.0), parents, size=size).reason == "one of the two does not vary"


def test_within_and_between_are_two_questions() -> None:
    found = related(simulated())
    assert found.within.value is not None
    assert found.between.value is not None
    assert found.within.value > 0.6
    assert found.between.value < -0.7
    assert found.spearman.value is not None
    assert found.spearman.value < -0.5
    assert (found.within.n_tasks, found.within.n_rows) == (80, 480)
    assert (found.between.n_tasks, found.spearman.n_tasks, found.spearman.n_rows) == (80, 80, 160)
    assert (found.spearman_censored, found.spearman_without_refusal, found.partial) == (None, None, None)
    assert found.spearman.adjustment == "Benjamini-Hochberg over 2 measures"


def test_numbers_are_those_of_the_rows() -> None:
    rows = simulated(20)
    tokens = {row["task"]: row["output_tokens"] for row in rows if row["phase"] == "execute"}  # the last: guilt
    scores = {row["task"]: row["value"] for row in rows if row["phase"] == "pre"}
    found = related(rows, manipulation="guilt")
    x, y = [tokens[task] for task in tokens], [scores[task] for task in tokens]
    assert found.spearman.value == pytest.approx(stats.spearmanr(x, y).statistic)
    assert found.kendall.value == pytest.approx(stats.kendalltau(x, y).statistic)


def test_what_length_leaves_of_report_and_judge() -> None:
    rows = simulated()
    found = related(rows, "judge")
    control = {(row["phase"], row["task"]): row for row in rows if row["manipulation"] == "none"}
    tasks = sorted({row["task"] for row in rows})
    logs = np.log([control["execute", task]["output_tokens"] for task in tasks])
    pre, judge = ([control[phase, task]["value"] for task in tasks] for phase in ("pre", "judge"))
    left = [np.polyval(np.polyfit(logs, side, 1), logs) - side for side in (pre, judge)]
    assert found.partial is not None
    assert found.partial.value == pytest.approx(np.corrcoef(left[0], left[1])[0, 1])
    assert related(rows, "judge", report=("other", "motivation")).partial is None


def test_executions_that_were_cut_off_share_the_first_rank() -> None:
    lengths, scores = [100, 200, 300, 250, 250], [1, 2, 3, 5, 4]
    rows = [
        row
        for n, (tokens, score) in enumerate(zip(lengths, scores, strict=True))
        for row in (
            execution(tokens, f"t{n}", f"f{n}", finish_reason="length" if n > 2 else "stop"),
            report(score, f"t{n}", f"f{n}"),
        )
    ]
    found = related(rows)
    assert (found.truncated.value, found.truncated.n_rows) == (0.4, 5)
    assert found.spearman.value == pytest.approx(stats.spearmanr(lengths, scores).statistic)
    assert found.spearman_censored is not None
    assert found.spearman_censored.value == pytest.approx(stats.spearmanr([1, 2, 3, 4, 4], scores).statistic)
    assert "cut off 40 %" in found.sentence


def test_tasks_that_should_be_refused_can_be_left_out() -> None:
    rows = [
        row
        for n, score in enumerate([1, 2, 3, 4, 90, 80])
        for row in (
            execution(100 + 10 * n, f"t{n}", f"f{n}", categories="code;refusal" if n > 3 else "code"),
            report(score, f"t{n}", f"f{n}", categories="code;refusal" if n > 3 else "code"),
        )
    ]
    found = related(rows)
    assert found.spearman_without_refusal is not None
    assert found.spearman_without_refusal.value == pytest.approx(1)
    assert (found.spearman_without_refusal.n_tasks, found.spearman_without_refusal.n_rows) == (4, 8)
    assert related(rows, refusal_categories=["refus"]).spearman_without_refusal is None


def test_what_has_no_length_is_told() -> None:
    rows = [*simulated(6), execution(None, "t7", state="error"), execution(None, "t8"), execution(0, "t9")]
    rows += [report(None, "t7", status="refused"), report(70, "t8"), report(80, "t9")]
    found = related(rows)
    assert found.excluded_executions == {"error": 1, "no count of tokens": 2}
    assert found.excluded == {"refused": 1}
    assert found.spearman.n_tasks == 6
    assert "executions excluded: 1 error, 2 no count of tokens" in found.sentence


def test_what_cannot_be_had_has_a_reason() -> None:
    found = related([execution(100), report(50)])
    assert found.spearman.reason == found.between.reason == "fewer than 3 tasks with both"
    assert found.within.reason == "too few tasks under several manipulations"
    constant = [row | ({"value": 50.0} if row["phase"] == "pre" else {}) for row in simulated(6)]
    assert related(constant).within.reason == "one of the two does not vary within tasks"
    assert related(constant).kendall.reason == "one of the two does not vary"
    assert related([execution(None, state="error"), report(50)]).truncated.reason == "no complete execution"
    assert effort_relations(table([execution(100), report(50)]), manipulation="nothing") == ()
    assert effort_relations(table([report(50)])) == ()


def test_tasks_under_some_manipulations_only() -> None:
    """Between: of what a task has; within: of tasks that have two or more."""
    rows = simulated(10)
    more = [execution(500, "t90", "f90"), report(30, "t90", "f90")]
    partly = [row for row in rows if (row["task"], row["manipulation"]) not in (("t0", "none"), ("t1", "guilt"))]
    found = related([*partly, *more])
    assert (found.within.n_tasks, found.within.n_rows, found.between.n_tasks, found.between.n_rows) == (10, 56, 11, 58)
    cells = {(row["task"], row["manipulation"], row["phase"]): row for row in [*partly, *more]}
    tasks = sorted({task for task, *_ in cells})
    lengths, scores = [], []
    for task in tasks:
        own = [(phase, row) for (of, _, phase), row in cells.items() if of == task]
        lengths.append(np.mean([np.log(row["output_tokens"]) for phase, row in own if phase == "execute"]))
        scores.append(np.mean([row["value"] for phase, row in own if phase == "pre"]))
    assert found.between.value == pytest.approx(np.corrcoef(lengths, scores)[0, 1])


def test_models_are_not_pooled() -> None:
    rows = [*simulated(10), *(row | {"model": "n", "value": -(row["value"] or 0)} for row in simulated(10))]
    found = [one for one in effort_relations(table(rows), draws=50) if one.measure.item == "motivation"]
    assert [one.model for one in found] == ["m", "n"]
    assert found[0].within.value == pytest.approx(-(found[1].within.value or 0))


def test_the_published_intervals_take_tasks_as_independent() -> None:
    rows = simulated(10)
    robust, published = related(rows), related(rows, preset=Preset.REPLICATE)
    assert published.within.value == pytest.approx(robust.within.value)
    assert published.within.df == 30 - 10 - 1
    assert published.within.flags == published.between.flags == ("tasks taken as independent",)


def covers(seeds: int) -> None:
    """Families share a slope of their own: clustered tests keep their level, the published one does not."""
    generator = np.random.default_rng(5)
    tasks = np.repeat(np.arange(60), 4)
    families = tasks // 3
    rejected = naive = 0
    for _ in range(seeds):
        slopes = generator.normal(size=20)[families]
        x = generator.normal(size=240)
        y = slopes * x + generator.normal(size=240)
        rejected += (repeated_measures_r(x, y, tasks, families, size=Size(480, 60)).p or 0) < 0.05
        naive += (repeated_measures_r(x, y, tasks, families, size=Size(480, 60), is_clustered=False).p or 0) < 0.05
    assert rejected / seeds == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / seeds) + 0.01)
    assert naive / seeds > 0.15


def test_the_level_is_kept() -> None:
    covers(200)


@pytest.mark.soak
def test_the_level_is_kept_at_full_size() -> None:
    covers(2_000)


def test_it_survives_json() -> None:
    found = effort_relations(table(simulated(8)), draws=50)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[EffortRelation, ...]) == found
