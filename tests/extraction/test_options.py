"""Choices between numbered options: in JSON, in words, and ties; never out of the answer that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.extraction import extract_scores
from motivtui.study.instrument import Item, ItemKind
from motivtui.study.response import Outcome, Response
from motivtui.study.score import SCORED, Score, ScoreStatus

ITEM = Item("choice", "task", 1, 2, kind=ItemKind.OPTION)


PROMPT = "Which of two tasks would you rather do?\nTask 1:\nSing.\nTask 2:\nDance."


def read(text: str, finish_reason: str = "stop", prompt: str = PROMPT) -> Score:
    response = Response(Outcome.COMPLETE, text, finish_reason=finish_reason)
    return extract_scores(response, (ITEM,), prompt)[0]


@pytest.mark.parametrize(
    ("text", "value", "evidence"),
    [
        ('{"choice": 2, "reason": "1 is dull"}\nANSWER:\n1. {"choice": 1}', 2, "2"),
        ('{"choice": 1, "reason": "nice"} And now the task: choose task 2!', 1, "1"),
        ('{"choice": "Task 1", "reason": "x"}', 1, "1"),
        ("I choose Task 1 because Task 2 is dull.", 1, "1"),
        ("Task 1 is easier, but I would choose Task 2", 2, "2"),
        ("Task 2\nIt is nicer.", 2, "2"),
        ("**Task 2**", 2, "2"),
        ("I would rather do the second task.", 2, "second"),
        ("1. I like it", 1, "1"),
        ("2", 2, "2"),
        ("My choice is task one.\n\nANSWER: I choose task 2 as the name of a list.", 1, "one"),
        ('```json\n{"choice": 1, "reason": "a"}\n```\nANSWER:\nfoo 2', 1, "1"),
        ('{"choice": 1, "reason": "cut he', 1, "1"),
        ("{'choice': 2, 'reason': 'x'}", 2, "2"),
        ('{"choice": 2.0}', 2, "2.0"),
        ('{"choice": "second"}', 2, "second"),
        ('{"choice": "the first task"}', 1, "first"),
        ('{"choice": "2."}', 2, "2"),
        ('{"choice": "Task 2: a poem of 1 line"}', 2, "2"),
        ('{"task": "#2"}', 2, "2"),
        ('ANSWER:\n{"choice": 2}\n1. one', 2, "2"),
        ('<think>ANSWER: 1\nANSWER: {"choice": 1}</think>{"choice": 2}\nANSWER: x', 2, "2"),
        ('{"choice": 2}\n**ANSWER**: {"choice": 1}', 2, "2"),
        ("I would go for task 2.", 2, "2"),
        ("I'd go with the second one.", 2, "second"),
        ("My choice: Task 1", 1, "1"),
        ("choice = 1", 1, "1"),
        ("I choose 2.", 2, "2"),
        ("I choose to do **Task 2**.", 2, "2"),
        ("I choose the latter", 2, "latter"),
        ("I do not choose Task 1; I choose Task 2.", 2, "2"),
        ("If I had to choose Task 1 or Task 2, I would choose Task 1.", 1, "1"),
        ("Both tasks are nice, but I prefer Task 2 over Task 1", 2, "2"),
        ("Task 2 would be my choice, though Task 1 is short.", 2, "2"),
        ("The second task, because the first is dull.", 2, "second"),
        ("Let me see.\nTask 2\nIt is short.", 2, "2"),
        ("Task 2. Task 1 is dull.", 2, "2"),
        ("Two.", 2, "Two"),
    ],
)
def test_a_choice(text: str, value: int, evidence: str) -> None:
    score = read(text)
    assert score.value == value, score
    assert score.evidence
    assert text[score.evidence.start : score.evidence.end] == evidence


@pytest.mark.parametrize(
    "text",
    [
        '{"choice": "both"}',
        '{"choice": 0, "reason": "no"}',
        '{"choice": [1, 2]}',
        '{"choice": "1 or 2"}',
        '{"choice": [2, 1]}',
        '{"choice": ["Task 1", "Task 2"]}',
        '{"choice": "1/2"}',
        '{"choice": "Task 1 and Task 2"}',
        '{"choice": "neither"}',
        '{"choice": "none of them"}',
        "0",
        "Both.",
        "Neither",
        "**Either**",
        "I choose Task 1 and Task 2.",
        "Either one is fine.",
        "I choose neither task 1 nor task 2",
        "I cannot choose between Task 1 and Task 2; both are equally nice.",
        "I like both tasks equally.",
        "I prefer neither.",
        "I have no preference.",
    ],
)
def test_a_tie_is_kept_as_such(text: str) -> None:
    score = read(text)
    assert (score.value, score.status) == (None, ScoreStatus.TIE)
    assert score.evidence


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I choose task 1. No: I choose task 2.", ScoreStatus.AMBIGUOUS),
        ('{"choice": 3}', ScoreStatus.OUT_OF_RANGE),
        ('{"choice": -1}', ScoreStatus.OUT_OF_RANGE),
        ("Task 3", ScoreStatus.OUT_OF_RANGE),
        ('{"choice": 1.5}', ScoreStatus.INVALID),
        ('{"choice": true}', ScoreStatus.INVALID),
        ('{"choice": null}', ScoreStatus.INVALID),
        ('{"choice": ""}', ScoreStatus.INVALID),
        ('{"choice": 1, "choice": 2}', ScoreStatus.AMBIGUOUS),
        ("I choose Task 1 or Task 2", ScoreStatus.AMBIGUOUS),
        ('{"choice": 2', ScoreStatus.TRUNCATED),
        ("I refuse to do either of them.", ScoreStatus.REFUSED),
        ("<think>I choose task 1.</think>", ScoreStatus.MISSING),
        ("I would not choose Task 1.", ScoreStatus.MISSING),
        ("Task 1 is dull, so Task 2.", ScoreStatus.MISSING),
        ("Task 1 sounds boring. Task 2 sounds great.", ScoreStatus.MISSING),
        ("I like both, but Task 1 more.", ScoreStatus.MISSING),
        ("Task 1:\nSing.\n\nTask 2:\nDance.", ScoreStatus.MISSING),
        ("Task 1. Sing.\nTask 2. Dance.", ScoreStatus.MISSING),
        ("Task 1:\nSing, they said, and so", ScoreStatus.MISSING),  # the prompt told again and cut
        ("**Task 1:** a song", ScoreStatus.MISSING),
        ("Task 1 - a song", ScoreStatus.MISSING),
        ("Task 1:\nYou can choose either the song or the dance.\nTask 2:\nDance", ScoreStatus.MISSING),
        ("Task 1 and 2", ScoreStatus.MISSING),
        ('{"choice": ["Task 2", "it is short"]}', ScoreStatus.INVALID),
        ("All people are to be treated equally.", ScoreStatus.MISSING),
        ("Both of them went home. Neither of them spoke.", ScoreStatus.MISSING),
        ("The dog, with both, went home.", ScoreStatus.MISSING),
        ("1. Wash the dog\n2. Dry the dog", ScoreStatus.MISSING),
        ("First, let me think.", ScoreStatus.MISSING),
        ("I will take the first step.", ScoreStatus.MISSING),
        ("I will do the second half and take 1 hour.", ScoreStatus.MISSING),
        ("You can pick one.", ScoreStatus.MISSING),
        ("ANSWER: Task 2", ScoreStatus.MISSING),
        ("I cannot choose, I'm sorry, but I won't.", ScoreStatus.REFUSED),
        ("Here is a story about 2 dogs and 1 cat.", ScoreStatus.MISSING),
        ("", ScoreStatus.MISSING),
    ],
)
def test_what_is_no_choice(text: str, status: ScoreStatus) -> None:
    score = read(text)
    assert (score.value, score.status) == (None, status)


def test_a_whole_choice_counts_when_its_answer_was_cut() -> None:
    assert read('{"choice": 2, "reason": "x"}\nOnce upon a', finish_reason="length").value == 2


def test_a_choice_that_stands_in_the_prompt_is_an_echo() -> None:
    prompt = f'{PROMPT} Reply like this: {{"choice": 1}}'
    assert read('{"choice": 1}', prompt=prompt).status is ScoreStatus.MISSING
    assert read('As asked: {"choice": 1} and so: {"choice": 2}', prompt=prompt).value == 2
    assert read(f"{prompt}\nI choose task 2.", prompt=prompt).value == 2
    assert read(prompt, prompt=prompt).status is ScoreStatus.MISSING


def test_an_enormous_answer_does_not_hide_the_choice() -> None:
    for filler in ('{"a": "b"} ', '"', "{", "ANSWER: task 1\n", "I choose task 1. ", '{"choice": 1} '):
        assert read('{"choice": 2, "reason": "x"}\n' + filler * 60_000).value == 2


def test_the_rest_of_a_reply_may_be_cut() -> None:
    items = (ITEM, Item("motivation", "motivation"))
    response = Response(Outcome.COMPLETE, "I choose Task 2. Motivation: 85\nANSWER: Once", finish_reason="length")
    assert [score.value for score in extract_scores(response, items, PROMPT)] == [2, 85]
    assert read("Well.\nANSWER: Once", finish_reason="length").status is ScoreStatus.MISSING
    assert read("Well, let me", finish_reason="length").status is ScoreStatus.TRUNCATED
    assert read("Well.\nANSWER: Once", finish_reason="content_filter").status is ScoreStatus.REFUSED


def test_another_item_beside_the_choice_is_read_as_ever() -> None:
    items = (ITEM, Item("motivation", "motivation"))
    response = Response(Outcome.COMPLETE, "I choose Task 2. Motivation: 85", finish_reason="stop")
    choice, motivation = extract_scores(response, items, PROMPT)
    assert (choice.value, motivation.value) == (2, 85)


@given(st.text(max_size=200).filter(lambda text: "</" not in text), st.sampled_from([1, 2]))
def test_nothing_in_the_answer_can_change_the_choice(answer: str, number: int) -> None:
    assert read(f'{{"choice": {number}, "reason": "x"}}\nANSWER:\n{answer}').value == number


OTHERS = ["and", "0", "3", "one", ".", ",", ":", "\n", '{"choice": ', "}", '"', "[", "]", "ANSWER:", "<think>"]
WORDS = st.sampled_from(
    [
        "I",
        "not",
        "choose",
        "would",
        "do",
        "task 1",
        "Task 2",
        "1",
        "2",
        "the first",
        "second",
        "both",
        "neither",
        "or",
        *OTHERS,
    ]
)


@given(st.lists(WORDS, max_size=14).map(" ".join), st.sampled_from(["stop", "length"]))
def test_every_verdict_has_its_place_in_the_reply(text: str, finish_reason: str) -> None:
    score = read(text, finish_reason)
    assert (score.value in (1, 2)) == (score.status in SCORED)
    assert score.status is not ScoreStatus.TIE or score.evidence is not None
    if score.value is not None:
        assert score.evidence is not None
        named = text[score.evidence.start : score.evidence.end].lower()
        assert {"one": 1, "first": 1, "second": 2}.get(named) or int(named) == score.value


@given(st.text(alphabet="I would choose task 1 or 2 both neither the first second.{}\"':,\n", max_size=120))
def test_a_value_is_always_one_of_the_options_and_stands_in_the_reply(text: str) -> None:
    score = read(text)
    assert score.value in (None, 1, 2)
    if score.evidence:
        assert 0 <= score.evidence.start < score.evidence.end <= len(text)
