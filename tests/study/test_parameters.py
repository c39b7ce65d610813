"""Parameters as they are hashed and stored: only what is set, in a fixed order."""

from motivtui.study.parameters import Decoding, Parameters


def test_what_is_not_set_is_not_there() -> None:
    assert Parameters().as_record() == {"decoding": "free"}


def test_zero_is_set() -> None:
    assert Parameters(temperature=0.0, top_p=0.0).as_record() == {"decoding": "free", "temperature": 0.0, "top_p": 0.0}


def test_the_order_is_fixed() -> None:
    record = Parameters(Decoding.SCHEMA, 1.0, 0.9, 5, {"z": 1, "a": 2}).as_record()
    assert list(record) == ["decoding", "temperature", "top_p", "max_tokens", "a", "z"]
    assert type(record["decoding"]) is str
