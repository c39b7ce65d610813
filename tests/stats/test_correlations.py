"""Measures that go together: by model, tasks with both, clustered, corrected for error; panels and models."""

from __future__ import annotations

import math
import random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.correlations import Correlation, correlations, disattenuated
from motivtui.stats.estimate import Estimate
from motivtui.stats.measures import Measure
from motivtui.stats.pooled_correlations import PooledCorrelation, pooled_correlations
from motivtui.stats.preset import Preset
from motivtui.stats.resampling import family_weights
from tests.stats.rows import Row, rating, table

PRE = {"instrument": "pre"}
POST = {"instrument": "post", "phase": "post"}


def related(r: float, *, tasks: int = 60, seed: int = 3, model: str = "m", repeats: int = 1) -> list[Row]:
    """Two measures whose true scores correlate `r`; each repeat adds noise of half the variance."""
    generator = np.random.default_rng(seed)
    rows = []
    for task in range(tasks):
        x, z = generator.normal(size=2)
        y = r * x + math.sqrt(1 - r**2) * z
        for repeat in range(1, repeats + 1):
            noise = generator.normal(size=2) * math.sqrt(0.5) * (repeats > 1)
            changes: dict[str, Any] = {"model": model, "repeat": repeat}
            rows.append(rating(50 + 10 * (x + noise[0]), f"t{task}", f"f{task // 2}", **changes, **PRE))
            rows.append(rating(50 + 10 * (y + noise[1]), f"t{task}", f"f{task // 2}", **changes, **POST))
    return rows


def only(rows: list[Row], **options: Any) -> Correlation:
    (found,) = correlations(table(rows), draws=200, **options)
    return found


def test_tasks_with_both_are_correlated() -> None:
    rows = [
        *(rating(x, f"t{n}", f"f{n}", **PRE) for n, x in enumerate([44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2])),
        *(rating(y, f"t{n}", f"f{n}", **POST) for n, y in enumerate([2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2])),
        rating(None, "t7", "f7", status="refused", **POST),
        rating(90, "t8", "f8", **POST),
        rating(1, "t7", "f7", "money", **POST),
    ]
    found = only(rows)
    x, y = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7], [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2]
    assert found.r.value == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert (found.r.n_rows, found.r.n_tasks, found.r.n_parents) == (14, 7, 7)
    assert (found.one.instrument, found.other.instrument) == ("pre", "post")
    assert (found.tasks_one, found.tasks_other, found.excluded) == (8, 8, {"refused": 1})
    assert "7 tasks with both in 7 families (8 with the first, 8 with the second)" in found.sentence
    assert "excluded: 1 refused; few families (7)." in found.sentence


def test_models_conditions_and_groups_are_never_pooled() -> None:
    rows = [*related(0.9), *related(-0.9, model="n", seed=4)]
    rows += [row | {"manipulation": "money", "value": 50 - row["value"]} for row in related(0.2, seed=9)]
    found = correlations(table(rows), draws=200)
    assert [(one.model, round(one.r.value or 0)) for one in found] == [("m", 1), ("n", -1)]
    (money,) = correlations(table(rows), manipulation="money", draws=200)
    assert money.manipulation == "money"
    assert correlations(table(rows), manipulation="nothing") == ()
    judged = [row | {"judge": name} for name in ("a", "b") for row in related(0.5)]
    assert len(correlations(table(judged), draws=50)) == 6  # two measures by each of two judges


def test_repeats_show_what_error_of_measurement_takes_away() -> None:
    found = only(related(0.8, tasks=3_000, repeats=2))
    assert found.reliability_one == pytest.approx(0.8, abs=0.03)  # 1/(1 + 0.5/2)
    assert found.r.value == pytest.approx(0.64, abs=0.04)
    assert found.disattenuated.value == pytest.approx(0.8, abs=0.05)
    assert found.disattenuated.low is not None
    assert found.r.low is not None
    assert found.disattenuated.low > found.r.low
    assert only(related(0.8)).disattenuated.reason == "a measure has no known reliability"


def test_the_correction_is_a_division() -> None:
    r = Estimate(0.6, 0.4, 0.7, n_tasks=9, p=0.01, statistic=3, df=4)
    assert disattenuated(r, 0.8, 0.7).value == pytest.approx(0.6 / math.sqrt(0.56))
    assert disattenuated(r, 0.8, 0.7).p is None
    assert disattenuated(r, 0.5, 0.5).flags == ("above 1: a reliability is too low an estimate",)
    assert disattenuated(r, -0.1, 0.5).reason == "a measure's reliability is not above 0"
    assert disattenuated(Estimate(None, reason="why"), 0.5, 0.5).reason == "why"


def test_p_is_adjusted_within_a_model() -> None:
    rows = [row | {"item": item} for item in ("a", "b") for row in related(0.4, seed=ord(item))]
    found = correlations(table(rows), draws=50)
    assert len(found) == 6
    assert {one.r.adjustment for one in found} == {"Benjamini-Hochberg over 6 pairs of measures"}


def test_the_published_rules_average_the_models() -> None:
    first, second = related(0.9, tasks=30), related(0.2, tasks=30, seed=8, model="n")
    dropped = [row for row in second if row["task"] != "t0"]
    (found,) = correlations(table([*first, *dropped]), preset=Preset.REPLICATE)
    values = {(row["model"], row["instrument"], row["task"]): row["value"] for row in [*first, *dropped]}
    x, y = (
        [np.mean([values[model, name, f"t{task}"] for model in "mn"]) for task in range(1, 30)]
        for name in ("pre", "post")
    )
    assert found.model == "mean of 2 models"
    assert found.r.value == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert (found.r.n_models, found.r.n_tasks, found.r.df) == (2, 29, 27)
    assert found.r.flags == ("tasks taken as independent", "models averaged before the analysis")


