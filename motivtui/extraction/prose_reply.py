"""Scores in plain sentences.

Owns the three ways in which prose may carry a score, from sure to doubtful:

1. *The whole reply is one number* (one-item instruments): ok.
2. *A labelled number*: an item's name and a number with nothing but linking words between them ("My motivation score
   is 85", "**Motivation:** 85/100"). ok, or repaired when it is called approximate, is written in words or has a
   fraction. With one item only, "score", "rating" and "answer" are labels too, though repaired.
3. *A lone number* (one-item instruments, when nothing is labelled): always repaired, and only if it looks like a
   rating: it stands alone on its line, begins the reply, is "out of" the scale's maximum, or shares its sentence with a
   word of rating ("rate", "say", "motivated"). A reply that does the task instead ("There are 8.") gives no score.

A number that counts something ("5 minutes"), marks a list, belongs to the scale's text ("from 1 to 100") or is negated
("not 70") is no candidate. Two different candidates are ambiguous, and so is a number on another scale ("7/10").
Must not read JSON.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from motivtui.extraction.figures import NUMERAL, WORDS, Figure, figure_at, words_at
from motivtui.extraction.masking import PromptEcho, blanked
from motivtui.extraction.prose_context import (
    NAMED_SCALE,
    approximation,
    as_rating,
    is_counted_or_listed,
    is_whole,
    link_before_number,
    scale_text,
    speaks_of_other_scale,
)
from motivtui.extraction.reading import Reading, agreed, judged
from motivtui.extraction.vocabulary import Vocabulary
from motivtui.study.score import SCORED, Evidence, ScoreStatus

_NEGATION = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bneither|\bnor|\brather than|\binstead of)[ \t]{1,3}"
    r"(?:(?:just|only|a|an|at|quite|really|exactly|say)[ \t]{1,3}){0,2}(?=[-\d])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d++")
_LONGEST_LINK = 200
_LONGEST_WITH_WORDS = 4_000
_READ_AS_WHOLE = 10_000
_MAX_NUMBERS = 200
_TOO_MANY = Reading(ScoreStatus.AMBIGUOUS, None, None, f"more than {_MAX_NUMBERS} numbers")


def prose_readings(text: str, vocabulary: Vocabulary, echo: PromptEcho) -> tuple[dict[int, Reading], str]:
    """Item place → what the prose says of it, and the text without the echoes that were met."""
    without_echo = echo.without_copied_lines(text)
    is_other_scale = speaks_of_other_scale(without_echo, vocabulary.items)
    bare = without_echo
    for scale in (scale_text(vocabulary.items), NAMED_SCALE):
        bare = blanked(bare, [match.span() for match in scale.finditer(bare)])
    bare, negated = _without_negated(bare)
    found, echoes = _labelled(bare, vocabulary, echo)
    bare = blanked(bare, echoes)
    if not found and len(vocabulary.items) == 1:
        found = _unlabelled(bare, vocabulary)
    readings = {place: agreed(same) for place, same in found.items()}
    if is_other_scale:
        readings = {place: _off_scale(bare, reading) for place, reading in readings.items()}
    if not readings and negated is not None and len(vocabulary.items) == 1:
        evidence = Evidence(negated.start, negated.end)
        readings[0] = Reading(ScoreStatus.MISSING, None, evidence, "only a negated number")
    return readings, blanked(without_echo, echoes)


def _without_negated(text: str) -> tuple[str, Figure | None]:
    """The text without "not 70" and the like, and the first number so negated."""
    negated: list[Figure] = []
    spans: list[tuple[int, int]] = []
    for match in islice(_NEGATION.finditer(text), _MAX_NUMBERS):
        figure = figure_at(text, match.end())
        if figure is not None:
            negated.append(figure)
            spans.append((match.start(), figure.stop))
    return blanked(text, spans), negated[0] if negated else None


def _labelled(
    text: str, vocabulary: Vocabulary, echo: PromptEcho
) -> tuple[dict[int, list[Reading]], list[tuple[int, int]]]:
    """Item place → readings of its labelled numbers; and the spans that echo the prompt."""
    found: dict[int, list[Reading]] = {}
    echoes: list[tuple[int, int]] = []
    count = 0
    numbers = [match.start() for match in _DIGITS.finditer(text)]
    linked = (-1, 0)  # the item and the end of the last link: "motivation score: 85" is one label, not two
    for label in vocabulary.pattern.finditer(text):
        place = vocabulary.place_of(label.group())
        if not _is_near(label.end(), numbers, text) or (place == linked[0] and label.start() < linked[1]):
            continue
        link = link_before_number(text, label, vocabulary) if place is not None else None
        if place is None or link is None:
            continue
        linked = (place, link.end())
        figure = figure_at(text, link.end()) or _words_at(text, link.end())
        if figure is None:
            continue
        count += 1
        if count > _MAX_NUMBERS:
            return {every: [_TOO_MANY] for every in range(len(vocabulary.items))}, echoes
        if is_counted_or_listed(text, figure, vocabulary):
            continue
        if echo.holds(text[label.start() : figure.end]):
            if not echoes or echoes[-1][1] <= label.start():
                echoes.append((label.start(), figure.end))
            continue
        reading = approximation(judged(figure, vocabulary.items[place]), link.group())
        if reading.status in SCORED and vocabulary.is_general(label.group()):
            reading = reading.moved_to(ScoreStatus.REPAIRED, f"labelled only as {label.group().lower()}")
        found.setdefault(place, []).append(reading)
    return found, echoes


def _is_near(place: int, numbers: list[int], text: str) -> bool:
    """Whether a number may follow closely enough to be linked; number words are looked for in short replies only."""
    following = bisect_left(numbers, place)
    is_near = following < len(numbers) and numbers[following] - place <= _LONGEST_LINK
    return is_near or len(text) <= _LONGEST_WITH_WORDS


def _words_at(text: str, start: int) -> Figure | None:
    return words_at(text, start) if len(text) <= _LONGEST_WITH_WORDS else None


def _unlabelled(text: str, vocabulary: Vocabulary) -> dict[int, list[Reading]]:
    """The reading of a one-item instrument's reply whose numbers carry no label."""
    item = vocabulary.items[0]
    for pattern, read in ((NUMERAL, figure_at), (WORDS, _words_at)):
        first = pattern.search(text, 0, _READ_AS_WHOLE)
        figure = read(text, first.start()) if first else None
        if figure is not None and is_whole(text, figure) and not is_counted_or_listed(text, figure, vocabulary):
            return {0: [judged(figure, item)]}
    figures = list(islice(_figures(text), _MAX_NUMBERS + 1))
    if len(figures) > _MAX_NUMBERS:
        return {0: [_TOO_MANY]}
    likely = [
        figure
        for figure in figures
        if not is_counted_or_listed(text, figure, vocabulary) and as_rating(text, figure, vocabulary)
    ]
    readings = [judged(figure, item) for figure in likely]
    lone = [
        reading.moved_to(ScoreStatus.REPAIRED, "a number without a label") if reading.status in SCORED else reading
        for reading in readings
    ]
    return {0: lone} if lone else {}


def _figures(text: str) -> Iterator[Figure]:
    position = 0
    while match := NUMERAL.search(text, position):
        figure = figure_at(text, match.start())
        position = figure.stop if figure else match.end()
        if figure is not None:
            yield figure


def _off_scale(text: str, reading: Reading) -> Reading:
    """A score is not one when the reply names another scale, unless it says "out of" the right maximum itself."""
    figure = figure_at(text, reading.evidence.start) if reading.evidence else None
    if reading.status not in SCORED or (figure is not None and figure.denominator is not None):
        return reading
    return Reading(ScoreStatus.AMBIGUOUS, None, reading.evidence, "a number on a different scale")
