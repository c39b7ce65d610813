"""Which tasks, manipulations and instruments of the materials a study uses.

Sampling is decided by hashes of seed and id, not by a running generator: the same seed picks the same tasks on every
machine, a larger sample holds the smaller one, and a task added to the library changes a sample by that task at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TypeVar

from motivtui.errors import UsageError
from motivtui.materials.load import Materials
from motivtui.study.canonical import content_hash
from motivtui.study.instrument import Instrument
from motivtui.study.manipulation import Manipulation
from motivtui.study.task import Task

ALL = "all"
FAMILY_MARK = "family:"  # for the rare id that names a task and a family both

_GLOB = frozenset("*?[")

Kind = TypeVar("Kind", Manipulation, Instrument)


def select_tasks(
    materials: Materials,
    *,
    ids: Sequence[str] = (),
    categories: Sequence[str] = (),
    sets: Sequence[str] = (),
    per_category: int | None = None,
    limit: int | None = None,
    seed: int = 0,
) -> tuple[Task, ...]:
    """The tasks that fit every filter given, in the order of the library.

    `ids` are task ids, family ids (also as `family:ID`) or globs; a task fits when one of them names it. A task fits
    `categories` when any of its categories is among them. `per_category` then keeps that many tasks of each main
    category (fewer where there are fewer), from distinct families where possible; `limit` keeps that many in all,
    balanced over categories.

    Raises UsageError: unknown id, category or set (with close matches), a size below 1, nothing fits.
    """
    _check_size("per category", per_category)
    _check_size("limit", limit)
    _check_known("category", categories, materials.categories)
    _check_known("set", sets, {task.set: None for task in materials.tasks.values()})
    named = _named_tasks(materials, ids) if ids else set(materials.tasks)
    tasks = [
        task
        for task in materials.tasks.values()
        if task.id in named
        and (not categories or not set(categories).isdisjoint(task.categories))
        and (not sets or task.set in sets)
    ]
    if per_category is not None:
        main = [task for task in tasks if not categories or task.category in categories]
        tasks = _per_category(main, per_category, seed)
    if limit is not None:
        tasks = _balanced(tasks, limit, seed, categories)
    if not tasks:
        raise UsageError("No task fits all that was asked for.", hint="Ask for less at once; `motiv tasks` lists them.")
    places = {task_id: place for place, task_id in enumerate(materials.tasks)}
    return tuple(sorted(tasks, key=lambda task: places[task.id]))


def select_manipulations(materials: Materials, names: Sequence[str]) -> tuple[Manipulation, ...]:
    """The manipulations named by id, group or `all`, in the order named, none twice.

    Raises UsageError: an unknown name, with close matches.
    """
    return _select(
        "manipulation", materials.manipulations, names, {m.id: m.group for m in materials.manipulations.values()}
    )


def select_instruments(materials: Materials, names: Sequence[str]) -> tuple[Instrument, ...]:
    """The instruments named by id, phase or `all`, in the order named, none twice.

    Raises UsageError: an unknown name, with close matches.
    """
    return _select("instrument", materials.instruments, names, {i.id: i.phase for i in materials.instruments.values()})


def _select(word: str, known: dict[str, Kind], names: Sequence[str], groups: dict[str, str]) -> tuple[Kind, ...]:
    _check_known(word, names, [*known, *dict.fromkeys(str(group) for group in groups.values()), ALL])
    chosen: dict[str, Kind] = {}
    for name in names:
        if name in known:
            chosen.setdefault(name, known[name])
        else:
            chosen |= {one: known[one] for one in known if one not in chosen and name in (ALL, groups[one])}
    return tuple(chosen.values())


def _named_tasks(materials: Materials, names: Sequence[str]) -> set[str]:
    """The ids of the tasks that the names stand for."""
    families: dict[str, list[str]] = {}
    for task in materials.tasks.values():
        families.setdefault(task.family, []).append(task.id)
    matches = {name: _matches(name, materials.tasks, families) for name in names}
    _check_known("task", [name for name, found in matches.items() if not found], [*families, *materials.tasks])
    return {task_id for found in matches.values() for task_id in found}


def _matches(name: str, tasks: dict[str, Task], families: dict[str, list[str]]) -> list[str]:
    family = name.removeprefix(FAMILY_MARK)
    if name in tasks:
        return [name]
    if family in families:
        return families[family]
    if _GLOB.isdisjoint(name):
        return []
    return [task.id for task in tasks.values() if fnmatchcase(task.id, name) or fnmatchcase(task.family, name)]


def _per_category(tasks: list[Task], count: int, seed: int) -> list[Task]:
    by_category: dict[str, list[Task]] = {}
    for task in tasks:
        by_category.setdefault(task.category, []).append(task)
    return [task for group in by_category.values() for task in _spread(group, seed)[:count]]


def _balanced(tasks: list[Task], count: int, seed: int, asked: Sequence[str]) -> list[Task]:
    """`count` tasks, one category after the other; a task counts for its first category among those asked for."""
    by_category: dict[str, list[Task]] = {}
    for task in tasks:
        fitting = (category for category in task.categories if category in asked)
        by_category.setdefault(next(fitting, task.category), []).append(task)
    order = sorted(by_category, key=lambda category: content_hash([seed, "category", category]))
    return list(_in_turn([_spread(by_category[category], seed) for category in order]))[:count]


def _spread(tasks: list[Task], seed: int) -> list[Task]:
    """The tasks in a seeded order in which every family has its turn before any comes again."""
    by_family: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: content_hash([seed, "task", task.id])):
        by_family.setdefault(task.family, []).append(task)
    order = sorted(by_family, key=lambda family: content_hash([seed, "family", family]))
    return list(_in_turn([by_family[family] for family in order]))


def _in_turn(groups: list[list[Task]]) -> Iterator[Task]:
    """The first of every group, then the second of every group that has one, and so on."""
    for place in range(max(map(len, groups), default=0)):
        yield from (group[place] for group in groups if place < len(group))


def _check_size(word: str, value: int | None) -> None:
    if value is not None and value < 1:
        raise UsageError(f"{word}: {value} is not a number of tasks", hint="Give a whole number from 1.")


def _check_known(word: str, names: Sequence[str], known: Iterable[str]) -> None:
    """Raises UsageError for names that are not known, with close matches."""
    choices = list(known)
    unknown = [name for name in dict.fromkeys(names) if name not in choices]
    if not unknown:
        return
    close = [match for name in unknown for match in get_close_matches(name[:100], choices, n=3, cutoff=0.5)]
    hint = f"Did you mean {', '.join(dict.fromkeys(close))}?" if close else f"Known: {', '.join(choices[:30])}"
    raise UsageError(f"Unknown {word}: {', '.join(name[:100] for name in unknown)}", hint=hint)
