"""What holds for every text."""

from __future__ import annotations

import json
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from motivtui.extraction import extract_scores
from motivtui.extraction.figures import WORDS, worded_value
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response
from motivtui.study.score import SCORED, Score, ScoreStatus

ITEMS = (Item("motivation", "motivation"), Item("fear_of_failing", "fear", 0, 10, is_reversed=True))
PROMPT = 'Rate: {"motivation": 42, "fear": 3}. motivation: 33'

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
PIECES = st.sampled_from(
    [
        *(
            "motivation",
            "fear",
            "fear of failing",
            "score",
            '"',
            "'",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            " ",
            "\n",
            "=",
            "-",
        ),
        *(
            "85",
            "7",
            "0",
            "100",
            "850",
            "8",
            "５",
            "٨",
            "1e9",
            "1_0",
            "NaN",
            "true",
            "eighty-five",
            "five",
            "a hundred",
        ),
        *(
            "<think>",
            "</think>",
            "not ",
            "is ",
            "out of ",
            "between ",
            " and ",
            "about ",
            "I'd say ",
            "```json\n",
            "\\",
        ),
        *(
            '{"motivation": 42, "fear": 3}',
            "1. ",
            "scale of 1 to 10",
            "1-100",
            "I cannot ",
            "ſeven",
            "(",
            ")",
            "**",
            "|",
        ),
        *("\ud800", "/", ".", "%", "+", "−", "＋", "．"),
    ]
)
PIECED_TEXT = st.lists(PIECES, max_size=30).map("".join)
FINISH = st.sampled_from([None, "stop", "length", "content_filter", "weird"])


def scores_of(
    text: str, finish: str | None = "stop", items: tuple[Item, ...] = ITEMS, prompt: str = PROMPT
) -> tuple[Score, ...]:
    return extract_scores(Response(Outcome.COMPLETE, text=text, finish_reason=finish), items, prompt)


def spoken(text: str) -> float:
    """The number that a piece of evidence says, read by other means than the product's."""
    try:
        return float(text)
    except ValueError:
        return float(worded_value(text))


@settings(max_examples=1_000, deadline=None)
@given(ANY_TEXT | PIECED_TEXT, FINISH, st.booleans())
def test_never_raises_nor_leaves_the_scale_and_evidence_holds(text: str, finish: str | None, is_single: bool) -> None:
    items = ITEMS[:1] if is_single else ITEMS
    scores = scores_of(text, finish, items)
    assert [score.item for score in scores] == [item.name for item in items]
    for score, item in zip(scores, items, strict=True):
        assert (score.value is not None) == (score.status in SCORED)
        if score.evidence is not None:
            assert 0 <= score.evidence.start < score.evidence.end <= len(text)
        if score.value is not None:
            assert item.minimum <= score.value <= item.maximum
            assert score.evidence is not None
            assert spoken(text[score.evidence.start : score.evidence.end]) == score.value
        if score.status is ScoreStatus.REPAIRED:
            assert score.note


@settings(max_examples=300, deadline=None)
@given(PIECED_TEXT)
def test_same_text_same_scores(text: str) -> None:
    assert scores_of(text) == scores_of(text)


BLANK = st.text(" \t\n\r", max_size=3)
PROSE = st.text(string.ascii_letters + " \n\t.,;:!?'\"()[]-*`#}é日", max_size=60)


@settings(max_examples=500, deadline=None)
@given(
    st.integers(1, 100), st.integers(0, 10), st.lists(BLANK, min_size=9, max_size=9), PROSE, PROSE, st.booleans(), PROSE
)
def test_strict_json_round_trips(
    motivation: int, fear: int, blanks: list[str], before: str, after: str, is_first: bool, reason: str
) -> None:
    fields = [f'"motivation"{blanks[0]}:{blanks[1]}{motivation}', f'"fear"{blanks[2]}:{blanks[3]}{fear}']
    fields.insert(2 if is_first else 0, f'"reason"{blanks[4]}:{json.dumps(reason)}')
    reply = "{" + blanks[5] + f"{blanks[6]},{blanks[7]}".join(fields) + blanks[8] + "}"
    scores = scores_of(f"{before}{reply}{after}", prompt="")
    assert [(score.status, score.value) for score in scores] == [(ScoreStatus.OK, motivation), (ScoreStatus.OK, fear)]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 100), st.sampled_from(["motivation: {}", "Motivation score is {}.", "{}", "**Motivation:** {}/100"])
)
def test_prose_round_trips(value: int, frame: str) -> None:
    (score,) = scores_of(frame.format(value), items=ITEMS[:1], prompt="")
    assert (score.status, score.value) == (ScoreStatus.OK, value)


TAGS = st.sampled_from(["think", "THINK", "thinking", "Reasoning"])


@settings(max_examples=300, deadline=None)
@given(TAGS, PIECED_TEXT.filter(lambda text: "think>" not in text), PROSE.filter(lambda text: not WORDS.search(text)))
def test_think_blocks_are_never_scored(tag: str, inside: str, after: str) -> None:
    for text in (f"<{tag}>{inside}</{tag}>{after}", f"{inside}</{tag}>{after}", f"{after}<{tag}>{inside}"):
        assert all(score.value is None for score in scores_of(text, items=ITEMS[:1]))
        assert all(score.value is None for score in scores_of(text))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([Outcome.PARTIAL, Outcome.CANCELLED, Outcome.ERROR]), PIECED_TEXT)
def test_only_complete_replies_are_scored(outcome: Outcome, text: str) -> None:
    scores = extract_scores(Response(outcome, text=text), ITEMS, PROMPT)
    assert all(score.value is None and score.note for score in scores)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 100), st.integers(0, 12))
def test_cutting_a_reply_never_changes_a_score(value: int, cut: int) -> None:
    """Each beginning of a JSON reply scores the right number or none."""
    whole = f'{{"motivation": {value}, "x": 1}}'
    (score,) = scores_of(whole[: len(whole) - cut], "length", ITEMS[:1], "")
    assert score.value in (value, None)
