"""Task files: from TOML to tasks, pairs and the title of a category.

A task file holds the families of one category (`[[task]]` with its sub-tasks) or, for a brought-along set, families of
any category. Owns the ids of tasks and which categories they get; references between files are settled in `load`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from motivtui.materials.material_file import MaterialFile, id_fault, task_id_fault, text_fault
from motivtui.materials.slugs import slug
from motivtui.strict_toml import KeyPath
from motivtui.study.task import BUILT_IN_SET, Side, Task

MAX_CATEGORIES = 3


class _TaskFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    task: list[Any] = []
    pair: list[Any] = []
    set: str | None = None
    category: str | None = None
    title: str | None = None


class _Family(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: str
    subtasks: list[Any]
    categories: list[str] | None = None
    also: list[str] | None = None


class _SubTask(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    prompt: str
    id: str | None = None
    categories: list[str] | None = None
    also: list[str] | None = None


class _Pair(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    first: str
    second: str
    manipulated: Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class FoundFamily:
    """A family and where it stands. `id` carries the set's prefix; `has_problem` when one of its tasks was refused."""

    id: str
    title: str
    at: KeyPath
    tasks: tuple[tuple[Task, KeyPath], ...] = ()
    has_problem: bool = False


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A pair as it is written: `first` and `second` are not looked up yet."""

    first: str
    second: str
    manipulated: Side
    at: KeyPath


@dataclass(frozen=True, slots=True)
class FoundTasks:
    """What one task file holds. `prefix` stands before the set's own ids; `has_problem` when a task was refused."""

    prefix: str = ""
    category: str | None = None
    title: str | None = None
    families: list[FoundFamily] = field(default_factory=list)
    pairs: list[FoundPair] = field(default_factory=list)

    @property
    def has_problem(self) -> bool:
        """Whether a task of this file was refused."""
        return any(family.has_problem for family in self.families)


def read_task_file(file: MaterialFile, *, is_shipped: bool) -> FoundTasks:
    """The families and pairs of a task file; problems are noted in the file."""
    head = file.read(_TaskFile) or _head_in_spite_of(file)
    set_name = _set_name(file, head, is_shipped=is_shipped)
    if head.category is not None:
        file.check(("category",), head.category, id_fault)
    if head.title is not None:
        file.check(("title",), head.title, text_fault)
        if head.category is None:
            file.report(("title",), "is the title of the file's category, but no category is given")
    found = FoundTasks("" if set_name == BUILT_IN_SET else f"{set_name}/", head.category, head.title)
    for at in file.entries("task"):
        found.families.append(_family(file, at, head, set_name))
    for at in file.entries("pair"):
        pair = file.read(_Pair, at)
        if pair:
            found.pairs.append(FoundPair(pair.first, pair.second, pair.manipulated, at))
    return found


def _head_in_spite_of(file: MaterialFile) -> _TaskFile:
    """What can be used of a file's head that has a problem, so that its tasks are still looked at."""
    texts = {key: value for key, value in file.values.items() if isinstance(value, str)}
    return _TaskFile(set=texts.get("set"), category=texts.get("category"), title=texts.get("title"))


def _set_name(file: MaterialFile, head: _TaskFile, *, is_shipped: bool) -> str:
    """The set of a file. The name of the shipped set is kept for it, so that its scores never mix with others."""
    default = BUILT_IN_SET if is_shipped else slug(file.path.stem)
    if head.set is None:
        if not default or (default == BUILT_IN_SET and not is_shipped):
            file.report((), f"the file's name cannot name its set: give `set`, any id but {BUILT_IN_SET!r}")
        return default or "unnamed"
    if file.check(("set",), head.set, id_fault) and head.set == BUILT_IN_SET and not is_shipped:
        file.report(("set",), f"{BUILT_IN_SET!r} is the name of the shipped set: choose another one")
    return head.set


def _family(file: MaterialFile, at: KeyPath, head: _TaskFile, set_name: str) -> FoundFamily:
    before = len(file.problems)
    entry = file.read(_Family, at)
    if entry is None:
        return FoundFamily("", "", at, has_problem=True)
    file.check((*at, "id"), entry.id, id_fault)
    file.check((*at, "title"), entry.title, text_fault)
    if not entry.subtasks:
        file.report((*at, "subtasks"), "empty: a task has at least one sub-task")
    prefix = "" if set_name == BUILT_IN_SET else f"{set_name}/"
    family = Task(id="", family=prefix + entry.id, categories=(), prompt="", set=set_name)
    base = _categories(file, at, entry, (head.category,) if head.category else ())
    tasks = tuple(_sub_tasks(file, (*at, "subtasks"), family, prefix, base))
    return FoundFamily(family.family, entry.title, at, tasks, has_problem=len(file.problems) > before)


def _sub_tasks(
    file: MaterialFile, at: KeyPath, family: Task, prefix: str, base: tuple[str, ...]
) -> Iterator[tuple[Task, KeyPath]]:
    """The tasks of a family that are in order, each with its place."""
    for number, value in enumerate(file.value(at), start=1):
        place = (*at, number - 1)
        before = len(file.problems)
        entry = _SubTask(value) if isinstance(value, str) else file.read(_SubTask, place)
        if entry is None:
            continue
        file.check(place if isinstance(value, str) else (*place, "prompt"), entry.prompt, text_fault)
        if entry.id is not None:
            file.check((*place, "id"), entry.id, task_id_fault)
        categories = _categories(file, place, entry, base)
        _check_categories(file, place, categories)
        if len(file.problems) == before:
            own = family.family + f".{number}" if entry.id is None else prefix + entry.id
            yield replace(family, id=own, categories=categories, prompt=entry.prompt), place


def _categories(
    file: MaterialFile, at: KeyPath, entry: _Family | _SubTask, inherited: tuple[str, ...]
) -> tuple[str, ...]:
    """The categories of a family or sub-task: its own instead of the inherited ones, or some beside them."""
    if entry.categories is not None and entry.also is not None:
        file.report(
            (*at, "also"), "give `categories` (instead of the inherited ones) or `also` (beside them), not both"
        )
    for key, named in (("categories", entry.categories), ("also", entry.also)):
        for number, category in enumerate(named or ()):
            file.check((*at, key, number), category, id_fault)
    if entry.categories is not None:
        return tuple(entry.categories)
    return (*inherited, *(entry.also or ()))


def _check_categories(file: MaterialFile, at: KeyPath, categories: tuple[str, ...]) -> None:
    twice = {category for category in categories if categories.count(category) > 1}
    if twice:
        file.report(at, f"category named twice: {', '.join(sorted(twice))}")
    if not categories:
        file.report(at, "no category: give `category` at the top of the file, or `categories` here")
    elif len(categories) > MAX_CATEGORIES:
        file.report(at, f"{len(categories)} categories ({', '.join(categories)}); at most {MAX_CATEGORIES}")
