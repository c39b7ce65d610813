"""The mediation-like check: fixed effects, parts that add up, resampled ab, sensitivity, a caption that stays."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from motivtui.stats.mediation import CAPTION, RHOS, Mediation, mediations, sensitivity
from tests.stats.rows import Row, table
from tests.stats.test_effort import execution, judged, report


def experiment(
    tasks: int = 60, seed: int = 1, a: float = 10, b: float = 0.5, direct: float = 3, **changes: Any
) -> list[Row]:
    """Money moves the report by `a`, a point of the report the judge's score by `b`, money that by `direct` as well."""
    generator = np.random.default_rng(seed)
    rows = []
    for task in range(tasks):
        own, other = generator.normal(size=2) * 10
        for manipulation in ("none", "money"):
            is_on = manipulation == "money"
            m = 50 + own + a * is_on + generator.normal() * 5
            y = 20 + other + b * m + direct * is_on + generator.normal() * 3
            where = (f"t{task}", f"f{task // 2}", manipulation)
            rows += [report(m, *where, **changes), judged(y, *where, **changes)]
    return rows


def only(rows: list[Row], **options: Any) -> Mediation:
    (found,) = mediations(table(rows), **({"draws": 300} | options))
    return found


def test_it_is_the_regression_with_an_effect_for_each_task() -> None:
    rows = experiment(20)
    found = only(rows)
    value = {(row["instrument"], row["task"], row["manipulation"]): row["value"] for row in rows}
    cells = [(f"t{task}", manipulation) for task in range(20) for manipulation in ("none", "money")]
    m, y = ([value[name, *cell] for cell in cells] for name in ("pre-self-report", "judge"))
    is_on = np.array([manipulation == "money" for _, manipulation in cells], dtype=float)
    dummies = np.repeat(np.eye(20), 2, axis=0)
    total = np.linalg.lstsq(np.column_stack([is_on, dummies]), y)[0]
    own = np.linalg.lstsq(np.column_stack([is_on, dummies]), m)[0]
    outcome = np.linalg.lstsq(np.column_stack([is_on, m, dummies]), y)[0]
    assert [found.a.value, found.c.value] == pytest.approx([own[0], total[0]])
    assert [found.direct.value, found.b.value] == pytest.approx([outcome[0], outcome[1]])
    assert found.indirect.value == pytest.approx(own[0] * outcome[1])
    assert (found.c.n_tasks, found.c.n_rows, found.c.n_parents) == (20, 80, 10)


def test_the_parts_add_up() -> None:
    found = only(experiment())
    assert found.c.value == pytest.approx((found.direct.value or 0) + (found.indirect.value or 0))
    assert found.indirect.value == pytest.approx((found.a.value or 0) * (found.b.value or 0))


def test_the_truth_is_found_again() -> None:
    found = only(experiment(2_000), draws=500)
    for estimate, true in ((found.a, 10), (found.b, 0.5), (found.c, 8), (found.direct, 3), (found.indirect, 5)):
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < true < estimate.high
    assert found.indirect.p == pytest.approx(2 / 501)


def test_the_caption_is_always_there() -> None:
    assert CAPTION == "association, not causal mediation: b is not randomised"
    for rows in (experiment(), experiment(3)):
        assert only(rows).caption == CAPTION
        assert CAPTION in only(rows).sentence
    assert "money against none: judge · want by judge j (free) differs by +" in only(experiment()).sentence


def test_common_causes_make_it_up_and_sensitivity_says_how_strong() -> None:
    """The outcome does not hang on the report at all, but both have an error in common: ρ = 0.6."""
    generator = np.random.default_rng(4)
    common = generator.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 20_000)
    rho, curve = sensitivity(10 + 5 * common[:, 0], 3 + 4 * common[:, 1])
    assert rho == pytest.approx(0.6, abs=0.02)
    by_rho = dict(curve)
    assert by_rho[0.0] == pytest.approx(10 * 0.6 * 4 / 5, abs=0.15)  # ab as it looks without a common cause
    assert by_rho[0.6] == pytest.approx(0, abs=0.2)
    # With b = 2 and errors that correlate 0.5 (Imai et al. 2010: of the mediator's and of the outcome's model):
    errors = generator.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 20_000)
    mediator = 10 + 5 * errors[:, 0]
    _, curve = sensitivity(mediator, 2 * mediator + 8 * errors[:, 1])
    assert dict(curve)[0.5] == pytest.approx(20, abs=0.6)
    assert dict(curve)[0.0] > 24
    assert tuple(one for one, _ in curve) == RHOS


