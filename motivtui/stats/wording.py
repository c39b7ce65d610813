"""How results are put into a sentence: numbers, counts, what was left out. The claims are the analyses'."""

from __future__ import annotations

from collections.abc import Mapping

from motivtui.stats.estimate import Estimate


def number(value: float, *, signed: bool = False) -> str:
    """Three figures at most; a rounded zero has no sign."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text.lstrip("+-") if float(text) == 0 else text


def with_interval(estimate: Estimate, *, signed: bool = False) -> str:
    """The number as "+4.20 [1.10, 7.30]", or why there is none."""
    if estimate.value is None:
        return f"NA ({estimate.reason})"
    text = number(estimate.value, signed=signed)
    if estimate.low is None or estimate.high is None:
        return f"{text} (no interval: {estimate.reason})"
    return f"{text} [{number(estimate.low, signed=signed)}, {number(estimate.high, signed=signed)}]"


def percent(estimate: Estimate) -> str:
    """A share as "62 % [51, 72]", or why there is none."""
    if estimate.value is None:
        return f"NA ({estimate.reason})"
    text = f"{100 * estimate.value:.0f} %"
    if estimate.low is None or estimate.high is None:
        return f"{text} (no interval: {estimate.reason})"
    return f"{text} [{100 * estimate.low:.0f}, {100 * estimate.high:.0f}]"


def p_value(p: float) -> str:
    """One of "p < .001" and "p = .012"."""
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".", 1)


def count(n: int, one: str, many: str = "") -> str:
    """A count and its noun, as "1 task" or "3 families"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def left_out(excluded: Mapping[str, int]) -> str:
    """What was excluded and why, as "excluded: 3 refused, 1 missing"."""
    if not excluded:
        return "none excluded"
    return "excluded: " + ", ".join(f"{n:,} {reason}" for reason, n in sorted(excluded.items()))


def subject(model: str, instrument: str, judge: str | None, item: str, decoding: str) -> str:
    """Whose score of what, in which mode of decoding."""
    return f"{model}, {instrument} · {item}" + (f" by judge {judge}" if judge else "") + f" ({decoding})"
