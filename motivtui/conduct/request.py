"""What a user asks for: everything a study file or the flags of `motiv run` can say, in plain values.

None means: not said. What is then done is decided in `planning`, in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta, Struct, convert, to_builtins
from msgspec.structs import asdict

from motivtui.errors import UsageError
from motivtui.study.parameters import Decoding

Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Repeats = Annotated[int, Meta(ge=1, le=1000)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Dollars = Annotated[float, Meta(ge=0, le=1_000_000)]
Sided = Literal["both", "first"]

_Shape = TypeVar("_Shape", bound="Asked")


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A table of a study file."""

    def over(self: _Shape, below: _Shape) -> _Shape:
        """This, and where it says nothing, what `below` says. Tables are merged, lists are replaced."""
        merged: dict[str, Any] = {}
        under = asdict(below)
        for name, value in asdict(self).items():
            old = under[name]
            if isinstance(value, Asked) and isinstance(old, Asked):
                merged[name] = value.over(old)
            elif isinstance(value, dict) and isinstance(old, dict):
                merged[name] = old | value
            else:
                merged[name] = old if value is None else value
        return type(self)(**merged)


class Tasks(Asked, frozen=True, kw_only=True):
    """`[tasks]`: which tasks, and how many of them."""

    ids: tuple[Text, ...] | None = None
    """Task or family ids, or patterns such as `haiku*`."""
    categories: tuple[Text, ...] | None = None
    sets: tuple[Text, ...] | None = None
    per_category: Count | None = None
    """Sample so many of each category."""
    limit: Count | None = None
    """Sample so many in all, balanced over the categories."""


class Choice(Asked, frozen=True, kw_only=True, rename={"source": "from"}):
    """`[choice]`: which pairs of tasks are offered, and what is balanced."""

    pairs: Count | None = None
    """How many; not said: each task once."""
    source: Literal["sampled", "library"] | None = None
    """`library`: the materials' own pairs of which both tasks are chosen."""
    orders: Sided | None = None
    sides: Sided | None = None


class Sampling(Asked, frozen=True, kw_only=True):
    """`[parameters]`: how replies are sampled; not said: the endpoint's own way."""

    decoding: Decoding | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    max_tokens: Count | None = None
    """Longest reply, whatever the instrument says; `[max_tokens_of]` wins over it, and a model's own over both."""


class RunLimits(Asked, frozen=True, kw_only=True):
    """`[limits]`: how the run is carried out; nothing of it changes what is measured."""

    concurrency: Annotated[int, Meta(ge=1, le=1024)] | None = None
    retries: Annotated[int, Meta(ge=0, le=100)] | None = None
    first_byte_s: Seconds | None = None
    idle_s: Seconds | None = None
    total_s: Seconds | None = None
    max_cost_usd: Dollars | None = None
    allow_unpriced: bool | None = None
    disk_floor_mb: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    stream: bool | None = None
    processes: Annotated[int, Meta(ge=0, le=64)] | None = None


class StudyRequest(Asked, frozen=True, kw_only=True):
    """A whole study file."""

    name: Text | None = None
    seed: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
    models: tuple[Text, ...] | None = None
    judges: tuple[Text, ...] | None = None
    allow_self_judge: bool | None = None
    manipulations: tuple[Text, ...] | None = None
    wordings: Literal["rotate", "first", "all"] | None = None
    instruments: tuple[Text, ...] | None = None
    repeats: Repeats | None = None
    analysis: Literal["robust", "replicate"] | None = None
    token_scores: bool | None = None
    materials: tuple[Text, ...] | None = None
    tasks: Tasks = Tasks()
    choice: Choice = Choice()
    repeats_of: dict[Text, Repeats] = {}
    max_tokens_of: dict[Text, Count] = {}
    parameters: Sampling = Sampling()
    parameters_of: dict[Text, Sampling] = {}
    limits: RunLimits = RunLimits()

    def checked(self) -> StudyRequest:
        """The request itself. Raises UsageError: a text that is not valid UTF-8 and could be stored nowhere."""
        for text in _texts(to_builtins(self)):
            try:
                text.encode("utf-8")
            except UnicodeEncodeError:
                raise UsageError(f"{text!r} is not valid UTF-8", hint="Check the terminal's encoding.") from None
        return self

    def as_record(self) -> dict[str, Any]:
        """Plain values, only what was said."""
        return {name: value for name, value in to_builtins(self).items() if value != {}}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> StudyRequest:
        """The request of a record. Raises msgspec.ValidationError."""
        return convert(dict(record), cls)


def _texts(value: Any) -> Iterator[str]:
    """Every text in plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in _texts(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in _texts(one))
