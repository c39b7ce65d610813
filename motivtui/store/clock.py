"""The time, as the tables hold it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The time in UTC to the millisecond, like `2026-11-24T06:31:07.123Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
