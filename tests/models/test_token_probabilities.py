"""What endpoints say about their tokens is checked, and put where it belongs or nowhere."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.models.token_probabilities import MAX_CHOICES, alternatives, entries_of, token_choices


def entry(token: str, mass: float = 0.5, *others: tuple[str, float], data: bytes | None = None) -> dict[str, Any]:
    told = [{"token": name, "logprob": math.log(value)} for name, value in ((token, mass), *others)]
    return {**told[0], "bytes": None if data is None else [*data], "top_logprobs": told}


def entries(*tokens: str) -> list[dict[str, Any]]:
    return [entry(token) for token in tokens]


def test_tokens_with_a_digit_are_kept_with_their_place() -> None:
    content = [entry('{"'), entry("motivation"), entry('": '), entry("85", 0.6, (" 85", 0.1), ("90", 0.2)), entry("}")]
    (choice,) = token_choices(content, '{"motivation": 85}')
    assert (choice.start, choice.token) == (15, "85")
    assert [token for token, _ in choice.alternatives] == ["85", " 85", "90"]
    assert [mass for _, mass in choice.alternatives] == pytest.approx([0.6, 0.1, 0.2])


def test_objects_are_read_as_dicts_are() -> None:
    one = SimpleNamespace(token="7", logprob=-0.5, bytes=None, top_logprobs=[SimpleNamespace(token="8", logprob=-1)])
    assert alternatives(one) == (("8", math.exp(-1)), ("7", math.exp(-0.5))), "the written one is among them"
    choice = SimpleNamespace(logprobs=SimpleNamespace(content=[one]))
    assert entries_of(choice) == [one]
    assert entries_of(SimpleNamespace(logprobs=None)) == entries_of(object()) == entries_of({"logprobs": 3}) == []


def test_places_are_characters_where_tokens_end_inside_one() -> None:
    whole = "é😂 7".encode()
    content = [entry("\ufffd", data=whole[:3]), entry("\ufffd", data=whole[3:7]), entry("7", data=b"7")]
    (choice,) = token_choices(content, "é😂 7")
    assert (choice.start, choice.token) == (3, "7")


@pytest.mark.parametrize(
    ("tokens", "text", "starts"),
    [
        (("\n\n", "85", "."), "85.", [0]),  # white space that the endpoint took off
        (("80", " or", "85", "</s>"), "85", [0]),  # reasoning before, an end mark after
        (("85", " so", " 85"), "85", []),  # which of the two it is cannot be known
        (("9",), '{"x9": 9', [7]),  # only the end is the model's: the beginning was put into its mouth
        (("8", "5"), "90", []),
        (("8", "5"), "85 and more", []),
        (("8",), "", []),
        (("",), "8", []),
    ],
)
def test_what_does_not_line_up_is_left_out(tokens: tuple[str, ...], text: str, starts: list[int]) -> None:
    assert [choice.start for choice in token_choices(entries(*tokens), text)] == starts


def test_a_single_token_is_kept_whatever_it_is() -> None:
    (choice,) = token_choices(entries(","), '{"motivation": 8,')
    assert (choice.start, choice.token) == (16, ",")


@pytest.mark.parametrize("logprob", [math.nan, math.inf, -math.inf, 0.5, "-1", None, True, 10**400, [], -1e9])
def test_what_is_no_probability_is_refused(logprob: object) -> None:
    odd = {"token": "8", "logprob": logprob}
    assert alternatives({**odd, "top_logprobs": [odd]}) == ()
    sound = {"token": "9", "logprob": -1.0}
    assert alternatives({**odd, "top_logprobs": [odd, sound]}) == (("9", math.exp(-1)),)


def test_probabilities_that_are_more_than_one_together_are_none() -> None:
    assert alternatives(entry("8", 0.6, ("9", 0.6))) == ()
    assert token_choices([entry("8", 0.6, ("9", 0.6)), entry("x")], "8x") == ()
    assert len(alternatives(entry("8", 0.6, ("9", 0.4004)))) == 2, "rounding"


def test_the_first_and_the_last_places_are_kept_of_many() -> None:
    text = "1" * 300 + "2" * 300
    kept = token_choices(entries(*text), text)
    assert [choice.start for choice in kept] == [*range(100), *range(500, 600)]
    assert len(kept) == MAX_CHOICES


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["token", "logprob", "bytes", "top_logprobs"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(JUNK, max_size=6), st.text(max_size=5))
def test_junk_never_raises(content: list[object], text: str) -> None:
    for choice in token_choices(content, text):
        assert text[choice.start :].startswith(choice.token)
        assert all(0 <= mass <= 1 for _, mass in choice.alternatives)


@given(st.lists(st.text(st.sampled_from("07a é😂\ud800"), min_size=1, max_size=3), min_size=2, max_size=12))
def test_every_token_with_a_digit_is_found_at_its_place(tokens: list[str]) -> None:
    text = "".join(tokens)
    starts = [len("".join(tokens[:place])) for place in range(len(tokens))]
    expected = [(at, token) for at, token in zip(starts, tokens, strict=True) if set(token) & set("07")]
    assert [(choice.start, choice.token) for choice in token_choices(entries(*tokens), text)] == expected
