"""How instrument, task and manipulation become the messages of one call, with every part's origin kept.

Task and manipulation are data: they are put into the template as they are, in one pass, so braces, markers or code in
them mean nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from motivtui.study.instrument import Instrument
from motivtui.study.manipulation import Manipulation, Placement
from motivtui.study.task import Task

TASK_MARKER = "{task}"
FORMAT_MARKER = "{format}"
_MARKERS = re.compile("|".join(re.escape(marker) for marker in (TASK_MARKER, FORMAT_MARKER)))


class Part(StrEnum):
    """Where a piece of a prompt comes from."""

    INSTRUMENT = "instrument"
    TASK = "task"
    MANIPULATION = "manipulation"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a message and its origin, so that a screen can mark the manipulation."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; its text is the segments in a row, nothing between them."""

    role: str
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """What the model receives."""
        return "".join(segment.text for segment in self.segments)


def compose(instrument: Instrument, task: Task, manipulation: Manipulation, wording: int) -> tuple[Message, ...]:
    """The messages of one trial; `wording` is 1-based. The manipulation precedes the prompt, then a blank line."""
    told = manipulation.wording(wording)
    body = tuple(_fill(instrument, task))
    if not told:
        return (Message("user", body),)
    if manipulation.placement is Placement.SYSTEM:
        return (Message("system", (Segment(Part.MANIPULATION, told),)), Message("user", body))
    prefix = (Segment(Part.MANIPULATION, told), Segment(Part.INSTRUMENT, "\n\n"))
    return (Message("user", prefix + body),)


def _fill(instrument: Instrument, task: Task) -> list[Segment]:
    """The template in pieces, its markers replaced."""
    segments: list[Segment] = []
    position = 0
    for marker in _MARKERS.finditer(instrument.template):
        segments.append(Segment(Part.INSTRUMENT, instrument.template[position : marker.start()]))
        if marker.group() == TASK_MARKER:
            segments.append(Segment(Part.TASK, task.prompt))
        else:
            segments.append(Segment(Part.INSTRUMENT, instrument.reply_format()))
        position = marker.end()
    segments.append(Segment(Part.INSTRUMENT, instrument.template[position:]))
    return [segment for segment in segments if segment.text]
