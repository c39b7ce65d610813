"""Instrument files: from TOML to one instrument."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from motivtui.materials.material_file import MaterialFile, id_fault, text_fault
from motivtui.materials.template import check_template
from motivtui.strict_toml import KeyPath
from motivtui.study.instrument import Instrument, Item, ItemKind, Phase
from motivtui.study.prompt import ITEMS_MARKER

MAX_TOKENS = 1_000_000
MAX_REASON_CHARS = 10_000
MAX_SCALE = 1_000_000
MAX_REPEATS = 1000
MAX_STOPS = 4  # what the common endpoints take
REASON = "reason"  # the reply's own field beside the items

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_Scale = Annotated[int, msgspec.Meta(ge=-MAX_SCALE, le=MAX_SCALE)]


class _InstrumentFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: str
    phase: str
    template: str
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=MAX_TOKENS)]
    item: list[Any] = []
    reason_max_chars: Annotated[int, msgspec.Meta(ge=0, le=MAX_REASON_CHARS)] = 0
    stop: list[str] = []
    shuffle_items: bool = False
    strict: bool = False
    control_only: bool = False
    repeats: Annotated[int, msgspec.Meta(ge=1, le=MAX_REPEATS)] | None = None


class _Item(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    label: str | None = None
    minimum: _Scale = 1
    maximum: _Scale = 100
    reversed: bool = False
    kind: str = "scale"
    question: str = ""


def read_instrument_file(file: MaterialFile) -> Instrument | None:
    """The instrument of a file; None when it is not in order: the problems are noted in the file."""
    head = file.read(_InstrumentFile)
    items = _items(file)
    if head is None:
        return None
    file.check(("id",), head.id, id_fault)
    file.check(("title",), head.title, text_fault)
    phase = file.choice(Phase, head.phase, ("phase",))
    _check_stop(file, head.stop)
    if phase is None:
        return None
    check_template(file, head.template, phase)
    _check_flags(file, phase, head)
    _check_items(file, phase, items, shuffles=head.shuffle_items, template=head.template)
    if file.problems:
        return None
    found = Instrument(
        head.id,
        head.title,
        phase,
        head.template,
        tuple(items.values()),
        head.max_tokens,
        head.reason_max_chars,
        tuple(head.stop),
        head.shuffle_items,
        head.strict,
        head.control_only,
        head.repeats,
    )
    if found.max_tokens < found.score_tokens:
        reason = (
            f"{found.max_tokens} could cut a score; the scores alone may take {found.score_tokens}: give at least that"
        )
        file.report(("max_tokens",), reason)
        return None
    return found


def _check_stop(file: MaterialFile, stop: list[str]) -> None:
    if len(stop) > MAX_STOPS:
        file.report(("stop",), f"{len(stop)} words; endpoints take at most {MAX_STOPS}")
    if not all(stop):
        file.report(("stop",), "an empty word would end every reply at once")


def _check_flags(file: MaterialFile, phase: Phase, head: _InstrumentFile) -> None:
    """What an instrument of a phase may and must say of itself."""
    if phase is Phase.JUDGE and not head.strict:
        key = "strict" if "strict" in file.values else "phase"
        file.report((key,), "a judge needs strict = true: what it reads may try to speak in its place")
    if phase in (Phase.CHOICE, Phase.EXECUTE) and head.control_only:
        file.report(("control_only",), f"has no meaning in the phase {phase}")


def _check_items(file: MaterialFile, phase: Phase, items: dict[int, Item], *, shuffles: bool, template: str) -> None:
    """What an instrument of a phase needs of its items."""
    written = file.values.get("item")
    if phase is Phase.EXECUTE and written:
        file.report(("item",), "an execute instrument is the task itself: it has no items")
    elif phase is not Phase.EXECUTE and not written:
        file.report(("item",), "empty: an instrument has at least one [[item]]")
    _check_options(file, phase, {number: item for number, item in items.items() if item.kind is ItemKind.OPTION})
    if phase is Phase.CHOICE and items and not any(item.kind is ItemKind.OPTION for item in items.values()):
        file.report(("item",), 'a choice needs an item of kind "option", with 1 and 2 for the two tasks')
    if shuffles and ITEMS_MARKER not in template:
        file.report(("shuffle_items",), f"the order shows only where {ITEMS_MARKER} stands in the template")
    if ITEMS_MARKER in template:
        for number, item in items.items():
            if not item.question.strip():
                file.report(("item", number), f"{item.name!r} has no question to stand in the list of {ITEMS_MARKER}")


def _check_options(file: MaterialFile, phase: Phase, options: dict[int, Item]) -> None:
    for number, item in options.items():
        if item.minimum != 1:
            file.report(("item", number, "minimum"), f"options are counted from 1, not from {item.minimum}")
        elif phase is Phase.CHOICE and item.maximum != 2:
            file.report(("item", number, "maximum"), f"a choice is between two tasks, not {item.maximum}")


def _items(file: MaterialFile) -> dict[int, Item]:
    """The items that are in order, by their place; each to be told from those before it by name and by label."""
    items: dict[int, Item] = {}
    for number, at in enumerate(file.entries("item")):
        item = _item(file, at)
        if item and item.name in {other.name for other in items.values()}:
            file.report((*at, "name"), f"two items of the name {item.name!r}")
        elif item and item.label.casefold() in {other.label.casefold() for other in items.values()}:
            file.report((*at, "label"), f"two items of the label {item.label!r}")
        if item:
            items[number] = item
    return items


def _item(file: MaterialFile, at: KeyPath) -> Item | None:
    before = len(file.problems)
    entry = file.read(_Item, at)
    if entry is None:
        return None
    if not _NAME.fullmatch(entry.name):
        file.report((*at, "name"), f"{entry.name!r}: small letters a-z, digits and _, a letter first")
    elif entry.name == REASON:
        file.report((*at, "name"), f"{REASON!r} is the reply's field for the reason: choose another name")
    label = entry.name if entry.label is None else entry.label
    file.check((*at, "label"), label, text_fault)
    kind = file.choice(ItemKind, entry.kind, (*at, "kind"))
    if entry.minimum >= entry.maximum:
        file.report((*at, "minimum"), f"minimum {entry.minimum} is not below maximum {entry.maximum}")
    if kind is None or len(file.problems) > before:
        return None
    return Item(entry.name, label, entry.minimum, entry.maximum, entry.reversed, kind, entry.question)
