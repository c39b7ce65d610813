"""From a whole response to scores: outcomes, order of the ways of reading, echoes, refusals, and every bad input."""

from __future__ import annotations

import json

import pytest

from motivtui.extraction import EXTRACTOR_VERSION, extract_scores
from motivtui.study.instrument import Item
from motivtui.study.response import CallError, ErrorKind, Outcome, Response
from motivtui.study.score import Score, ScoreStatus

MOTIVATION = (Item("motivation", "motivation"),)
BREAKDOWN = tuple(Item(name, name) for name in ("interest", "challenge", "mastery", "fear", "value", "motivation"))
PROMPT = """Here is a task. Do not do it yet.

Task:
Count to 12.

How motivated are you? Give your motivation as a whole number from 1 (not motivated at all) to 100 (as can be).
Reply with one JSON object and nothing else, the number first:
{"motivation": <whole number from 1 to 100>, "reason": "<one short sentence>"}
For example {"motivation": 42, "reason": "It is fine."} or plainly motivation: 33"""


def read(text: str, finish_reason: str | None = "stop", prompt: str = PROMPT) -> Score:
    """The score of a one-item instrument's reply."""
    response = Response(Outcome.COMPLETE, text=text, finish_reason=finish_reason)
    (score,) = extract_scores(response, MOTIVATION, prompt)
    if score.evidence is not None:
        assert 0 <= score.evidence.start < score.evidence.end <= len(text)
    return score


def read_all(text: str, finish_reason: str | None = "stop") -> dict[str, tuple[str, float | None]]:
    """Item → status and value of a six-item reply."""
    response = Response(Outcome.COMPLETE, text=text, finish_reason=finish_reason)
    scores = extract_scores(response, BREAKDOWN, PROMPT)
    assert [score.item for score in scores] == [item.name for item in BREAKDOWN]
    return {score.item: (str(score.status), score.value) for score in scores}


def test_version() -> None:
    assert EXTRACTOR_VERSION == 1


# Outcomes


def test_failed_call_is_an_error_whatever_text_came() -> None:
    error = CallError(ErrorKind.SERVER, "500")
    scores = extract_scores(Response(Outcome.ERROR, text='{"motivation": 85}', error=error), MOTIVATION, PROMPT)
    assert [(score.status, score.value) for score in scores] == [(ScoreStatus.ERROR, None)]
    assert "server" in scores[0].note


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL, Outcome.CANCELLED])
def test_cut_stream_is_never_an_answer(outcome: Outcome) -> None:
    (cut,) = extract_scores(Response(outcome, text='{"motivation": 85}'), MOTIVATION, PROMPT)
    (empty,) = extract_scores(Response(outcome, text=" \n"), MOTIVATION, PROMPT)
    assert (cut.status, cut.value, empty.status) == (ScoreStatus.TRUNCATED, None, ScoreStatus.ERROR)
    assert cut.note == "the end of the reply was not seen"


def test_reasoning_is_never_scored() -> None:
    response = Response(Outcome.COMPLETE, text="", reasoning='{"motivation": 85}')
    (score,) = extract_scores(response, MOTIVATION, PROMPT)
    assert (score.status, score.value, score.note) == (ScoreStatus.MISSING, None, "empty reply")


def test_no_items_no_scores() -> None:
    assert extract_scores(Response(Outcome.COMPLETE, text="85"), (), PROMPT) == ()


# Order of the ways of reading


def test_json_goes_before_prose() -> None:
    assert read('My motivation: 70, no wait. {"motivation": 85}').value == 85


def test_labelled_prose_inside_a_json_reason_gives_nothing_to_other_items() -> None:
    got = read_all('{"interest": 80, "reason": "my fear: 20"}')
    assert got["interest"] == ("ok", 80.0)
    assert got["fear"] == ("missing", None)


def test_a_number_outside_of_the_json_does_not_make_up_for_an_invalid_one() -> None:
    assert read('{"motivation": "high"} I would say 85.').status is ScoreStatus.INVALID


# Think-blocks


@pytest.mark.parametrize(
    "text",
    [
        '<think>{"motivation": 85}</think>',
        '<think>{"motivation": 85}',
        '{"motivation": 85}</think>',
        "<Thinking>motivation: 85</THINKING>",
        "<reasoning>85</reasoning>",
        '<think> a <think> b </think> {"motivation": 85} </think>',
        '<think id="1">motivation: 85</think>',
    ],
)
def test_score_only_inside_think(text: str) -> None:
    score = read(text)
    assert (score.status, score.value) == (ScoreStatus.MISSING, None)


