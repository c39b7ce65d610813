"""A secret never shows itself."""

import logging
import pprint
import traceback
from dataclasses import asdict, dataclass

import pytest

from motivtui.settings import Secret

KEY = "sk-canary-0123456789"


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    key: Secret


def test_no_way_of_writing_it_shows_it() -> None:
    secret = Secret(KEY)
    holder = Holder("openai", secret)
    shown = [
        repr(secret),
        str(secret),
        f"{secret} {secret!r} {secret!s} {secret!a}",
        "{} {:}".format(secret, secret),  # noqa: UP032 (this way too)
        "%s %r" % (secret, secret),  # noqa: UP031 (this way too)
        repr(holder),
        repr(asdict(holder)),
        pprint.pformat([holder, {"key": secret}]),
        logging.LogRecord("n", 1, "p", 1, "%s", (secret,), None).getMessage(),
    ]
    assert all(KEY not in text for text in shown)
    assert all("***" in text for text in shown)


def test_an_error_about_it_does_not_show_it() -> None:
    secret = Secret(KEY)
    with pytest.raises(TypeError) as caught:
        _ = secret + "x"  # type: ignore[operator]
    assert KEY not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(TypeError):
        vars(secret)


def test_revealing_is_deliberate() -> None:
    assert Secret(KEY).reveal() == KEY


def test_redact_takes_every_occurrence_out() -> None:
    assert Secret(KEY).redact(f"bad {KEY}: {KEY}!") == "bad ***: ***!"
    assert Secret(KEY).redact("nothing here") == "nothing here"
    assert Secret("").redact("abc") == "abc"
