"""From a response to one score an item: the order of the ways of reading, and what is said when none yields a score.

Strict JSON goes before mended JSON, mended JSON before prose; the first way that finds anything decides for all items.
Owns no patterns of its own. Must never raise, score a cut stream, score the model's reasoning or return a value outside
the scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from motivtui.extraction.figures import figure_at, words_at
from motivtui.extraction.json_reply import find_objects, object_readings, read_object
from motivtui.extraction.masking import Excerpt, PromptEcho, blanked, excerpt, without_think_blocks
from motivtui.extraction.mended_reply import mended_readings
from motivtui.extraction.options import choice_ends, has_options, option_reading
from motivtui.extraction.prose_reply import prose_readings
from motivtui.extraction.reading import Reading, agreed
from motivtui.extraction.refusal import refuses
from motivtui.extraction.strict_reply import OUTSIDE, strict_scores
from motivtui.extraction.vocabulary import Vocabulary, vocabulary
from motivtui.study.instrument import Item, ItemKind
from motivtui.study.response import Outcome, Response
from motivtui.study.score import SCORED, Evidence, Score, ScoreStatus

EXTRACTOR_VERSION = 1

# A text up to the first figure is read whole, of a longer one the two ends of the second figure, in characters. Prose
# costs more to read than JSON, and nobody states a score in the middle of an essay.
_READ = (256 * 1024, 64 * 1024)
_READ_AS_PROSE = (16 * 1024, 8 * 1024)
_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_FILTERED = frozenset({"content_filter"})
_REFUSAL_NOTE = "the reply also holds words of refusal"


def extract_scores(
    response: Response, items: Sequence[Item], prompt: str, *, is_strict: bool = False
) -> tuple[Score, ...]:
    """One score an item, in the items' order. `prompt` is the text of all messages that the model received.

    Only `response.text` is read, think-blocks and echoes of the prompt excepted; evidence is offsets into it. Never
    raises, whatever the text. `is_strict`: a reply that is not in exactly the wanted form has no value.
    """
    if response.outcome is not Outcome.COMPLETE:
        return _without_an_end(response, items)
    words = vocabulary(tuple(items))
    echo = PromptEcho(prompt)
    if is_strict:
        return strict_scores(response.text, words, echo) or _without_values(_searched(response, words, echo))
    plain = _plain_reply(response.text, words, echo, prompt)
    if plain is not None:
        return plain
    return _searched(_without_answer(response, words, echo) if has_options(words) else response, words, echo)


def _without_answer(response: Response, words: Vocabulary, echo: PromptEcho) -> Response:
    """The part of a reply that holds the choice. Where the answer after it was cut, the choice was not."""
    end = choice_ends(without_think_blocks(response.text), words, echo)
    if end == len(response.text):
        return response
    reason = None if (response.finish_reason or "").casefold() in _LENGTH else response.finish_reason
    return replace(response, text=response.text[:end], finish_reason=reason)


def _without_values(scores: tuple[Score, ...]) -> tuple[Score, ...]:
    """Scores of a reply outside the wanted form: what would have been a value is none."""
    return tuple(
        Score(one.item, None, ScoreStatus.INVALID, one.evidence, OUTSIDE) if one.status in SCORED else one
        for one in scores
    )


def _without_an_end(response: Response, items: Sequence[Item]) -> tuple[Score, ...]:
    """A call that failed or was cut is never an answer."""
    if response.outcome is Outcome.ERROR or not response.text.strip():
        note = f"the call failed: {response.error.kind}" if response.error else f"the call ended {response.outcome}"
        return tuple(Score(item.name, None, ScoreStatus.ERROR, None, note) for item in items)
    note = "the end of the reply was not seen"
    return tuple(Score(item.name, None, ScoreStatus.TRUNCATED, None, note) for item in items)


def _plain_reply(text: str, words: Vocabulary, echo: PromptEcho, prompt: str) -> tuple[Score, ...] | None:
    """The ordinary reply, one strict object with every score in order, without the search; None: it is not that."""
    start = len(text) - len(text.lstrip())
    if not text.startswith("{", start) or "<" in text or len(text) > 10_000:
        return None
    whole = read_object(text, start)
    if whole is None or whole.members is None or text[whole.end :].strip():
        return None
    readings = object_readings(text, whole.members, words)
    if len(readings) < len(words.items) or any(one.status is not ScoreStatus.OK for one in readings.values()):
        return None
    # An echo must have all its numbers in the prompt: this spares the folding of the prompt in nearly every case.
    written = (text[one.evidence.start : one.evidence.end] for one in readings.values() if one.evidence)
    if all(number in prompt for number in written) and echo.holds(text):
        return None
    note = _REFUSAL_NOTE if refuses(text) else ""
    return tuple(readings[place].as_score(item, note) for place, item in enumerate(words.items))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search found, by the item's place; whether an echo of the prompt was passed over, or a middle not read."""

    readings: Mapping[int, Reading]
    has_echo: bool
    is_excerpt: bool = False


