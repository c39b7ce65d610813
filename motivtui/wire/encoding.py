"""What leaves a process as a line of JSON, whatever a server has put into it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_SURROGATE = re.compile("[\ud800-\udfff]")
_LEAST, _MOST = -(2**63), 2**64 - 1

_encoder = msgspec.json.Encoder()


def line_of(message: msgspec.Struct) -> bytes:
    """One line, its end included.

    JSON cannot hold a lone surrogate: it becomes U+FFFD, one for one, so that positions in a text stay true. A number
    that 64 bits cannot hold becomes null. The database has both as they came.
    """
    try:
        return _encoder.encode(message) + b"\n"
    except (UnicodeEncodeError, OverflowError):
        return _encoder.encode(_clean(msgspec.to_builtins(message))) + b"\n"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if isinstance(value, int) and not _LEAST <= value <= _MOST:
        return None
    return value
