"""Whatever is said arrives as it was said, however the bytes are chopped."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.models.call_process.frames import (
    MAX_FRAME_BYTES,
    Ask,
    Cancel,
    Ended,
    Failed,
    FrameError,
    Growth,
    Piece,
    Reached,
    Ready,
    Splitter,
    ToParent,
    decoded_by_child,
    decoded_by_parent,
    decoded_reached,
    encoded,
    framed,
)
from motivtui.models.client import Call
from motivtui.models.endpoint import Endpoint, Kind
from motivtui.settings import Limits, Secret
from motivtui.study.parameters import Decoding, Parameters
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, TokenChoice, Usage

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Lone surrogates and NUL among its letters."""

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
PARAMETERS = st.dictionaries(ANY_TEXT, JSON_VALUES, max_size=3)
CALLS = st.builds(
    Call,
    st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=3).map(tuple),
    PARAMETERS,
    st.integers(),
    st.none() | PARAMETERS,
    st.booleans(),
)
COUNTS = st.none() | st.integers(0, 2**31)
TIMES = st.none() | st.floats(0, 1e9)
RESPONSES = st.builds(
    Response,
    outcome=st.sampled_from(Outcome),
    text=ANY_TEXT,
    reasoning=ANY_TEXT,
    finish_reason=st.none() | ANY_TEXT,
    usage=st.builds(Usage, COUNTS, COUNTS, COUNTS),
    time_to_first_token_ms=TIMES,
    latency_ms=TIMES,
    cost_usd=TIMES,
    effective=PARAMETERS,
    model_reported=st.none() | ANY_TEXT,
    fingerprint=st.none() | ANY_TEXT,
    error=st.none() | st.builds(CallError, st.sampled_from(ErrorKind), ANY_TEXT, COUNTS, TIMES),
    token_choices=st.lists(
        st.builds(
            TokenChoice,
            st.integers(0, 2**20),
            ANY_TEXT,
            st.lists(st.tuples(ANY_TEXT, st.floats(0, 1)), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)
GROWTHS = st.builds(Growth, st.floats(0, 1e9), TIMES, st.integers(0, 2**40), ANY_TEXT, ANY_TEXT)
TO_PARENT: st.SearchStrategy[ToParent] = st.one_of(
    st.just(Ready()),
    st.builds(Failed, ANY_TEXT),
    st.builds(Piece, st.integers(0, 2**40), GROWTHS),
    st.builds(Ended, st.integers(0, 2**40), GROWTHS, st.none() | RESPONSES),
)


@given(CALLS, st.binary())
def test_a_call_arrives_as_it_was_asked(call: Call, reached: bytes) -> None:
    ask = Ask(3, reached, call, is_watched=True)
    assert decoded_by_child(encoded(ask)) == ask
    assert decoded_by_child(encoded(Cancel(9))) == Cancel(9)


@given(TO_PARENT)
def test_what_the_child_says_arrives_as_it_was_said(message: ToParent) -> None:
    assert decoded_by_parent(encoded(message)) == message


def test_two_halves_of_a_pair_stay_two_halves() -> None:
    """JSON would join them to one character."""
    text = "\ud83d" + "\ude00" + "\0"
    message = Piece(1, Growth(0.0, None, 3, text, ""))
    arrived = decoded_by_parent(encoded(message))
    assert isinstance(arrived, Piece)
    assert [ord(letter) for letter in arrived.growth.text] == [0xD83D, 0xDE00, 0]


def test_an_endpoint_arrives_with_its_key_and_shows_it_nowhere() -> None:
    key = "sk-canary-77"
    for secret in (Secret(key), Secret(f"{key}\ud800"), None):
        defaults = Parameters(Decoding.SCHEMA, 0.5, extra={"top_k": 40})
        endpoint = Endpoint("x/y", Kind.CUSTOM, "openai/y", "x", defaults, "http://x/v1", secret, 3)
        body = encoded(Reached(endpoint, Limits(1, 2, 3)))
        arrived = decoded_reached(body)
        assert arrived.limits == Limits(1, 2, 3)
        assert arrived.endpoint.defaults == endpoint.defaults
        assert (arrived.endpoint.api_key and arrived.endpoint.api_key.reveal()) == (secret and secret.reveal())
        call = Call((), {}, 1, None, is_streamed=False)
        assert key not in repr((arrived, Ask(1, body, call, is_watched=False)))


@given(st.lists(st.binary(max_size=40), max_size=6), st.data())
def test_frames_come_out_whole_wherever_the_bytes_are_chopped(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(framed(body) for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    splitter = Splitter()
    bounds = [0, *cuts, len(stream)]
    assert [body for start, end in pairwise(bounds) for body in splitter.feed(stream[start:end])] == bodies


def test_a_length_that_no_frame_has_is_refused_before_it_is_waited_for() -> None:
    with pytest.raises(FrameError):
        Splitter().feed((MAX_FRAME_BYTES + 1).to_bytes(4, "big"))
    with pytest.raises(FrameError):
        framed(bytes(MAX_FRAME_BYTES + 1))


def _deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("value", [object(), object, _deep(100_000), ["\ud800", _deep(100_000)]])
def test_what_cannot_be_sent_is_an_error_of_ours(value: object) -> None:
    with pytest.raises(FrameError):
        encoded(Ask(1, b"", Call((), {"x": value}, 1, None, is_streamed=False), is_watched=False))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_an_error_of_ours(body: bytes) -> None:
    for start in (b"", b"\0", b"\1"):
        for decode in (decoded_by_child, decoded_by_parent, decoded_reached):
            with suppress(FrameError):  # any other error fails the test
                decode(start + body)