def test_answer_beside_think_blocks_is_scored_in_place() -> None:
    text = '<think>motivation: 70</think> {"motivation": 85}<think>{"motivation": 10}'
    score = read(text)
    assert score.value == 85
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == "85"


def test_a_tag_in_the_reason_costs_no_score() -> None:
    assert read('{"motivation": 85, "reason": "the <b>tag</b> and <thinker>"}').status is ScoreStatus.OK


# Echoes of the prompt


@pytest.mark.parametrize(
    "text",
    [
        '{"motivation": 42, "reason": "It is fine."}',
        '{\n  "motivation":42,\n  "reason": "It is fine."\n}',
        "motivation: 33",
        "or plainly motivation: 33",
        "I copy this: motivation: 33",
        '{"motivation": <whole number from 1 to 100>, "reason": "<one short sentence>"}',
        PROMPT,
    ],
)
def test_echoed_example_of_the_prompt(text: str) -> None:
    score = read(text)
    assert (score.status, score.value, score.note) == (ScoreStatus.MISSING, None, "only the prompt's example")


@pytest.mark.parametrize(
    "answer",
    [
        '\n{"motivation": 85, "reason": "y"}',
        "\n85",
        "\nMotivation: 85",
        " 85",
        "\n\nI would say 85.",
        "{'motivation': 85,}",
    ],
)
def test_answer_after_the_whole_echoed_prompt(answer: str) -> None:
    assert read(PROMPT + answer).value == 85


def test_shorter_number_than_the_example_is_no_echo() -> None:
    assert read("motivation: 3").value == 3
    assert read('{"motivation": 4}').value == 4


def test_equal_numbers_without_the_example_are_no_echo() -> None:
    assert read('{"motivation": 42}').value == 42


def test_without_a_prompt_there_is_no_echo() -> None:
    assert read('{"motivation": 42, "reason": "It is fine."}', prompt="").value == 42


# Nothing found


@pytest.mark.parametrize(
    "text",
    [
        "I cannot do that.",
        "I can't help with that.",
        "I’m sorry, but I won’t.",
        "As an AI, I do not have motivation.",
        "I don't have personal feelings about tasks.",
        "I must decline.",
        "I'm sorry, but I cannot rate 3 tasks of this kind.",
    ],
)
def test_a_refusal(text: str) -> None:
    assert (read(text).status, read(text).value) == (ScoreStatus.REFUSED, None)


@pytest.mark.parametrize("text", ["I cannot wait to start!", "Sure, I will do it.", "I have no idea."])
def test_what_is_no_refusal_is_missing(text: str) -> None:
    assert read(text).status is ScoreStatus.MISSING


def test_content_filter_is_a_refusal() -> None:
    assert read("", "content_filter").status is ScoreStatus.REFUSED


def test_score_with_words_of_refusal_is_scored_and_noted() -> None:
    for text in (
        'As an AI, I do not have feelings. {"motivation": 85}',
        '{"motivation": 85, "reason": "I cannot feel."}',
    ):
        score = read(text)
        assert (score.status, score.value) == (ScoreStatus.OK, 85)
        assert "refusal" in score.note


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_reply(text: str) -> None:
    assert (read(text).status, read(text).note) == (ScoreStatus.MISSING, "empty reply")


def test_cut_at_the_token_limit() -> None:
    assert read("Let me think about", "length").status is ScoreStatus.TRUNCATED
    assert read("", "length").status is ScoreStatus.TRUNCATED
    assert read("<think>so 85", "length").status is ScoreStatus.TRUNCATED
    assert read('{"motivation": 85, "reason": "because it', "length").value == 85
    assert read('{"motivation": 85}', "length").status is ScoreStatus.OK


@pytest.mark.parametrize("text", ["8", "motivation: 8", "My motivation is 85/10", "I would say 8 ", "eighty"])
def test_number_at_the_very_end_of_a_cut_reply_is_not_trusted(text: str) -> None:
    assert (read(text, "length").status, read(text, "length").value) == (ScoreStatus.TRUNCATED, None)


# Bad inputs to try: scores


@pytest.mark.parametrize("text", ["7/10", "Motivation: 7/10", '{"motivation": 7/10}', "My motivation is 7 out of 10"])
def test_seven_of_ten_is_never_seventy(text: str) -> None:
    assert (read(text).status, read(text).value) == (ScoreStatus.AMBIGUOUS, None)


@pytest.mark.parametrize("text", ["85/100", "85 / 100", "Motivation: 85/100", "85 out of 100", "I am at **85**/100."])
def test_85_of_100(text: str) -> None:
    assert read(text).value == 85


