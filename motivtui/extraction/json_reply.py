"""Scores in strict JSON objects, wherever in a reply they stand.

Owns finding balanced objects (aware of strings, one pass), reading their members strictly with every value's place and
every double key seen, and the verdict on each value. Must not mend anything: what is not JSON goes to `mended_reply`.

Values: 85 and 85.0 are ok; a fraction within the scale, "85", "８５" and "85/100" (the scale's maximum) are repaired;
NaN, Infinity, 1e999, true, null, lists, objects and other strings are invalid. Several objects must agree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from json import JSONDecoder
from typing import NamedTuple

from motivtui.extraction.figures import figure_at
from motivtui.extraction.reading import Number, Reading, disagreement, judged, on_scale
from motivtui.extraction.vocabulary import Vocabulary, fold_name
from motivtui.study.instrument import Item
from motivtui.study.score import Evidence, ScoreStatus

# Integers become floats where their value does not matter, so that Python's limit on long integers is never met.
_DECODER = JSONDecoder(parse_int=float)
_SPACE = re.compile(r"[ \t\n\r]*+")
_PLAIN_KEY = re.compile(r'"([^"\\\x00-\x1f]*+)"[ \t\n\r]*+:[ \t\n\r]*+')
_COLON = re.compile(r"[ \t\n\r]*+:[ \t\n\r]*+")
_NEXT = re.compile(r"[ \t\n\r]*+([,}])[ \t\n\r]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
# A run of braces opens one object at most, its last. No strict string crosses a line: a stray quote ends with its line.
_TOKEN = re.compile(r'\{[\s{]*+|\}|"((?:[^"\\\n]|\\.)*)"?([ \t\n\r]*+:)?')
_LONG = 18
_MAX_OBJECTS = 200
_MAX_TOKENS = 15_000
_MAX_CHARACTERS = 1_000_000


class Member(NamedTuple):
    """A key and the place of its value: `text[start:end]`, a string's quotes included."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object that names an item as one of its own keys; `members` is None when it is not strict JSON."""

    start: int
    end: int
    members: tuple[Member, ...] | None


def read_object(text: str, start: int) -> JsonObject | None:
    """The strict JSON object that begins at the brace at `start`; None: it is not one."""
    position = _end(_SPACE, text, start + 1)
    members: list[Member] = []
    try:
        while text.startswith('"', position):
            key, value_start = _key(text, position)
            number = _NUMBER.match(text, value_start)
            value_end = number.end() if number else _DECODER.raw_decode(text, value_start)[1]
            members.append(Member(key, value_start, value_end))
            after = _NEXT.match(text, value_end)
            if after is None:
                return None
            position = after.end()
            if after[1] == "}":
                return JsonObject(start, after.end(1), tuple(members))
    except (ValueError, RecursionError):  # not JSON, or nested beyond what the decoder follows
        return None
    return None


def _key(text: str, start: int) -> tuple[str, int]:
    """A key and where its value begins. Raises ValueError: no key and colon stand here."""
    if plain := _PLAIN_KEY.match(text, start):
        return plain[1], plain.end()
    key, end = _DECODER.raw_decode(text, start)
    colon = _COLON.match(text, end)
    if colon is None:
        raise ValueError("no colon")
    return key, colon.end()


