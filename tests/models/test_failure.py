"""What an exception means, and what a Retry-After is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from motivtui.models.failure import call_error, redacted, seconds_to_wait
from motivtui.settings import Secret
from motivtui.study.response import ErrorKind


class Timeout(Exception):
    status_code = 408


class InternalServerError(Exception):
    status_code = 500


def test_a_missing_credential_is_no_server_error() -> None:
    error = call_error(InternalServerError("Missing credentials. Pass api_key"), [], None, None, has_text=False)
    assert error.kind is ErrorKind.AUTHENTICATION


def test_a_refused_connection_has_no_status() -> None:
    error = call_error(InternalServerError("litellm.X: Connection error."), [], None, None, has_text=False)
    assert error.kind is ErrorKind.CONNECTION
    assert error.status_code is None


def test_whatever_happens_after_text_came_is_a_cut() -> None:
    assert call_error(InternalServerError("oh"), [], 200, None, has_text=True).kind is ErrorKind.CUT


def test_a_timeout_is_one() -> None:
    assert call_error(Timeout("too slow"), [], None, None, has_text=False).kind is ErrorKind.TOTAL_TIMEOUT


def test_used_up_quota_is_not_a_passing_limit() -> None:
    error = call_error(Exception("You exceeded your current quota"), [], 429, None, has_text=False)
    assert error.kind is ErrorKind.QUOTA
    assert not error.is_retryable


def test_messages_are_short_single_lines_without_keys_or_class_names() -> None:
    text = "litellm.RateLimitError: RateLimitError: OpenAIException - Slow\n down sk-1 " + "x" * 5000
    message = redacted(text, [Secret("sk-1")])
    assert message.startswith("Slow down *** x")
    assert len(message) == 500


def test_a_message_of_class_names_only_is_kept() -> None:
    assert redacted("SomeError: ", []) == "SomeError:"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("1000000000", 1e9),
        ("-1", None),
        ("soon", None),
        ("inf", None),
        (None, None),
        ("nan", None),
    ],
)
def test_retry_after_numbers(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header) == seconds


def test_retry_after_dates() -> None:
    ahead = seconds_to_wait(format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))
    assert ahead is not None
    assert 25 < ahead <= 30
    assert seconds_to_wait(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)) is None
