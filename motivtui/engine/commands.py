"""What the console can ask of the engine: one JSON object a line, `{"id": 7, "command": "pause", "run": "kx3f"}`.

Every command is answered once, by its id (`answers`). Decoding is strict: an unknown field or a wrong type is an error
answer. A new command or field raises `PROTOCOL`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from motivtui.conduct.request import Dollars, StudyRequest
from motivtui.settings.read import MAX_CONCURRENCY

PROTOCOL = 2

Number = Annotated[int, Meta(ge=0, le=2**53)]
RunName = Annotated[str, Meta(min_length=1, max_length=100)]
"""A run's id, or where a command says so its beginning, or `latest`."""
Words = Annotated[str, Meta(min_length=1, max_length=100_000)]
Ordinal = Annotated[int, Meta(ge=1, le=2**53)]
Ordinals = Annotated[tuple[Ordinal, ...], Meta(max_length=10_000)]
Tags = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=1000)], ...], Meta(max_length=1000)]
Models = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=1000)], ...], Meta(max_length=100)]
CallsAtOnce = Annotated[int, Meta(ge=1, le=MAX_CONCURRENCY)]


def wire_name(name: str) -> str:
    """`GoOn` → `go_on`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command", tag=wire_name):
    """`id` is the console's own number for it; the answer carries it."""

    id: Number


class Warm(Command, frozen=True, kw_only=True):
    """Open these models now, in the background, so that they are there when they are needed. Event: `warmed`."""

    models: Models


class Plan(Command, frozen=True, kw_only=True):
    """What a request would call and take. `prompts`: show the exact messages of so many trials.

    `cells`: list at most so many cells of the plan; `ordinals`: show the exact messages of these trials too.
    `task`: one task in the user's own words instead of the library's (a probe). `study_file`: the file that the request
    was read from; if it is locked, the answer says whether the request keeps to that.
    """

    request: StudyRequest
    prompts: Annotated[int, Meta(ge=0, le=1000)] = 0
    cells: Annotated[int, Meta(ge=0, le=10_000)] = 0
    ordinals: Ordinals = ()
    task: Words | None = None
    study_file: Words | None = None


class Start(Command, frozen=True, kw_only=True):
    """Put a run on record and carry it out. `may_pay`: the user has agreed to calls that may cost money."""

    request: StudyRequest
    kind: Literal["study", "probe"] = "study"
    task: Words | None = None
    study_file: Words | None = None
    may_pay: bool = False
    watch: Literal["all"] | Ordinals = ()


class Resume(Command, frozen=True, kw_only=True):
    """Do what is left of a run (id, beginning, `latest`), as it was carried out before where nothing else is said.

    `requeue`: failed trials are taken up again first.
    """

    run: RunName
    requeue: bool = False
    concurrency: CallsAtOnce | None = None
    max_cost_usd: Dollars | None = None
    allow_unpriced: bool = False
    stream: bool = False
    watch: Literal["all"] | Ordinals = ()


class Pause(Command, frozen=True, kw_only=True):
    """Begin no call of a running run until `go_on`; those under way go on."""

    run: RunName


class GoOn(Command, frozen=True, kw_only=True):
    """End the pause."""

    run: RunName


class Stop(Command, frozen=True, kw_only=True):
    """Stop a running run. `drain`: calls under way may finish (ten seconds at most); `cancel`: they are broken off."""

    run: RunName
    how: Literal["drain", "cancel"] = "drain"


class Concurrency(Command, frozen=True, kw_only=True):
    """Calls at once in a lane of a running run, from now on."""

    run: RunName
    calls: CallsAtOnce


class Requeue(Command, frozen=True, kw_only=True):
    """Take the failed trials of a running run up again (of another run: `resume` with `requeue`)."""

    run: RunName


class Watch(Command, frozen=True, kw_only=True):
    """Tell the growing replies of these trials of a running run only. One that is written already comes from its start.

    A call that began before anybody watched it is not streamed, unless the run streams: its text comes at its end.
    """

    run: RunName
    ordinals: Literal["all"] | Ordinals


class State(Command, frozen=True, kw_only=True):
    """The running runs."""


class Rename(Command, frozen=True, kw_only=True):
    """Give a run (id, beginning, `latest`) another name."""

    run: RunName
    name: Annotated[str, Meta(min_length=1, max_length=1000)]


class SetTags(Command, frozen=True, kw_only=True):
    """Give a run (id, beginning, `latest`) these tags and no others."""

    run: RunName
    tags: Tags


class Archive(Command, frozen=True, kw_only=True):
    """Put a run (id, beginning, `latest`) away, or back among the others."""

    run: RunName
    is_archived: bool = True


class Remove(Command, frozen=True, kw_only=True):
    """Remove a run (its whole id: nothing is removed by a guess) with everything of it, for good. None at work."""

    run: RunName


class Quit(Command, frozen=True, kw_only=True):
    """No other command will come. Runs under way go on to their end, unless they are stopped; then the engine ends."""


AnyCommand = (
    Warm
    | Plan
    | Start
    | Resume
    | Pause
    | GoOn
    | Stop
    | Concurrency
    | Requeue
    | Watch
    | State
    | Rename
    | SetTags
    | Archive
    | Remove
    | Quit
)

_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


class _Head(Struct):
    id: Number | None = None


_head = msgspec.json.Decoder(_Head)


class NotUnderstoodError(Exception):
    """A line that is no command. `id` is its number, if that much could be read."""

    def __init__(self, message: str, id: int | None) -> None:  # noqa: A002 (the field's name)
        super().__init__(message)
        self.message = message
        self.id = id


def decoded(line: bytes) -> AnyCommand:
    """The command of a line. Raises NotUnderstoodError."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotUnderstoodError(_in_words(error), _id_of(line)) from None


def encoded(command: Command) -> bytes:
    """The line of a command, with its end."""
    return msgspec.json.encode(command) + b"\n"


def _id_of(line: bytes) -> int | None:
    try:
        return _head.decode(line).id
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _in_words(error: Exception) -> str:
    return str(error) or type(error).__name__
