"""Judges of the same answers: agreement by model, self-preference, length, halo, and one judge alone."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from motivtui.stats.judge_bias import Halo, JudgeBias, halos, judge_biases
from motivtui.stats.judges import JudgeAgreement, judge_agreements
from motivtui.stats.preset import Preset
from tests.stats.rows import Row, rating, table
from tests.stats.test_agreement import JUDGES
from tests.stats.test_effort import execution


def rated(value: float | None, answer: float, judge: str, task: str = "t", family: str = "f", **more: Any) -> Row:
    plain: dict[str, Any] = {
        "instrument": "judge",
        "phase": "judge",
        "item": "quality",
        "judge": judge,
        "execution": answer,
    }
    return rating(value, task, family, **(plain | {"scale_maximum": 7} | more))


def matrix(scores: Any, **more: Any) -> list[Row]:
    return [
        rated(float(value) if np.isfinite(value) else None, 1_000 + n, f"j{place}", f"t{n}", f"f{n}", **more)
        for n, row in enumerate(scores)
        for place, value in enumerate(row)
    ]


def agreement(rows: list[Row], **options: Any) -> JudgeAgreement:
    (found,) = judge_agreements(table(rows), draws=100, **options)
    return found


def contest(tasks: int = 60, seed: int = 1, own: float = 0, per_doubling: float = 0, quality: float = 0) -> list[Row]:
    """Models a and b answer under two conditions and judge each other; a likes its own, and length; a is better."""
    generator = np.random.default_rng(seed)
    rows: list[Row] = []
    answer = 10_000
    for task in range(tasks):
        level = generator.normal()
        for manipulation in ("none", "money"):
            for model in ("a", "b"):
                answer += 1
                length = float(generator.integers(50, 800))
                true = level + quality * (model == "a") + generator.normal()
                where: dict[str, Any] = {"model": model, "manipulation": manipulation}
                rows.append(execution(length, f"t{task}", f"f{task // 2}", ordinal=answer, **where))
                for judge in ("a", "b"):
                    score = true + 0.3 * generator.normal() + 0.5 * (judge == "b")
                    if judge == "a":
                        score += own * (model == "a") + per_doubling * np.log2(length)
                    rows.append(rated(float(score), answer, judge, f"t{task}", f"f{task // 2}", **where))
    return rows


def bias(rows: list[Row], judge: str = "a") -> JudgeBias:
    (found,) = [one for one in judge_biases(table(rows)) if one.judge == judge]
    return found


def test_agreement_is_that_of_the_textbook() -> None:
    found = agreement(matrix(JUDGES), preset=Preset.REPLICATE)
    # Shrout & Fleiss (1979): ICC(2,1) 0.29, ICC(3,1) 0.71
    assert [found.icc.a1.value, found.icc.c1.value] == pytest.approx([0.29, 0.71], abs=0.005)
    assert found.icc.a1.low == pytest.approx(0.019, abs=0.0005)
    assert (found.answers, found.complete, found.total, found.judges) == (6, 6, 24, ("j0", "j1", "j2", "j3"))
    assert [round(one.value or 0, 6) for _, one in found.severity] == pytest.approx(
        JUDGES.mean(axis=0) - JUDGES.mean(), abs=1e-6
    )
    assert len(found.pairs) == 6
    assert found.severity[0][1].adjustment == "Benjamini-Hochberg over 4 judges"


def test_answers_that_not_all_have_rated_are_told() -> None:
    scores = JUDGES.copy()
    scores[0, 0] = np.nan
    found = agreement(matrix(scores))
    assert (found.answers, found.complete, found.excluded) == (6, 5, {"missing": 1})
    assert found.icc.a1.n_tasks == 5
    assert found.alpha_interval.n_tasks == 6
    assert found.alpha_interval.n_rows == 23
    assert "5 of 6 answers rated by all, 5 families; ratings excluded: 1 missing" in found.sentence
    scores[1, 3] = np.nan
    found = agreement(matrix(scores))
    kappas = {(pair.one, pair.other): pair.kappa.n_tasks for pair in found.pairs}
    assert kappas["j0", "j1"] == 5
    assert kappas["j1", "j2"] == 6
    assert (kappas["j0", "j3"], kappas["j1", "j3"]) == (4, 5)


def test_repeats_of_a_judge_are_averaged() -> None:
    twice = [
        row | {"repeat": repeat, "value": row["value"] + shift}
        for row in matrix(JUDGES)
        for repeat, shift in ((1, 1), (2, -1))
    ]
    found, once = agreement(twice), agreement(matrix(JUDGES))
    assert found.icc.a1.value == pytest.approx(once.icc.a1.value)
    assert found.icc.a1.n_rows == 48
    assert [one.value for _, one in found.severity] == pytest.approx([one.value for _, one in once.severity])
    assert [pair.kappa.value for pair in found.pairs] == pytest.approx([pair.kappa.value for pair in once.pairs])


def test_severity_is_within_answers() -> None:
    """Judges that differ by a level only are exactly that much apart, however much answers differ."""
    found = agreement(matrix(JUDGES[:, :1] + np.array([0, 2, 4]) + np.array([[0.1, 0, 0]] + [[0, 0, 0]] * 5)))
    low, high = found.severity[0][1].low, found.severity[0][1].high
    assert low is not None
    assert high is not None
    assert high - low < 0.1


def test_models_items_and_instruments_are_apart() -> None:
    rows = [*matrix(JUDGES), *matrix(JUDGES[::-1] ** 2, model="n"), *matrix(JUDGES, item="relevance")]
    found = judge_agreements(table(rows), draws=50)
    assert [(one.model, one.item) for one in found] == [("m", "quality"), ("m", "relevance"), ("n", "quality")]
    assert found[0].icc.a1.value == found[1].icc.a1.value != found[2].icc.a1.value


def test_one_judge_has_nobody_to_agree_with() -> None:
    rows = matrix(JUDGES[:, :1])
    found = agreement(rows)
    assert found.icc.a1.reason == found.alpha_ordinal.reason == "one judge: nobody to agree with"
    assert found.severity[0][1].reason == "one judge: nobody to agree with"
    assert found.pairs == ()
    assert "NA (one judge: nobody to agree with)" in found.sentence
    (alone,) = judge_biases(table(rows))
    assert alone.self_preference.reason == "one judge: nobody to compare with"


def test_who_never_answered_has_no_own_answers() -> None:
    found = judge_biases(table(matrix(JUDGES)))
    assert {one.self_preference.reason for one in found} == {"none of the answers is its own"}
    own = [row | {"model": "j0"} for row in matrix(JUDGES)]
    assert bias(own, "j0").self_preference.reason == "no task with its own and another's answer"


def test_liking_ones_own_answers_is_found_and_quality_is_not_taken_for_it() -> None:
    liked, better = bias(contest(own=0.8)), bias(contest(quality=2))
    assert liked.self_preference.low is not None
    assert liked.self_preference.low > 0.5
    assert liked.self_preference.value == pytest.approx(0.8, abs=0.15)
    assert (liked.self_preference.n_tasks, liked.self_preference.n_parents) == (60, 30)
    assert liked.self_preference.n_rows == 480
    assert better.self_preference.value == pytest.approx(0, abs=0.15)
    # Whoever does not like its own shows the other side of it: its gap to the one that does.
    assert bias(contest(own=0.8), "b").self_preference.value == pytest.approx(liked.self_preference.value)
    assert "its own answers get +0." in liked.sentence
    assert liked.self_preference.flags == ("two judges: which of them leans cannot be told",)


def test_gaps_are_paired_by_task_and_condition() -> None:
    """a judges only its hard-condition answers; other conditions, where every gap is larger, must not come in."""
    rows = []
    for n in range(4):
        for answer, model, manipulation, scores in (
            (1, "a", "money", (5, 4)), (2, "b", "money", (4 + n % 2, 4)), (3, "b", "none", (7, 1)),
        ):  # fmt: skip
            for judge, score in zip("ab", scores, strict=True):
                where: dict[str, Any] = {"model": model, "manipulation": manipulation}
                rows.append(rated(score, 10 * n + answer, judge, f"t{n}", f"f{n}", **where))
    assert bias(rows).self_preference.value == pytest.approx(0.5)


def test_length_counts_within_tasks() -> None:
    found = bias(contest(per_doubling=0.7))
    for model, slope in found.length:
        assert slope.low is not None
        assert slope.high is not None
        assert slope.low < 0.7 < slope.high, model
    assert [model for model, _ in found.length] == ["a", "b"]
    assert (found.length[0][1].n_tasks, found.length[0][1].df) == (60, 29)
    for _, slope in bias(contest(per_doubling=0.7), "b").length:
        assert abs(slope.value or 0) < 0.4
    single = [row for row in contest() if row["manipulation"] == "none"]
    assert bias(single).length[0][1].reason == "no task has several answers of known length"
    unknown = [row | {"output_tokens": None} for row in contest(10)]
    assert bias(unknown).length[0][1].reason == "no task has several answers of known length"


def test_tokens_are_those_of_the_answer_itself() -> None:
    rows = [
        rated(9, 45, "a"),  # its execution is not here: of no known length
        execution(7, "t", "f", ordinal=40),  # nobody rates these two
        execution(9, "t", "f", ordinal=51.5),
        *(execution(tokens, "t", "f", ordinal=50 + n) for n, tokens in enumerate([64, 128, 512])),
        *(rated(value, 50 + n, "a") for n, value in enumerate([1, 2, 4])),
        *(execution(tokens, "u", "g", ordinal=60 + n) for n, tokens in enumerate([64, 256])),
        *(rated(value, 60 + n, "a", "u", "g") for n, value in enumerate([3, 5])),
    ]
    ((_, slope),) = bias(rows[::-1]).length
    assert slope.value == pytest.approx(1)


def test_one_impression_for_everything_shows() -> None:
    generator = np.random.default_rng(3)
    rows = []
    for n in range(200):
        one = generator.normal()
        for item, weight in (("quality", 1.0), ("detail", 1.0), ("relevance", 0.0)):
            rows.append(rated(float(weight * one + 0.5 * generator.normal()), n, "j", f"t{n}", f"f{n // 2}", item=item))
    (found,) = halos(table(rows), draws=200)
    by_pair = {(one, other): r for one, other, r in found.pairs}
    assert by_pair["detail", "quality"].value == pytest.approx(0.8, abs=0.06)
    assert by_pair["quality", "relevance"].value == pytest.approx(0, abs=0.2)
    assert found.high == by_pair["detail", "quality"].value
    assert (by_pair["detail", "quality"].n_tasks, by_pair["detail", "quality"].n_parents) == (200, 100)
    assert "3 pairs of criteria correlate" in found.sentence
    values = [r.value or 0 for *_, r in found.pairs]
    assert found.mean == pytest.approx(np.tanh(np.mean(np.arctanh(values))))


def test_a_halo_is_over_answers_rated_on_both() -> None:
    rows = []
    for n, (one, other) in enumerate([(1, 1), (None, 7), (2, 3), (3, None), (4, 2), (6, 7)]):
        rows += [rated(one, n, "j", f"t{n}", f"f{n}"), rated(other, n, "j", f"t{n}", f"f{n}", item="detail")]
    (found,) = halos(table(rows), draws=50)
    assert found.pairs[0][2].value == pytest.approx(np.corrcoef([1, 2, 4, 6], [1, 3, 2, 7])[0, 1])
    assert (found.pairs[0][2].n_rows, found.excluded) == (8, {"missing": 2})


def test_a_halo_needs_criteria_that_vary() -> None:
    assert halos(table(matrix(JUDGES))) == ()
    flat = [rated(4, n, "j", f"t{n}", item=item) for n in range(5) for item in ("quality", "detail")]
    (found,) = halos(table(flat), draws=50)
    assert (found.mean, found.low) == (None, None)
    assert "NA: one of the two does not vary" in found.sentence


def test_ratings_without_an_execution_or_of_other_phases_are_none_of_it() -> None:
    rows = [*matrix(JUDGES), rated(5, np.nan, "j0"), rating(5)]
    assert agreement(rows).answers == 6
    assert judge_agreements(table([rating(5)])) == ()


def keeps_its_level(seeds: int) -> None:
    rejected = sum(
        (bias(contest(40, seed=seed, quality=1, per_doubling=0.3)).self_preference.p or 0) < 0.05
        for seed in range(seeds)
    )
    assert rejected / seeds == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / seeds) + 0.01)


def test_the_level_is_kept() -> None:
    keeps_its_level(60)


@pytest.mark.soak
def test_the_level_is_kept_at_full_size() -> None:
    keeps_its_level(600)


def test_it_survives_json() -> None:
    made = table([*contest(8), *(row | {"item": "detail"} for row in contest(8, seed=2))])
    agreements, biases, impressions = judge_agreements(made, draws=50), judge_biases(made), halos(made, draws=50)
    assert msgspec.json.decode(msgspec.json.encode(agreements), type=tuple[JudgeAgreement, ...]) == agreements
    assert msgspec.json.decode(msgspec.json.encode(biases), type=tuple[JudgeBias, ...]) == biases
    assert msgspec.json.decode(msgspec.json.encode(impressions), type=tuple[Halo, ...]) == impressions
