"""The order in a model name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.spec import BadSpec, Spec, decoded, encoded, parse, text_model


def test_name_arguments_and_options_in_any_order() -> None:
    spec = parse("status:latency=0.5:429:retry_after=2")
    assert spec == Spec("status", ("429",), {"latency": "0.5", "retry_after": "2"})
    assert (spec.latency, spec.gap, spec.chunks, spec.whole(0, 500)) == (0.5, 0.0, None, 429)


def test_left_out_arguments_have_defaults() -> None:
    spec = parse("cut")
    assert (spec.argument(0, "eof"), spec.whole(1, 7), spec.seconds(2, 1.5)) == ("eof", 7, 1.5)


def test_an_unknown_option_is_an_argument() -> None:
    assert parse("text:a=b").arguments == ("a=b",)


@pytest.mark.parametrize("model", ["", ":ok", "ok:latency=soon", "ok:gap=-1", "ok:chunks=1.5", "ok:latency=inf"])
def test_what_cannot_be_meant_is_refused(model: str) -> None:
    with pytest.raises(BadSpec):
        parse(model)


def test_an_inner_fault_keeps_the_options_and_a_number_is_a_status() -> None:
    assert parse("flaky:2:503:retry_after=1").inner(1) == Spec("status", ("503",), {"retry_after": "1"})
    assert parse("flaky:2:cut:rst:5").inner(1) == Spec("cut", ("rst", "5"))
    assert parse("flaky:2").inner(1) == Spec("status", ("500",))


@given(st.text(st.characters(), max_size=200))
def test_any_text_survives_as_a_part(text: str) -> None:
    assert decoded(encoded(text)) == text
    assert parse(text_model(text, latency=0.5)) == Spec("text", (text,), {"latency": "0.5"})


@given(st.text(max_size=100))
def test_any_model_name_is_parsed_or_refused(model: str) -> None:
    try:
        assert parse(model).fault == model.split(":")[0]
    except BadSpec:
        assert not model.split(":")[0] or "=" in model