def test_pooled_over_models() -> None:
    rows = [row for n in range(4) for row in related(0.2 + 0.2 * n, seed=n, model=f"m{n}")]
    rows += [row | {"value": 50.0} if row["instrument"] == "pre" else row for row in related(0.3, model="flat")]
    rows += [row | {"value": float(row["task"][1:])} for row in related(0.3, model="line")]
    (found,) = pooled_correlations(table(rows), draws=500)
    assert [model for model, _ in found.by_model] == ["m0", "m1", "m2", "m3"]
    assert found.left_out == (("flat", "one of the two does not vary"), ("line", "all tasks lie on a line"))
    z = np.arctanh([r for _, r in found.by_model])
    assert found.panel.value == found.population.value == pytest.approx(np.tanh(z.mean()))
    # t(3) 97.5 %: 3.182446305284263 (R: qt(.975, 3))
    half = 3.182446305284263 * z.std(ddof=1) / 2
    assert found.population.low == pytest.approx(np.tanh(z.mean() - half))
    assert found.population.flags == ("few models (4)",)
    assert found.panel.low is not None
    assert found.population.low is not None
    assert found.panel.low > found.population.low  # models differ more than tasks leave unsure
    assert "for these 4 models only" in found.sentence
    assert "left out: flat (one of the two does not vary), line" in found.sentence


def test_two_models_are_no_sample_of_models() -> None:
    (found,) = pooled_correlations(table([*related(0.5), *related(0.5, model="n", seed=5)]), draws=200)
    assert (found.population.value, found.population.reason) == (None, "2 models, 3 are needed")
    assert found.panel.value == pytest.approx(0.5, abs=0.2)
    (few,) = pooled_correlations(table([*related(0.5, tasks=8), *related(0.5, tasks=8, model="n")]), draws=200)
    assert few.panel.flags == ("few families (4)",)
    flat = [row | {"value": 3.0} for row in [*related(0.5), *related(0.5, model="n")]]
    (nothing,) = pooled_correlations(table(flat), draws=200)
    assert (nothing.panel.value, nothing.panel.reason) == (None, "no model has a correlation")


def test_the_panel_draws_the_same_families_for_every_model() -> None:
    """By hand: in each draw a family counts as often for the one model as for the other, which lacks some."""
    ones = related(0.5, tasks=24)
    others = [row for row in related(0.2, tasks=24, seed=8, model="n") if row["task"] not in ("t0", "t1", "t14", "t15")]
    (found,) = pooled_correlations(table([*ones, *others]), draws=100, seed=5)
    names = sorted({row["family"] for row in ones})
    drawn = []
    for weights in family_weights(12, 100, 5):
        z = []
        for rows in (ones, others):
            pairs: dict[str, dict[str, float]] = {row["task"]: {} for row in rows}
            for row in rows:
                pairs[row["task"]][row["instrument"]] = row["value"]
            times = {row["task"]: int(weights[names.index(row["family"])]) for row in rows}
            x, y = ([pairs[task][name] for task in pairs for _ in range(times[task])] for name in ("pre", "post"))
            z.append(np.arctanh(np.corrcoef(x, y)[0, 1]))
        drawn.append(np.tanh(np.mean(z)))
    assert [found.panel.low, found.panel.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]).tolist())


def test_the_panel_counts_what_models_share_once() -> None:
    """Two models with the very same scores know no more than one."""
    rows = related(0.5)
    (single,) = correlations(table(rows), draws=500)
    (twice,) = pooled_correlations(table([*rows, *(row | {"model": "n"} for row in rows)]), draws=500)
    assert [twice.panel.low, twice.panel.high] == pytest.approx([single.r.low, single.r.high])


cases = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["pre", "post"]), st.integers(1, 100)), max_size=40)


@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(drawn: list[tuple[int, str, int]], order: random.Random) -> None:
    rows = [rating(value, f"t{task}", f"f{task // 2}", instrument=name) for task, name, value in drawn]
    shuffled = order.sample(rows, len(rows))
    for one, other in zip(correlations(table(rows), draws=50), correlations(table(shuffled), draws=50), strict=True):
        assert (one.r.reason, one.spearman.reason, one.r.n_rows) == (
            other.r.reason,
            other.spearman.reason,
            other.r.n_rows,
        )
        assert one.r.value == (None if other.r.value is None else pytest.approx(other.r.value))


def test_everything_missing_has_a_reason() -> None:
    found = only([rating(None, **PRE), rating(None, **POST)])
    assert (found.r.value, found.r.reason, found.spearman.reason) == (None, *["fewer than 3 tasks with both"] * 2)
    assert found.excluded == {"missing": 2}


def test_it_survives_json() -> None:
    made = table([*related(0.5), *related(0.1, model="n")])
    found, over = correlations(made, draws=50), pooled_correlations(made, draws=50)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Correlation, ...]) == found
    assert msgspec.json.decode(msgspec.json.encode(over), type=tuple[PooledCorrelation, ...]) == over
    assert isinstance(found[0].one, Measure)