@pytest.mark.parametrize("text", ["between 70 and 80", "70-80", "70–80", "70 to 80", "70 or 80", "70, maybe 80"])
@pytest.mark.parametrize("frame", ["{}", "Motivation: {}", "My motivation is {}.", "{{'motivation': '{}'}}"])
def test_between_70_and_80(text: str, frame: str) -> None:
    score = read(frame.format(text))
    assert score.value is None
    assert score.status in (ScoreStatus.AMBIGUOUS, ScoreStatus.INVALID)


@pytest.mark.parametrize("text", ["not 70", "My motivation is not 70", "It isn't 70.", "Motivation: surely not 70-80"])
def test_not_70(text: str) -> None:
    score = read(text)
    assert (score.status, score.value, score.note) == (ScoreStatus.MISSING, None, "only a negated number")
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == "70"


def test_not_70_but_85() -> None:
    assert read("My motivation is not 70 but 85.").value == 85


def test_eighty_five() -> None:
    for text in ("eighty-five", "Eighty five.", "Motivation: eighty-five", "My motivation is eighty-five out of 100"):
        score = read(text)
        assert (score.status, score.value) == (ScoreStatus.REPAIRED, 85), text
    assert read("I feel eighty-five").value is None
    assert read("one hundred and five").value is None


@pytest.mark.parametrize("digits", ["８５", "٨٥", "۸۵", "८५"])
def test_fullwidth_and_arabic_digits(digits: str) -> None:
    for frame in ("{}", "Motivation: {}", '{{"motivation": {}}}', '{{"motivation": "{}"}}', "{{'motivation': {},}}"):
        score = read(frame.format(digits))
        assert (score.status, score.value) == (ScoreStatus.REPAIRED, 85), frame


@pytest.mark.parametrize("digits", ["1_0", "1,5", "1 000", "1.000", "1'000", "1 0", "８５．５"])
def test_1_0_and_other_groups_are_no_number(digits: str) -> None:
    frames = ("{}", "Motivation: {}", "My motivation is {}.", '{{"motivation": "{}"}}', "{{'motivation': {}, 'r': 0}}")
    for frame in frames:
        score = read(frame.format(digits))
        assert score.value is None, frame
        assert score.status in (ScoreStatus.INVALID, ScoreStatus.AMBIGUOUS), frame


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "true", "false", "null", "[85]"])
def test_json_values_that_are_no_number(word: str) -> None:
    score = read(f'{{"motivation": {word}, "reason": "x"}}')
    assert (score.status, score.value) == (ScoreStatus.INVALID, None)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "1e999", "True", "None", "[85]"])
def test_the_same_in_almost_json(word: str) -> None:
    assert read(f"{{'motivation': {word}, 'reason': 'x'}}").value is None


def test_duplicate_keys() -> None:
    assert read('{"motivation": 70, "motivation": 85}').status is ScoreStatus.AMBIGUOUS
    assert read("{'motivation': 70, 'motivation': 85}").status is ScoreStatus.AMBIGUOUS
    assert read('{"motivation": null, "motivation": 85}').status is ScoreStatus.AMBIGUOUS
    assert read('{"motivation": 85, "motivation": 85}').value == 85


def test_5000_digit_integer() -> None:
    for text in (f'{{"motivation": {"9" * 5000}}}', "9" * 5000, f"Motivation: {'9' * 5000}"):
        assert read(text).status is ScoreStatus.OUT_OF_RANGE
    assert read(f'{{"motivation": "{"9" * 5000}"}}').status is ScoreStatus.OUT_OF_RANGE
    assert read(f'{{"motivation": 85, "x": {"9" * 5000}, "y": [{"9" * 5000}]}}').value == 85


def test_100k_brackets() -> None:
    assert read("[" * 100_000).status is ScoreStatus.MISSING
    assert read('{"motivation": ' + "[" * 100_000).value is None
    assert read('{"motivation": 85, "x": ' + "[" * 100_000).value == 85
    assert read('{"a":' * 100_000 + '{"motivation": 85}' + "}" * 100_000).value in (85, None)


def test_two_scores_that_disagree() -> None:
    assert read('{"motivation": 70} and later {"motivation": 85}').status is ScoreStatus.AMBIGUOUS
    assert read("Motivation: 70. Motivation: 85.").status is ScoreStatus.AMBIGUOUS
    assert read("{'motivation': 70,} {'motivation': 85,}").status is ScoreStatus.AMBIGUOUS
    assert read('{"motivation": 850} and later {"motivation": 85}').status is ScoreStatus.AMBIGUOUS
    assert read('{"motivation": 85} and again {"motivation": 85.0}').status is ScoreStatus.OK


