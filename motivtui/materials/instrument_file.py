"""Instrument files: from TOML to one instrument."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from motivtui.materials.material_file import MaterialFile, id_fault, text_fault
from motivtui.strict_toml import KeyPath
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.prompt import FORMAT_MARKER, TASK_MARKER

MAX_TOKENS = 1_000_000
MAX_REASON_CHARS = 10_000
MAX_SCALE = 1_000_000
REASON = "reason"  # the reply's own field beside the items

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_Scale = Annotated[int, msgspec.Meta(ge=-MAX_SCALE, le=MAX_SCALE)]


class _InstrumentFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: str
    phase: str
    template: str
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=MAX_TOKENS)]
    item: list[Any]
    reason_max_chars: Annotated[int, msgspec.Meta(ge=0, le=MAX_REASON_CHARS)] = 0


class _Item(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    label: str | None = None
    minimum: _Scale = 1
    maximum: _Scale = 100
    reversed: bool = False


def read_instrument_file(file: MaterialFile) -> Instrument | None:
    """The instrument of a file; None when it is not in order: the problems are noted in the file."""
    head = file.read(_InstrumentFile)
    items = _items(file)
    if head is None:
        return None
    file.check(("id",), head.id, id_fault)
    file.check(("title",), head.title, text_fault)
    _check_template(file, head.template)
    phase = file.choice(Phase, head.phase, ("phase",))
    if phase is None or file.problems:
        return None
    found = Instrument(head.id, head.title, phase, head.template, tuple(items), head.max_tokens, head.reason_max_chars)
    if found.max_tokens < found.score_tokens:
        reason = (
            f"{found.max_tokens} could cut a score; the scores alone may take {found.score_tokens}: give at least that"
        )
        file.report(("max_tokens",), reason)
        return None
    return found


def _items(file: MaterialFile) -> list[Item]:
    """The items that are in order, each to be told from those before it by name and by label."""
    if file.values["item"] == []:
        file.report(("item",), "empty: an instrument has at least one [[item]]")
    items: list[Item] = []
    for at in file.entries("item"):
        item = _item(file, at)
        if item and item.name in {other.name for other in items}:
            file.report((*at, "name"), f"two items of the name {item.name!r}")
        elif item and item.label.casefold() in {other.label.casefold() for other in items}:
            file.report((*at, "label"), f"two items of the label {item.label!r}")
        if item:
            items.append(item)
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
    if entry.minimum >= entry.maximum:
        file.report((*at, "minimum"), f"minimum {entry.minimum} is not below maximum {entry.maximum}")
    if len(file.problems) > before:
        return None
    return Item(entry.name, label, entry.minimum, entry.maximum, entry.reversed)


def _check_template(file: MaterialFile, template: str) -> None:
    count = template.count(TASK_MARKER)
    if count != 1:
        file.report(("template",), f"holds {TASK_MARKER} {count} times; it must stand there exactly once")
    if template.count(FORMAT_MARKER) > 1:
        file.report(("template",), f"holds {FORMAT_MARKER} more than once")
    file.check(("template",), template, text_fault)