def find_objects(text: str, vocabulary: Vocabulary) -> list[JsonObject]:
    """Every balanced object that names an item itself, outer ones first.

    Of more than 200 only the first and the last hundred are read, and no more than 1 M characters altogether; a text
    with more than 15,000 braces and strings is no answer in JSON.
    """
    spans = sorted(_spans(text, vocabulary))
    if len(spans) > _MAX_OBJECTS:
        spans = spans[: _MAX_OBJECTS // 2] + spans[-_MAX_OBJECTS // 2 :]
    found: list[JsonObject] = []
    left = _MAX_CHARACTERS
    for start, end in spans:
        left -= end - start
        if left < 0:
            break
        read = read_object(text, start)
        found.append(read if read is not None and read.end == end else JsonObject(start, end, None))
    return found


def object_readings(text: str, members: Sequence[Member], vocabulary: Vocabulary) -> dict[int, Reading]:
    """Item place → what one object says of it. A key twice with different values is ambiguous.

    A key that is an item's name hides one that is only its label ("motivation_score" and "motivation").
    """
    readings: dict[int, Reading] = {}
    for known in (vocabulary.names, vocabulary.labels):
        found: dict[int, list[Member]] = {}
        for member in members:
            place = known.get(member.key)
            if place is None:
                place = known.get(fold_name(member.key))
            if place is not None and place not in readings:
                found.setdefault(place, []).append(member)
        for place, same in found.items():
            readings[place] = _member_reading(text, same, vocabulary.items[place])
        if len(readings) == len(vocabulary.items):
            break
    return readings


def _spans(text: str, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Start and end of every balanced object that has an item's name among its own keys, in one pass."""
    spans: list[tuple[int, int]] = []
    open_braces: list[int] = []
    naming: set[int] = set()
    position = text.find("{")
    tokens = 0
    while position >= 0 and (token := _TOKEN.search(text, position)):
        tokens += 1
        if tokens > _MAX_TOKENS:
            return []
        sign = text[token.start()]
        position = token.end()
        if sign == "{":
            open_braces.append(text.rindex("{", token.start(), token.end()))
        elif sign == '"':
            if token[2] and vocabulary.is_key(token[1]):
                naming.add(open_braces[-1])
        else:
            start = open_braces.pop()
            if start in naming:
                spans.append((start, position))
            if not open_braces:  # outside of braces quotes are only prose
                position = text.find("{", position)
    return spans


def _member_reading(text: str, members: Sequence[Member], item: Item) -> Reading:
    readings = [_value_reading(text, member.start, member.end, item) for member in members]
    if len(readings) == 1:
        return readings[0]
    values = {_comparable(text, member, reading) for member, reading in zip(members, readings, strict=True)}
    if len(values) > 1:
        return disagreement(sorted(readings, key=lambda reading: reading.number is None))
    return readings[0]


def _comparable(text: str, member: Member, reading: Reading) -> Number | str:
    return reading.number if reading.number is not None else text[member.start : member.end]


def _value_reading(text: str, start: int, end: int, item: Item) -> Reading:
    """The verdict on one JSON value."""
    written = text[start:end]
    if written[0] == '"':
        return _string_reading(text, start + 1, end - 1, item)
    evidence = Evidence(start, end)
    if written.isdigit() and len(written) < _LONG:
        return on_scale(int(written), item, evidence)
    if written[-1] not in "0123456789":
        is_word = written[0] in "tfnNI-"
        kind = written if is_word else "a list" if written[0] == "[" else "an object"
        return Reading(ScoreStatus.INVALID, None, evidence if is_word else None, f"{kind} is not a number")
    if math.isinf(float(written)) and not written.lstrip("-").isdigit():
        return Reading(ScoreStatus.INVALID, None, evidence, "not a finite number")
    return on_scale(Decimal(written), item, evidence)


def _string_reading(text: str, start: int, end: int, item: Item) -> Reading:
    """The verdict on a JSON string whose characters stand at `text[start:end]`."""
    inside = text[start:end]
    bare = inside.strip()
    figure = figure_at(bare, 0)
    if figure is None or figure.stop != len(bare) or figure.is_percent or figure.value is None:
        return Reading(ScoreStatus.INVALID, None, Evidence(start, end) if bare else None, "a string that is no number")
    first = start + inside.find(bare)
    reading = judged(replace(figure, start=first, end=first + figure.end), item)
    if reading.status is ScoreStatus.AMBIGUOUS:
        return reading.moved_to(ScoreStatus.INVALID, "in a string")
    return reading if reading.status is ScoreStatus.OUT_OF_RANGE else reading.moved_to(ScoreStatus.REPAIRED, "a string")


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