def _searched(response: Response, words: Vocabulary, echo: PromptEcho) -> tuple[Score, ...]:
    """The scores of any reply."""
    part = excerpt(without_think_blocks(response.text), *_READ)
    is_cut = _is_cut(response)
    found = _search(part.text, words, echo, is_cut=is_cut)
    absent = _absence(response, part.text, has_echo=found.has_echo)
    if found.readings and absent.status is ScoreStatus.MISSING:
        absent = Reading(ScoreStatus.MISSING, None, None, "not in the reply")
    notes = ["only the two ends of the reply were read"] if part.skipped or found.is_excerpt else []
    if any(one.status in SCORED for one in found.readings.values()) and refuses(part.text):
        notes.append(_REFUSAL_NOTE)
    scores = []
    for place, item in enumerate(words.items):
        reading = found.readings.get(place, absent)
        if item.kind is ItemKind.OPTION:
            reading = option_reading(echo.without_whole_prompt(part.text), item, reading) or absent
        if reading.status is ScoreStatus.MISSING and absent.status is not ScoreStatus.MISSING:
            reading = replace(absent, evidence=reading.evidence)
        scores.append(_relocated(reading, part).as_score(item, "; ".join(notes)))
    return tuple(scores)


def _search(text: str, words: Vocabulary, echo: PromptEcho, *, is_cut: bool) -> _Found:
    """The readings of the first way that finds any."""
    left = echo.without_whole_prompt(text)
    if words.may_occur_in(text):
        readings, left = _strict_readings(left, words, echo)
        if not readings:
            readings, left = mended_readings(left, words, echo)
        if readings:
            return _Found(readings, has_echo=left != text)
    part = excerpt(left, *_READ_AS_PROSE)
    readings, kept = prose_readings(part.text, words, echo)
    readings = {place: _relocated(reading, part) for place, reading in readings.items()}
    if is_cut:
        readings = {place: _cut_short(text, reading) for place, reading in readings.items()}
    has_echo = left != text or kept != part.text
    return _Found(readings, has_echo=has_echo, is_excerpt=part.skipped > 0)


def _strict_readings(text: str, words: Vocabulary, echo: PromptEcho) -> tuple[dict[int, Reading], str]:
    """Item place → what the strict objects say of it together, and the text without the objects of the prompt.

    An object inside another one is asked only for items that the outer one does not name.
    """
    found: dict[int, list[Reading]] = {}
    echoes: list[tuple[int, int]] = []
    around: list[tuple[int, set[int]]] = []  # the objects around the present one: their ends, the items they name
    for one in find_objects(text, words):
        around = [outer for outer in around if outer[0] > one.start]
        if echoes and echoes[-1][1] > one.start:
            continue
        if echo.holds(text[one.start : one.end]):
            echoes.append((one.start, one.end))
        elif one.members is not None:
            named = object_readings(text, one.members, words)
            for place, reading in named.items():
                if not any(place in taken for _, taken in around):
                    found.setdefault(place, []).append(reading)
            around.append((one.end, set(named)))
    return {place: agreed(readings) for place, readings in found.items()}, blanked(text, echoes)


def _is_cut(response: Response) -> bool:
    return (response.finish_reason or "").casefold() in _LENGTH | _FILTERED


def _cut_short(text: str, reading: Reading) -> Reading:
    """A number in prose that reaches the end of a reply cut by its length may be the beginning of a longer one."""
    if reading.status not in SCORED | {ScoreStatus.AMBIGUOUS} or reading.evidence is None:
        return reading
    start = reading.evidence.start
    figure = figure_at(text, start) or words_at(text, start)
    if figure is None or text[figure.stop :].strip(" \t\r\n."):
        return reading
    return Reading(ScoreStatus.TRUNCATED, None, reading.evidence, "the reply ends in or right after the number")


def _absence(response: Response, text: str, *, has_echo: bool) -> Reading:
    """What is said of an item that the reply does not score."""
    reason = (response.finish_reason or "").casefold()
    if reason in _FILTERED:
        return Reading(ScoreStatus.REFUSED, None, None, "stopped by the endpoint's content filter")
    if refuses(text):
        return Reading(ScoreStatus.REFUSED, None, None, "the reply refuses")
    if reason in _LENGTH:
        return Reading(ScoreStatus.TRUNCATED, None, None, "cut at the token limit before the score")
    if not response.text.strip():
        return Reading(ScoreStatus.MISSING, None, None, "empty reply")
    if not text.strip():
        return Reading(ScoreStatus.MISSING, None, None, "nothing outside the think-block")
    note = "only the prompt's example" if has_echo else "no score found"
    return Reading(ScoreStatus.MISSING, None, None, note)


def _relocated(reading: Reading, part: Excerpt) -> Reading:
    """The reading with its evidence in the whole text."""
    if reading.evidence is None or not part.skipped:
        return reading
    evidence = Evidence(part.original(reading.evidence.start), part.original(reading.evidence.end))
    return replace(reading, evidence=evidence)