def test_sensitivity_starts_from_ab() -> None:
    found = only(experiment())
    assert dict(found.sensitivity)[0.0] == pytest.approx(found.indirect.value)
    assert found.rho_at_zero is not None
    assert f"none of it if errors correlate {found.rho_at_zero:+.2f}" in found.sentence


def test_outcomes_are_length_post_and_judge() -> None:
    rows = experiment()
    rows += [
        execution(round(100 + (row["value"] or 0)), row["task"], row["family"], row["manipulation"])
        for row in rows
        if row["phase"] == "pre"
    ]
    rows += [row | {"instrument": "post", "phase": "post"} for row in rows if row["phase"] == "pre"]
    rows += [row | {"instrument": "breakdown", "item": "fear"} for row in rows if row["phase"] == "pre"]
    found = mediations(table(rows), draws=100)
    assert [one.outcome.instrument for one in found] == ["execution", "post", "judge"]
    assert found[0].c.unit == "log tokens"
    assert found[1].b.value == pytest.approx(1)
    assert {one.mediator.item for one in found} == {"motivation"}


def test_only_complete_tasks_count_and_the_others_are_told() -> None:
    rows = experiment(10)
    rows[1] |= {"value": None, "status": "truncated"}
    found = only(rows)
    assert (found.c.n_tasks, found.a.n_tasks, found.excluded) == (9, 9, {"truncated": 1})
    rows[4] |= {"value": None, "status": "refused"}  # the report of another task
    partly = only(rows)
    without = only([row for row in experiment(10) if row["task"] not in ("t0", "t1")])
    assert partly.excluded == {"truncated": 1, "refused": 1}
    for name in ("a", "b", "c", "direct", "indirect"):
        assert getattr(partly, name) == getattr(without, name)


def test_what_cannot_be_had_has_a_reason() -> None:
    few = only(experiment(3))
    assert few.b.reason == few.indirect.reason == "3 complete tasks, 4 are needed"
    assert few.c.value is not None
    rows = experiment(20)
    same = [row | ({"value": 50.0} if row["phase"] == "pre" else {}) for row in rows]
    assert only(same).indirect.reason == "the mediator's difference is the same in every task"
    flat = [row | ({"value": 50.0} if row["phase"] == "judge" else {}) for row in rows]
    assert only(flat).b.reason == "the outcome's difference is the same in every task"
    alone = only([row | {"family": "f"} for row in rows])
    assert (alone.indirect.low, alone.indirect.p, alone.indirect.reason) == (None, None, "one family only")
    nothing = only([row | {"value": None, "status": "refused"} for row in rows])
    assert nothing.a.reason == "no task has both under both"
    assert mediations(table([row for row in rows if row["manipulation"] != "none"])) == ()
    assert mediations(table(rows), report=("other", "motivation")) == ()


def test_models_and_manipulations_are_apart_and_p_is_adjusted_over_these() -> None:
    rows = [*experiment(), *experiment(model="n", a=-10)]
    rows += [row | {"manipulation": "guilt"} for row in experiment(seed=5) if row["manipulation"] == "money"]
    found = mediations(table(rows), draws=200)
    assert [(one.model, one.manipulation) for one in found] == [("m", "guilt"), ("m", "money"), ("n", "money")]
    assert found[0].indirect.adjustment == "Benjamini-Hochberg over 2 manipulations"
    assert (found[2].a.value or 0) < 0


def covers(seeds: int, draws: int) -> None:
    """The interval of ab holds the truth where families share errors of both; without b, p keeps its level."""
    generator = np.random.default_rng(12)
    for b in (0.5, 0.0):
        covered = rejected = 0
        for _ in range(seeds):
            rows = []
            for task in range(100):
                if task % 4 == 0:
                    shared = generator.normal(size=2) * 3
                m = 10 + shared[0] + generator.normal() * 4
                y = b * m + shared[1] + generator.normal() * 4
                where = (f"t{task}", f"f{task // 4}")
                rows += [report(0, *where), judged(0, *where), report(m, *where, "money"), judged(y, *where, "money")]
            found = only(rows, draws=draws).indirect
            assert found.low is not None
            assert found.high is not None
            covered += found.low <= 10 * b <= found.high
            rejected += (found.p or 0) < 0.05
        margin = 3 * np.sqrt(0.05 * 0.95 / seeds) + 0.01
        assert covered / seeds == pytest.approx(0.95, abs=margin)
        if not b:
            assert rejected / seeds == pytest.approx(0.05, abs=margin)


def test_intervals_cover() -> None:
    covers(60, 400)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    covers(500, 2_000)


def test_it_survives_json() -> None:
    found = mediations(table(experiment(10)), draws=50)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Mediation, ...]) == found
