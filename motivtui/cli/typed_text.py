"""Text that a user typed, as a model or the database can take it."""

from __future__ import annotations

from motivtui.errors import UsageError


def clean_text(text: str, what: str) -> str:
    """The text as it is. Raises UsageError: not UTF-8, or nothing but space."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{what} is not valid UTF-8", hint="Check the terminal's encoding.") from None
    if not text.strip():
        raise UsageError(f"{what} is empty", hint='For example: motiv probe "Write a haiku about autumn"')
    return text
