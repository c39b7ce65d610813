"""Manipulation files: from TOML to manipulations."""

from __future__ import annotations

from typing import Any

import msgspec

from motivtui.materials.material_file import MaterialFile, id_fault, text_fault
from motivtui.strict_toml import KeyPath
from motivtui.study.manipulation import Group, Manipulation, Placement


class _ManipulationFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    manipulation: list[Any]


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: str
    group: str
    wordings: list[str] = []
    placement: str = str(Placement.PREFIX)
    choice_note: str | None = None


def read_manipulation_file(file: MaterialFile) -> list[tuple[Manipulation, KeyPath]]:
    """The manipulations of a file that are in order, each with its place; problems are noted in the file."""
    file.read(_ManipulationFile)
    found = ((_manipulation(file, at), at) for at in file.entries("manipulation"))
    return [(manipulation, at) for manipulation, at in found if manipulation]


def _manipulation(file: MaterialFile, at: KeyPath) -> Manipulation | None:
    before = len(file.problems)
    entry = file.read(_Entry, at)
    if entry is None:
        return None
    file.check((*at, "id"), entry.id, id_fault)
    file.check((*at, "title"), entry.title, text_fault)
    if entry.choice_note is not None:
        file.check((*at, "choice_note"), entry.choice_note, text_fault)
    group = file.choice(Group, entry.group, (*at, "group"))
    placement = file.choice(Placement, entry.placement, (*at, "placement"))
    _check_wordings(file, (*at, "wordings"), entry.wordings, group)
    if group is None or placement is None or len(file.problems) > before:
        return None
    return Manipulation(entry.id, entry.title, group, tuple(entry.wordings), placement, entry.choice_note)


def _check_wordings(file: MaterialFile, at: KeyPath, wordings: list[str], group: Group | None) -> None:
    if group is Group.CONTROL and wordings:
        file.report(at, 'a control says nothing; a text that should move nobody is a placebo (group = "placebo")')
    elif group is not Group.CONTROL and not wordings:
        file.report(at, "no wording: give at least one (only the group control has none)")
    for number, wording in enumerate(wordings):
        if file.check((*at, number), wording, text_fault) and wording in wordings[:number]:
            file.report((*at, number), "the same wording twice")
