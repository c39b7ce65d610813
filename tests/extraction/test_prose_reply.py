"""Scores in plain sentences, from sure to doubtful."""

from __future__ import annotations

import pytest

from motivtui.extraction import extract_scores
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response
from motivtui.study.score import Score, ScoreStatus

ITEM = Item("motivation", "motivation")


def read(text: str, item: Item = ITEM) -> Score:
    (score,) = extract_scores(Response(Outcome.COMPLETE, text=text), (item,), "")
    return score


@pytest.mark.parametrize(
    "text",
    [
        "85",
        " 85.\n",
        "**85**",
        '"85"',
        "$85$",
        "motivation: 85",
        "Motivation 85",
        "My motivation score is 85",
        "motivation = 85/100",
        "**Motivation:** 85",
        "**Motivation**: **85**, because it is fun.",
        "My motivation is 85 out of 100.",
        "Motivation: 85%",
        "Motivation (1-100): 85",
        "My motivation, on a scale of 1 to 100, is 85.",
        "My motivation to do this task would be 85, as I like it.",
        "| Motivation | 85 |",
        "# Motivation\n85",
        "Motivation: high (85)",
        "I would give my motivation a solid 85.",
        "a motivation of 85",
        "1. Motivation: 85\n2. Reason: it takes 5 minutes",
        "I need 5 minutes, my motivation is 85.",
        "Motivation: 85\n\nI have 3 reasons.",
    ],
)
def test_whole_or_labelled_is_ok(text: str) -> None:
    score = read(text)
    assert (score.status, score.value) == (ScoreStatus.OK, 85)
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == "85"


@pytest.mark.parametrize(
    "text",
    [
        "I would say 85.",
        "I'd rate it an 85 out of 100",
        "I think 85",
        "85, because I like it",
        "85 - it is fun",
        "Sure!\n85\nIt is fun.",
        "I am 85% motivated.",
        "My motivation for counting sums is 85.",
        "On a scale of 1-100: 85",
        "Score: 85",
        "Rating: 85/100",
        '{"score": 85}',
        "Motivation: about 85",
        "My motivation is probably around 85.",
        "Of course. In 3 words: I'd say 85.",
    ],
)
def test_lone_or_approximate_is_repaired(text: str) -> None:
    score = read(text)
    assert (score.status, score.value) == (ScoreStatus.REPAIRED, 85)


@pytest.mark.parametrize(
    "text",
    [
        "There are 8.",
        "There are 8 planets.",
        "1. I like it.\n2. It is short.",
        "1. I hate it.",
        "It takes 5 minutes.",
        "My motivation comes from having 3 kids.",
        "My motivation is 3 times higher.",
        "Motivation: 3 reasons drive me.",
        "My motivation is above 50.",
        "at least 80",
        "$50",
        "#3",
        "from 1 to 100",
        "My motivation is somewhere from 1 to 100",
        "demotivation: 20",
        "intrinsic motivation: 90",
        "the 2nd task",
        "GPT4 here, motivated!",
        "motivations85",
        "I would do step 3.",
        "twenty-first",
        "ſix",
        "fıve",
    ],
)
def test_what_is_no_candidate(text: str) -> None:
    score = read(text)
    assert score.value is None
    assert score.status in (ScoreStatus.MISSING, ScoreStatus.INVALID)


@pytest.mark.parametrize(
    "text",
    [
        "on a scale of 1 to 10, I would say 7",
        "My motivation on a scale from 0 to 10 is 7.",
        "I'd say 70. Or rather, I'd say 80.",
        "Motivation: 85+",
        "Motivation: 85 100",
        "Motivation: between 70",
    ],
)
def test_ambiguous(text: str) -> None:
    assert (read(text).status, read(text).value) == (ScoreStatus.AMBIGUOUS, None)


def test_percent_needs_a_scale_of_a_hundred() -> None:
    assert read("Motivation: 5%", Item("motivation", "motivation", 0, 10)).status is ScoreStatus.AMBIGUOUS
    assert read("Motivation: 0%", Item("motivation", "motivation", 0, 100)).value == 0


def test_other_scales_are_taken_at_their_word() -> None:
    short = Item("motivation", "motivation", 1, 7)
    assert read("7/7", short).value == 7
    assert read("Motivation: 5 out of 7", short).value == 5
    assert read("Motivation (1-7): 5", short).value == 5
    assert read("Motivation: 8", short).status is ScoreStatus.OUT_OF_RANGE
    assert read("Motivation: 5 out of 10", short).status is ScoreStatus.AMBIGUOUS


def test_zero_on_a_scale_from_zero_is_a_score_not_a_gap() -> None:
    score = read("Motivation: 0", Item("motivation", "motivation", 0, 10))
    assert (score.status, score.value) == (ScoreStatus.OK, 0)
    assert str(score.value) == "0.0"


def test_label_with_a_dash_and_a_sign() -> None:
    assert read("Motivation - 85").value == 85
    assert read("Motivation – 85").value == 85
    assert read("Motivation: -85").status is ScoreStatus.OUT_OF_RANGE


def test_hundreds_of_numbers_are_no_answer() -> None:
    assert read("motivation: 8, " * 300).status is ScoreStatus.AMBIGUOUS
    assert read("I say 8. " * 300).status is ScoreStatus.AMBIGUOUS
