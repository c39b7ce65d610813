"""How instrument, task and manipulation become the messages of one call, with every part's origin kept.

Task, manipulation and a model's answer are data: they are put into the template as they are, in one pass, so braces,
markers or code in them mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from motivtui.study.canonical import content_hash
from motivtui.study.instrument import Instrument
from motivtui.study.manipulation import Manipulation, Placement
from motivtui.study.task import Task

TASK_MARKER = "{task}"
FIRST_MARKER = "{first}"
SECOND_MARKER = "{second}"
ITEMS_MARKER = "{items}"
FORMAT_MARKER = "{format}"
ANSWER_MARKER = "{answer}"
NONCE_MARKER = "{nonce}"
MARKERS = (TASK_MARKER, FIRST_MARKER, SECOND_MARKER, ITEMS_MARKER, FORMAT_MARKER, ANSWER_MARKER, NONCE_MARKER)
_MARKERS = re.compile("|".join(re.escape(marker) for marker in MARKERS))


class Part(StrEnum):
    """Where a piece of a prompt comes from. `answer` and `nonce` are empty until the execution is there."""

    INSTRUMENT = "instrument"
    TASK = "task"
    MANIPULATION = "manipulation"
    ANSWER = "answer"
    NONCE = "nonce"


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


_Values = Mapping[str, tuple[Segment, ...]]


def compose(
    instrument: Instrument, task: Task, manipulation: Manipulation, wording: int, order: Sequence[str] = ()
) -> tuple[Message, ...]:
    """The messages of one trial; `wording` is 1-based, `order` that of the items.

    The manipulation precedes the prompt, then a blank line.
    """
    told = manipulation.wording(wording)
    body = _fill_template(instrument, {TASK_MARKER: (Segment(Part.TASK, task.prompt),)}, order)
    if not told:
        return (Message("user", body),)
    if manipulation.placement is Placement.SYSTEM:
        return (Message("system", (Segment(Part.MANIPULATION, told),)), Message("user", body))
    prefix = (Segment(Part.MANIPULATION, told), Segment(Part.INSTRUMENT, "\n\n"))
    return (Message("user", prefix + body),)


def compose_choice(
    instrument: Instrument, shown: tuple[Task, Task], notes: tuple[str, str], order: Sequence[str] = ()
) -> tuple[Message, ...]:
    """The messages of a choice between two tasks in the order shown; an empty note is no note."""
    values = {
        marker: (Segment(Part.TASK, task.prompt), *_note(note))
        for marker, task, note in zip((FIRST_MARKER, SECOND_MARKER), shown, notes, strict=True)
    }
    return (Message("user", _fill_template(instrument, values, order)),)


def compose_continued(
    instrument: Instrument, task: Task, execution: tuple[Message, ...], order: Sequence[str] = ()
) -> tuple[Message, ...]:
    """The execution's conversation, its answer (still empty, see `fill`), and the instrument's question."""
    question = _fill_template(instrument, {TASK_MARKER: (Segment(Part.TASK, task.prompt),)}, order)
    return (*execution, Message("assistant", (Segment(Part.ANSWER, ""),)), Message("user", question))


def compose_judged(instrument: Instrument, task: Task, order: Sequence[str] = ()) -> tuple[Message, ...]:
    """What a judge gets: the task and the answer (still empty, see `fill`), never the manipulation or the model."""
    values = {
        TASK_MARKER: (Segment(Part.TASK, task.prompt),),
        ANSWER_MARKER: (Segment(Part.ANSWER, ""),),
        NONCE_MARKER: (Segment(Part.NONCE, ""),),
    }
    return (Message("user", _fill_template(instrument, values, order)),)


def fill(messages: tuple[Message, ...], answer: str, key: str) -> tuple[Message, ...]:
    """The messages with the execution's answer in them.

    The nonce of the fence around it hangs on the trial's key and the answer itself: whoever writes the answer cannot
    know it, and yet the exact prompt can be made again from what is stored.
    """
    nonce = content_hash(["fence", key, answer])[:16]
    values = {Part.ANSWER: answer, Part.NONCE: nonce}
    return tuple(
        Message(
            message.role,
            tuple(Segment(one.part, values.get(one.part, one.text)) for one in message.segments),
        )
        for message in messages
    )


def _note(note: str) -> tuple[Segment, ...]:
    if not note:
        return ()
    return (Segment(Part.INSTRUMENT, "\nNote: "), Segment(Part.MANIPULATION, note))


def _fill_template(instrument: Instrument, values: _Values, order: Sequence[str]) -> tuple[Segment, ...]:
    """The template in pieces, its markers replaced."""
    questions = "\n".join(f"{item.name}: {item.question}" for item in instrument.ordered(order))
    known = {
        ITEMS_MARKER: (Segment(Part.INSTRUMENT, questions),),
        FORMAT_MARKER: (Segment(Part.INSTRUMENT, instrument.reply_format(order)),),
        **values,
    }
    segments: list[Segment] = []
    position = 0
    for marker in _MARKERS.finditer(instrument.template):
        segments.append(Segment(Part.INSTRUMENT, instrument.template[position : marker.start()]))
        segments += known.get(marker.group(), (Segment(Part.INSTRUMENT, marker.group()),))
        position = marker.end()
    segments.append(Segment(Part.INSTRUMENT, instrument.template[position:]))
    return tuple(one for one in segments if one.text or one.part in (Part.ANSWER, Part.NONCE))
