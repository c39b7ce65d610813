"""What a tag may be: a few words on one line, told apart by commas where several stand together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from motivtui.errors import UsageError

LONGEST = 40
_HINT = f"A tag is short: at most {LONGEST} characters on one line, no comma."


def clean_tag(text: str) -> str:
    """The tag, without space around it and single spaces inside. Raises UsageError."""
    tag = unicodedata.normalize("NFC", " ".join(text.split()))
    if not tag:
        raise UsageError("a tag is empty", hint=_HINT)
    if len(tag) > LONGEST:
        raise UsageError(f"the tag {tag[:LONGEST]!r}… is too long", hint=_HINT)
    # Categories C: control, format, surrogate, private and unassigned characters.
    if "," in tag or any(unicodedata.category(sign).startswith("C") for sign in tag):
        raise UsageError(f"{tag!r} is no tag", hint=_HINT)
    return tag


def clean_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """The tags, each once, in the order in which they were given. Raises UsageError."""
    return tuple(dict.fromkeys(clean_tag(text) for text in texts))