@pytest.mark.parametrize("number", ["850", "-5", "−5", "0", "100.5", "0.5", "101", "-0"])
@pytest.mark.parametrize(
    "frame", ["{}", "Motivation: {}", "My motivation is {}.", '{{"motivation": {}}}', '{{"motivation": "{}"}}']
)
def test_out_of_range(number: str, frame: str) -> None:
    text = frame.format(number)
    score = read(text)
    assert (score.status, score.value) == (ScoreStatus.OUT_OF_RANGE, None)
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == number


def test_a_reply_in_another_language() -> None:
    for text in (
        'Meine Antwort: {"motivation": 85, "reason": "weil es Spaß macht"}',
        '私の答え:\n{"motivation": 85, "reason": "楽しいからです"}',
        'إجابتي: {"motivation": 85}',
    ):
        assert (read(text).status, read(text).value) == (ScoreStatus.OK, 85)
    assert read("動機：85です").value is None


def test_surrogates_and_controls() -> None:
    assert read('{"motivation": 85, "reason": "\ud800 \x1b]0;x\x07"}').value == 85
    assert read("\ud800\x00 motivation: 85").value == 85


# Instruments of several items


def test_all_six_items() -> None:
    values = {"interest": 80, "challenge": 70, "mastery": 60, "fear": 20, "value": 90, "motivation": 85}
    expected = {name: ("ok", value) for name, value in values.items()}
    assert read_all(json.dumps(values | {"reason": "I value 3 things {and} fear: 1."})) == expected
    assert read_all("Sure:\n```json\n" + json.dumps(values, indent=2) + "\n```\nDone.") == expected
    assert (
        read_all(
            "\n".join(f"{place}. **{name.title()}**: {n}/100" for place, (name, n) in enumerate(values.items(), 1))
        )
        == expected
    )
    assert read_all(", ".join(f"{name} {value}" for name, value in values.items())) == expected


def test_nine_items_with_odd_names() -> None:
    items = tuple(Item(f"scale_{letter}", f"The {letter} scale", 0, 10) for letter in "abcdefghi")
    reply = json.dumps({f"Scale {letter.upper()}": place for place, letter in enumerate("abcdefghi")})
    scores = extract_scores(Response(Outcome.COMPLETE, text=reply), items, "")
    assert [score.value for score in scores] == list(range(9))
    assert {score.status for score in scores} == {ScoreStatus.OK}


def test_partial_object() -> None:
    got = read_all('{"interest": 80, "fear": "low", "value": 900, "motivation": 85}')
    assert got == {
        "interest": ("ok", 80),
        "challenge": ("missing", None),
        "mastery": ("missing", None),
        "fear": ("invalid", None),
        "value": ("out_of_range", None),
        "motivation": ("ok", 85),
    }


def test_object_cut_by_its_length() -> None:
    got = read_all('{"interest": 80, "challenge": 70, "mastery": 6', "length")
    assert got["interest"] == ("repaired", 80.0)
    assert got["challenge"] == ("repaired", 70.0)
    assert {got[name] for name in ("mastery", "fear", "value", "motivation")} == {("truncated", None)}


def test_a_single_number_scores_no_item_of_several() -> None:
    assert set(read_all("85").values()) == {("missing", None)}
    assert set(read_all("I value 3 things and the challenge is 5 minutes").values()) == {("missing", None)}
    assert set(read_all("80 for interest, 70 for challenge").values()) == {("missing", None)}
    assert set(read_all("interest and fear are 70 and 80").values()) <= {("missing", None), ("ambiguous", None)}
    assert set(read_all("| interest | challenge |\n|---|---|\n| 80 | 70 |").values()) == {("missing", None)}


# Enormous replies


def test_enormous_reply_is_read_at_its_ends() -> None:
    filler = "lorem ipsum " * 90_000
    for text in (
        filler + '{"motivation": 85}',
        '{"motivation": 85}' + filler,
        filler + "\nMotivation: 85",
        "85\n" + filler,
    ):
        score = read(text)
        assert score.value == 85
        assert "only the two ends" in score.note
        assert score.evidence is not None
        assert text[score.evidence.start : score.evidence.end] == "85"


def test_number_cut_by_the_seam_is_not_read_as_a_shorter_one() -> None:
    for edge in (8 * 1024, 64 * 1024):
        whole = "\nmotivation: 8"
        assert read("x" * (edge - len(whole)) + whole + "5" + "\nx" * 200_000).value is None
        assert read("x\n" * 200_000 + "motivation: 8" + "5" + "\nx" * ((edge - 2) // 2) + "\n").value is None
