"""Numbers as models write them: where a figure stands, what it says, and what hangs on it.

Owns the reading of one figure at a known place ("85", "85/100", "85 %", "70-80", "1,5", "８５", "eighty-five"). Must
not know what the figure is about: no items, labels or scales here. A figure that could mean two numbers gets a problem
instead of a value. Every pattern is linear (possessive repeats), so hostile text costs no more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from motivtui.study.score import ScoreStatus

_DIGITS = r"\d++(?:[.,_'’٫٬．，]\d++)*(?:[eE][-+]?\d++)?"
NUMERAL = re.compile(rf"(?<![A-Za-z\d_.,])(?:(?<![\w)\]%])[-−﹣－+])?\.?+{_DIGITS}")
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES: dict[str, int] = dict(zip((*_UNITS, *_TEENS, *_TENS), (*range(20), *range(20, 100, 10)), strict=True))
_WORD = rf"(?:{'|'.join([*_TENS, *_TEENS, *_UNITS])}|hundred|thousand|million|half)"
# The words themselves are ASCII: elsewhere "ı" and "ſ" would count as "i" and "s".
WORDS = re.compile(
    rf"(?<![\w-])(?ai:(?:(?:a|one)[ -])?hundred"
    rf"|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS[1:])})(?!\w))?|{'|'.join([*_TEENS, *_UNITS])})"
    rf"(?![\w-])(?![ -](?i:(?:and[ -]|point[ -])?{_WORD})\b)"
)

_SECOND = re.compile(r"[ \t\u00a0\u2009\u202f]{1,3}\d")
_DENOMINATOR = re.compile(
    r"[*_`\"']{0,3}[ \t]{0,3}(?:[/⁄／]|out[ \t]{1,3}of\b|of\b)[ \t]{0,3}[*_`\"']{0,3}(\d++(?:[.,_]\d++)*)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"[*_`\"']{0,3}[ \t]{0,3}(?:[%％٪]|per[ ]?cent\b)", re.IGNORECASE)
_POINTS = re.compile(r"[ \t]{0,3}(?:points?|pts)\b", re.IGNORECASE)
_RANGE = re.compile(
    r"[*_`\"']{0,3}[ \t]{0,3},?[ \t]{0,3}(?:[-‐‑–—−~/]|\.{2,3}|…|(?:to|or|and|maybe|perhaps|possibly|through|even)\b)"
    rf"[ \t]{{0,3}}(?:(?:maybe|perhaps|possibly|even|to)[ \t]{{1,3}})?[*_`\"']{{0,3}}({_DIGITS}|{_WORD}\b)",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"[A-Za-z_\d]|:\d|/[ \t]*[\d<]")
_GROUPED_BY_POINT = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `text[start:end]` is the number itself, `stop` the end of what belongs to it ("/100", "-80", " %").

    `value` is None exactly when `problem` says why; `status` is then the status that follows from it. `oddity` names
    what is unusual about a number that can be read all the same (words, digits that are not ASCII); "" for nothing.
    """

    start: int
    end: int
    stop: int
    value: Decimal | None
    status: ScoreStatus = ScoreStatus.OK
    problem: str = ""
    oddity: str = ""
    denominator: Decimal | None = None
    is_percent: bool = False


def figure_at(text: str, start: int) -> Figure | None:
    """The figure in digits that begins exactly at `start`; None: there is none."""
    match = NUMERAL.match(text, start)
    return None if match is None else _with_tail(text, start, match.end(), *_numeral(match.group()))


def words_at(text: str, start: int) -> Figure | None:
    """The English number word, zero to one hundred, that begins exactly at `start`; None: there is none."""
    match = WORDS.match(text, start)
    if match is None:
        return None
    return _with_tail(text, start, match.end(), worded_value(match.group()), ScoreStatus.OK, "", "a number in words")


def worded_value(words: str) -> Decimal:
    """85 for "eighty-five"; `words` must be what `WORDS` matches."""
    parts = re.split("[ -]", words.lower())
    return Decimal(100) if parts[-1] == "hundred" else Decimal(sum(_VALUES[part] for part in parts))


def _numeral(written: str) -> tuple[Decimal | None, ScoreStatus, str, str]:
    """Value, status, problem and oddity of a numeral as written."""
    plain = written.translate(_SIGNS)
    if "_" in written:
        return None, ScoreStatus.INVALID, "not a plain number", ""
    if any(mark in written for mark in ",'’٫٬．，") or _GROUPED_BY_POINT.fullmatch(plain):
        return None, ScoreStatus.AMBIGUOUS, "a decimal mark or a group of digits", ""
    try:
        value = Decimal(plain)
        huge = "e" in plain.lower() and abs(value.adjusted()) > 300
    except DecimalException:
        return None, ScoreStatus.INVALID, "not a plain number", ""
    if huge:
        return None, ScoreStatus.INVALID, "not a finite number", ""
    return value, ScoreStatus.OK, "", "" if written.isascii() else "digits that are not ASCII"


_SIGNS = str.maketrans({"−": "-", "﹣": "-", "－": "-"})


def _with_tail(
    text: str, start: int, end: int, value: Decimal | None, status: ScoreStatus, problem: str, oddity: str
) -> Figure:
    """The figure with what follows it read as well."""
    if problem:
        return Figure(start, end, end, None, status, problem)
    if second := _SECOND.match(text, end):
        return Figure(start, end, second.end(), None, ScoreStatus.AMBIGUOUS, "two numbers or a group of digits")
    stop, denominator, is_percent = end, None, False
    if below := _DENOMINATOR.match(text, end):
        stop, denominator = below.end(), _numeral(below[1])[0] or Decimal(-1)
    elif percent := _PERCENT.match(text, end):
        stop, is_percent = percent.end(), True
    elif points := _POINTS.match(text, end):
        stop = points.end()
    if several := _RANGE.match(text, stop):
        return Figure(start, end, several.end(), None, ScoreStatus.AMBIGUOUS, "more than one number")
    if text.startswith("+", stop):
        return Figure(start, end, stop + 1, None, ScoreStatus.AMBIGUOUS, "a bound, not a number")
    if _ATTACHED.match(text, stop):
        return Figure(start, end, stop, None, ScoreStatus.INVALID, "not a plain number")
    return Figure(start, end, stop, value, status, "", oddity, denominator, is_percent)
