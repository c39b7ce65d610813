"""Scores in JSON that is almost JSON: single quotes, trailing commas, comments, a missing end, no quotes at all.

Owns the bounded use of the library json-repair. It is generous (it reads 1_0 as 10 and 1 000 as 1) and says nothing of
places, so it only confirms: the number is located in the original text by its key and read by our own rules, and a
score needs both to agree. It is slow on hostile text, hence one small region with few braces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from motivtui.extraction.figures import Figure, figure_at, words_at
from motivtui.extraction.masking import PromptEcho, blanked
from motivtui.extraction.reading import Number, Reading, agreed, judged
from motivtui.extraction.vocabulary import Vocabulary
from motivtui.study.score import SCORED, Evidence, ScoreStatus

_REGION = 2_000
_REACH = 300
_MAX_BRACES = 20
_MAX_STARTS = 20
_MAX_NAMES = 2_000
_NOTE = "mended JSON"

_QUOTES = "\"'`“”‘’„«»"
_BEFORE_VALUE = re.compile(rf"[{_QUOTES}]?[ \t\r\n]*+(?::|=)+>?[ \t\r\n]*+[{_QUOTES}<]?[ \t]*+")
# Where a key may stand: not after a word or a colon, as the words of a reason do.
_BEFORE_KEY = re.compile(rf"(?:[{{,}}/\n]|\d)[ \t\r\n]{{0,8}}[{_QUOTES}]?\Z")
_OPENING = re.compile(r"[{\[]")
_CUT_END = re.compile(r"\.?\s*+\Z")


def mended_readings(text: str, vocabulary: Vocabulary, echo: PromptEcho) -> tuple[dict[int, Reading], str]:
    """Item place → what almost-JSON says of it, and the text without the echoes that were met."""
    if "{" not in text:
        return {}, text
    start, text = _region_start(text, vocabulary, echo)
    if start is None:
        return {}, text
    region = text[start : start + _REGION]
    too_many = next(islice(_OPENING.finditer(region), _MAX_BRACES, None), None)
    region = region[: too_many.start()] if too_many else region
    values = _mended_values(region, vocabulary)
    found: dict[int, list[Reading]] = {}
    for place, value_start, figure in _located(text, start, start + len(region), vocabulary):
        if place in values:
            reading = _value_reading(text, value_start, figure, values[place], place, vocabulary)
            found.setdefault(place, []).append(reading)
    return {place: agreed(readings) for place, readings in found.items()}, text


def _region_start(text: str, vocabulary: Vocabulary, echo: PromptEcho) -> tuple[int | None, str]:
    """Where the first object that names an item begins and is no echo of the prompt; echoes are blanked."""
    position = 0
    for _ in range(_MAX_STARTS):
        name = next((name for name in _keys(text, position, len(text), vocabulary)), None)
        if name is None:
            return None, text
        start = text.rfind("{", max(position, name.start() - _REACH), name.start())
        if start < 0:
            position = name.end()
            continue
        closing = text.find("}", name.end(), start + _REGION)
        end = closing + 1 if closing >= 0 else len(text)
        if end - start > _REGION or not echo.holds(text[start:end]):
            return start, text
        text = blanked(text, [(start, end)])
        position = end
    return None, text


def _keys(text: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[re.Match[str]]:
    """Names of items where keys stand, followed by a colon or the like."""
    for name in islice(vocabulary.pattern.finditer(text, start, end), _MAX_NAMES):
        is_key = vocabulary.is_key(name.group()) and _BEFORE_VALUE.match(text, name.end())
        if is_key and _BEFORE_KEY.search(text[max(0, name.start() - 10) : name.start()]):
            yield name


def _mended_values(region: str, vocabulary: Vocabulary) -> dict[int, list[Any]]:
    """Item place → the values that json-repair finds for it, in whichever objects of the region."""
    import json_repair

    digits = region if region.isascii() else "".join(_ascii_digit(sign) for sign in region)
    try:
        parsed = json_repair.loads(digits, skip_json_loads=True)
    except (ValueError, RecursionError):
        return {}
    values: dict[int, list[Any]] = {}
    waiting: list[Any] = [parsed]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            for key, value in one.items():
                place = vocabulary.place_of(str(key)) if vocabulary.is_key(str(key)) else None
                if place is not None:
                    values.setdefault(place, []).append(value)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return values


def _ascii_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _located(text: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Figure | None]]:
    """Place of the item, place of the value, and the figure there, for each key in the region."""
    for name in _keys(text, start, end, vocabulary):
        place = vocabulary.place_of(name.group())
        before = _BEFORE_VALUE.match(text, name.end())
        if place is not None and before is not None:
            yield place, before.end(), figure_at(text, before.end()) or words_at(text, before.end())


def _value_reading(
    text: str, value_start: int, figure: Figure | None, values: list[Any], place: int, vocabulary: Vocabulary
) -> Reading:
    """The verdict on one located value, given what json-repair made of it."""
    if figure is None:
        return Reading(ScoreStatus.INVALID, None, None, "the value is not a number")
    if _CUT_END.match(text, figure.stop):
        note = "the reply ends in or right after the number"
        return Reading(ScoreStatus.TRUNCATED, None, Evidence(figure.start, figure.end), note)
    reading = judged(figure, vocabulary.items[place])
    if reading.status not in SCORED:
        return reading
    written = text[value_start : figure.end]
    if not any(_confirms(value, written, reading.number) for value in values):
        return reading.moved_to(ScoreStatus.INVALID, "not certain to be the value")
    return reading.moved_to(ScoreStatus.REPAIRED, _NOTE)


def _confirms(value: Any, written: str, number: Number | None) -> bool:
    """Whether json-repair's value is the number that was located."""
    if isinstance(value, bool) or number is None:
        return False
    if isinstance(value, (int, float)):
        return Decimal(repr(value)) == number
    digits = "".join(_ascii_digit(sign) for sign in written)
    return isinstance(value, str) and value.strip().startswith(digits)
