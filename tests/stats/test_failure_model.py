"""Failures by category and report: the same numbers as statsmodels, and truths found again."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from motivtui.stats.answers import Failure
from motivtui.stats.failure_model import FIRTH, FailureModel, failure_models
from tests.stats.rows import Row, rating, table


def study(
    seed: int = 3, slope: float = -0.6, families: int = 60, *, effects: dict[str, float] | None = None
) -> list[Row]:
    """A choice-like instrument that fails less where the report is high; two tasks a family, one category each."""
    generator = np.random.default_rng(seed)
    effects = effects or {"a": 0.0, "b": 1.0, "c": -0.5}
    rows = []
    for family in range(families):
        category = list(effects)[family % len(effects)]
        for task in range(2):
            report = float(np.clip(generator.normal(60, 15), 1, 100))
            logit = -0.7 + slope * (report - 60) / 10 + effects[category]
            fails = generator.random() < 1 / (1 + math.exp(-logit))
            name = f"{family}-{task}"
            rows.append(rating(report, name, f"f{family}", categories=category))
            rows.append(
                rating(
                    None if fails else 50,
                    name,
                    f"f{family}",
                    categories=category,
                    instrument="breakdown",
                    item="value",
                    status="refused" if fails else "ok",
                )
            )
    return rows


def model(rows: list[Row], kind: Failure = Failure.REFUSED, instrument: str = "breakdown") -> FailureModel:
    (found,) = [one for one in failure_models(table(rows)) if (one.kind, one.instrument) == (kind, instrument)]
    return found


def test_it_is_the_clustered_logit_of_statsmodels() -> None:
    rows = study()
    found = model(rows)
    from statsmodels.discrete.discrete_model import Logit

    reports = np.array([row["value"] for row in rows[::2]])
    y = np.array([float(row["value"] is None) for row in rows[1::2]])
    category = np.array([row["categories"] for row in rows[::2]])
    groups = np.repeat(np.arange(60), 2)
    x = np.column_stack([np.ones(120), reports / 10, category == "a", category == "b"]).astype(float)
    fitted = Logit(y, x).fit(disp=0, cov_type="cluster", cov_kwds={"groups": groups})
    # statsmodels corrects by G/(G-1)·(n-1)/(n-k) as well.
    low, high = fitted.conf_int()[1]
    odds = found.by_report[0].odds_ratio
    assert odds.value == pytest.approx(math.exp(fitted.params[1]), rel=1e-6)
    assert (odds.low, odds.high) == pytest.approx((math.exp(low), math.exp(high)), rel=1e-5)
    assert odds.p == pytest.approx(fitted.pvalues[1], rel=1e-4)
    joint = fitted.wald_test(np.eye(4)[2:], scalar=True)
    assert found.by_report[0].categories.statistic == pytest.approx(float(joint.statistic), rel=1e-5)
    assert found.by_report[0].categories.p == pytest.approx(float(joint.pvalue), rel=1e-4)
    assert (odds.n_rows, odds.n_tasks, odds.n_parents) == (120, 120, 60)
    assert "for 10 points more of want · want (free) odds × " in found.sentence


def test_failures_are_counted_by_category() -> None:
    rows = study()
    found = model(rows)
    by = {one.category: one.failed for one in found.by_category}
    for name in "abc":
        own = [row for row in rows[1::2] if row["categories"] == name]
        assert by[name].value == pytest.approx(sum(row["value"] is None for row in own) / len(own))
    assert found.failures == sum(row["value"] is None for row in rows[1::2])
    assert model(rows, Failure.UNREADABLE).failures == 0


def test_a_category_that_always_fails_is_separated_not_infinite() -> None:
    rows = study(effects={"a": 0.0, "b": 60.0, "c": 0.0})
    found = model(rows)
    assert FIRTH in found.categories_alone.flags
    assert found.categories_alone.statistic is not None
    assert math.isfinite(found.categories_alone.statistic)


def test_few_failures_are_na_with_a_reason() -> None:
    found = model(study(families=3))
    assert found.by_report[0].odds_ratio.value is None
    assert "10 of each are needed" in found.categories_alone.reason
    assert "categories NA (" in found.sentence


def test_a_report_that_does_not_vary_says_nothing() -> None:
    rows = [row | ({"value": 50.0} if row["instrument"] == "want" else {}) for row in study()]
    assert model(rows).by_report[0].odds_ratio.reason == "the report does not vary"


def test_one_family_has_no_interval_to_give() -> None:
    rows = [row | {"family": "f"} for row in study()]
    assert model(rows).by_report[0].odds_ratio.reason == "one family only"


def test_tasks_without_a_report_are_left_to_the_categories() -> None:
    rows = study()
    rows[0] |= {"value": None, "status": "refused"}
    found = model(rows)
    assert found.by_report[0].odds_ratio.n_rows == 119
    assert found.categories_alone.n_rows == 120


def test_one_category_is_nothing_to_compare() -> None:
    found = model(study(effects={"a": 0.0}))
    assert found.categories_alone.reason == "no two categories to compare"
    assert found.by_report[0].odds_ratio.value is not None


def recovery(seeds: int) -> None:
    covered = 0
    for seed in range(seeds):
        odds = model(study(seed, families=100)).by_report[0].odds_ratio
        assert odds.low is not None
        assert odds.high is not None
        covered += odds.low <= math.exp(-0.6) <= odds.high
    assert covered / seeds == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / seeds) + 0.01)


def test_intervals_cover() -> None:
    recovery(200)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    recovery(1_000)


def test_it_survives_json() -> None:
    found = failure_models(table(study()))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[FailureModel, ...]) == found
