"""Numbers and times as the screens write them: short, aligned, missing is a dash."""

from __future__ import annotations

MISSING = "–"


def count(number: int | None) -> str:
    """`1,440`."""
    return MISSING if number is None else f"{number:,}"


def counted(number: int, word: str) -> str:
    """`1 trial`, `1,440 trials`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def short_count(number: int | None) -> str:
    """`950`, `12.3k`, `4.1M`."""
    if number is None:
        return MISSING
    if number < 10_000:
        return f"{number:,}"
    return f"{number / 1000:.1f}k" if number < 999_950 else f"{number / 1_000_000:.1f}M"


def duration(seconds: float | None) -> str:
    """`< 1 s`, `42 s`, `12 min`, `3 h 05 min`."""
    if seconds is None:
        return MISSING
    if seconds < 1:
        return "< 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"


def milliseconds(value: float | None) -> str:
    """`840 ms`, `3.2 s`."""
    if value is None:
        return MISSING
    return f"{value:.0f} ms" if value < 999.5 else f"{value / 1000:.1f} s"


def dollars(value: float | None, *, unpriced: int = 0) -> str:
    """`$0.41`, `< $0.0001`; with calls whose price nobody knows: `$0.41 + ?`."""
    if value is None:
        return "$?"
    shown = f"${value:.2f}" if value >= 0.1 or value == 0 else f"${value:.4f}" if value >= 0.0001 else "< $0.0001"
    return f"{shown} + ?" if unpriced else shown


def score(value: float | None) -> str:
    """`73`, `73.5`, a dash for none."""
    return MISSING if value is None else f"{value:g}" if float(value).is_integer() else f"{value:.1f}"


def signed(value: float | None) -> str:
    """`+4.2`, `−3.0`: a true minus, so that columns align."""
    if value is None:
        return MISSING
    return f"{value:+.1f}".replace("-", "−")
