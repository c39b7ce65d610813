"""Which of two or more numbered options a reply chooses: before its answer begins, in JSON or in words; ties are seen.

Owns the words of choosing. Numbers in the answer that follows a choice, and reasons that mention the other option, must
not count.
"""

from __future__ import annotations

import re

from motivtui.extraction.json_reply import find_objects
from motivtui.extraction.reading import Reading, disagreement, on_scale
from motivtui.extraction.vocabulary import Vocabulary
from motivtui.study.instrument import Item, ItemKind
from motivtui.study.score import Evidence, ScoreStatus

_ANSWER = re.compile(r"^[ \t*#_]*ANSWER[ \t]*:", re.MULTILINE)
_NUMBERS = {"one": 1, "first": 1, "two": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4}
_ORDINAL = r"(?:first|second|third|fourth)"
_NUMBER = r"(?:[1-9](?![\d/.,%]*\d)|one|two|three|four)"
_OPTION = rf"(?:(?:task|option|number|no\.?|#)[ \t#:]{{0,3}}({_NUMBER})\b|the[ \t]({_ORDINAL})\b)"
_CHOOSING = re.compile(
    r"\b(?:choose|chose|choosing|choice[ \t](?:is|would[ \t]be)|pick|select|prefer|go[ \t]with|opt[ \t]for"
    r"|(?:will|would|'ll|’ll|'d|’d)[ \t](?:rather[ \t])?(?:do|take))\b"
    rf"[ \t*_:\"“]{{0,4}}(?:to[ \t]do[ \t])?{_OPTION}",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"\A[\s*_#\"“]{{0,20}}(?:{_OPTION}|([1-9]))(?=[\s*_.:,)\"”]|\Z)", re.IGNORECASE)
_NONE_OR_ALL = r"both|neither|either(?:[ \t]one)?|no[ \t]preference|a?[ \t]?tie"
_TIE_IN_WORDS = re.compile(
    rf"\b(?:choose|pick|select|prefer|do|take|like)[ \t](?:{_NONE_OR_ALL})\b"
    r"|\b(?:both|neither)[ \t](?:of[ \t]the[ \t])?tasks?\b"
    r"|\bno[ \t](?:clear[ \t]|real[ \t])?preference\b|\bequally\b",
    re.IGNORECASE,
)
_TIE_VALUE = re.compile(
    rf"(?:\"[ \t]*(?:{_NONE_OR_ALL}|0|1[ \t]*(?:and|or|&|/|,)[ \t]*2)[^\"\n]{{0,20}}\""
    r"|0(?![\d.])|\[[ \t]*1[ \t]*,[ \t]*2[ \t]*\])",
    re.IGNORECASE,
)
_VALUE = re.compile(rf"\"[ \t]*{_OPTION}[^\"\n]{{0,200}}\"", re.IGNORECASE)
_READ = 4_000
"""Characters of prose in which a choice is looked for: it was asked for first."""


def has_options(words: Vocabulary) -> bool:
    """Whether any item is a choice."""
    return any(item.kind is ItemKind.OPTION for item in words.items)


def before_answer(text: str, words: Vocabulary) -> str:
    """The beginning of a reply that holds the choice: up to the word ANSWER: or the end of the object that chooses."""
    found = _ANSWER.search(text)
    head = text[: found.start()] if found else text
    objects = [one for one in find_objects(head, words) if one.members is not None]
    return head[: objects[0].end] if objects else head


def option_reading(text: str, item: Item, found: Reading) -> Reading:
    """What a reply says of one option item, when JSON said nothing for certain: `found` is what was read until now."""
    is_settled = found.status is ScoreStatus.OK
    if is_settled and (_key(text, item) or not _CHOOSING.search(text[:_READ])):
        return found
    tie = _tie(text, item)
    if tie is not None:
        return tie
    chosen = _chosen(text[:_READ], item)
    return found if chosen is None else chosen


def _tie(text: str, item: Item) -> Reading | None:
    """A tie, in the value of the item's key or in words."""
    key = _key(text, item)
    if key and item.minimum > 0:
        value = _TIE_VALUE.match(text, key.end())
        if value:
            return Reading(ScoreStatus.TIE, None, Evidence(value.start(), value.end()), "chooses all or none")
    spoken = None if key else _TIE_IN_WORDS.search(text[:_READ])
    if spoken is None or _CHOOSING.search(text[:_READ]):
        return None
    return Reading(ScoreStatus.TIE, None, Evidence(spoken.start(), spoken.end()), "chooses all or none")


def _key(text: str, item: Item) -> re.Match[str] | None:
    """The place of the item's key in an object, up to where its value begins."""
    return re.search(rf"\"{re.escape(item.name)}\"[ \t]*:[ \t]*", text, re.IGNORECASE)


def _chosen(text: str, item: Item) -> Reading | None:
    """The option that words of choosing name, or that the reply begins with; None: none is named so."""
    key = _key(text, item)
    value = _VALUE.match(text, key.end()) if key else None
    matches = [value] if value else list(_CHOOSING.finditer(text)) or [one for one in [_OPENING.match(text)] if one]
    readings = [_named(one, item) for one in matches]
    if not readings:
        return None
    numbers = {reading.number for reading in readings}
    return readings[0] if len(numbers) == 1 else disagreement(readings)


def _named(match: re.Match[str], item: Item) -> Reading:
    group = next(number for number, word in enumerate(match.groups(), start=1) if word)
    word = match[group].lower()
    number = _NUMBERS.get(word) or int(word)
    return on_scale(number, item, Evidence(*match.span(group)), "a choice in words")
