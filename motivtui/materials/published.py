"""Task sets in the published layout: a CSV of sub-tasks and, if there is one, a JSON list of pairs.

Owns how that layout becomes tasks and pairs of ours. Nothing in it is trusted and nothing is run: a bad row is a
problem with its line, and every other row is still read.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from motivtui.errors import UsageError
from motivtui.materials.category_names import folded, known_names
from motivtui.materials.csv_table import Table, read_table
from motivtui.materials.line_problem import LineProblem
from motivtui.materials.material_file import id_fault, text_fault
from motivtui.materials.published_pairs import read_pairs
from motivtui.materials.slugs import Slugs, slug
from motivtui.materials.task_file import MAX_CATEGORIES
from motivtui.study.task import BUILT_IN_SET, Pair, Task

COLUMNS = ("sub_task_id", "task_id", "category", "task", "sub_task")
MAX_CATEGORY_CELL_CHARS = 1_000

__all__ = ["COLUMNS", "Counts", "LineProblem", "PublishedImport", "read_published"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was read; `rows` counts the data rows of the file, good or bad."""

    rows: int
    families: int
    tasks: int
    categories: int
    pairs: int


@dataclass(frozen=True, slots=True)
class PublishedImport:
    """What could be read, and every problem there is.

    `tasks` stand family by family in the order of the file; `titles` maps a family's id to its title (the text of
    its first row).
    """

    set: str
    tasks: tuple[Task, ...]
    pairs: tuple[Pair, ...]
    titles: Mapping[str, str]
    problems: tuple[LineProblem, ...]
    row_count: int

    @property
    def counts(self) -> Counts:
        """Rows, families, tasks, categories and pairs."""
        return Counts(
            rows=self.row_count,
            families=len({task.family for task in self.tasks}),
            tasks=len(self.tasks),
            categories=len({category for task in self.tasks for category in task.categories}),
            pairs=len(self.pairs),
        )


def read_published(
    tasks_csv: Path,
    pairs_json: Path | None,
    *,
    set_name: str,
    categories: Mapping[str, str],
    accept_new_categories: bool = False,
) -> PublishedImport:
    """Tasks and pairs from files in the published layout, under ids of the set `set_name`.

    `categories` are the known ones (id → title); an unknown name is a problem, or a category of its own with
    `accept_new_categories`. Bad files and rows are in `.problems`. Raises UsageError: a name that cannot name a set.
    """
    fault = f"{set_name!r} is the shipped set" if set_name == BUILT_IN_SET else id_fault(set_name)
    if fault:
        raise UsageError(f"Set name: {fault}", hint="Choose an id of your own, for example: published")
    table = read_table(tasks_csv, COLUMNS)
    reader = _RowReader(table, set_name, _CategoryReader(categories, accept_new=accept_new_categories))
    rows = [None if row.cells is None else reader.task(row.line, row.cells) for row in table.rows]
    by_family: dict[str, list[Task]] = {}
    for task in rows:
        if task:
            by_family.setdefault(task.family, []).append(task)
    pairs, pair_problems = read_pairs(pairs_json, rows if table.is_whole else None) if pairs_json else ([], [])
    return PublishedImport(
        set=set_name,
        tasks=tuple(task for family in by_family.values() for task in family),
        pairs=tuple(pairs),
        titles={family: reader.titles[family] for family in by_family},
        problems=(*sorted(table.problems, key=lambda problem: problem.line), *pair_problems),
        row_count=len(rows),
    )


@dataclass(slots=True)
class _RowReader:
    """Turns rows into tasks, one after the other."""

    table: Table
    set_name: str
    categories: _CategoryReader
    titles: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, int] = field(default_factory=dict)
    _families: Slugs = field(default_factory=lambda: Slugs(fallback="task"))
    _tasks: Slugs = field(default_factory=lambda: Slugs(fallback="sub-task", keep="."))

    def task(self, line: int, cells: Mapping[str, str]) -> Task | None:
        """The task of a row; None, with its problems noted, for a bad row."""
        before = len(self.table.problems)
        own, parent = cells["sub_task_id"].strip(), cells["task_id"].strip()
        self._check(line, "sub_task_id", own, text_fault)
        self._check(line, "task_id", parent, text_fault)
        first = self._lines.setdefault(own, line) if own else line
        if first != line:
            self.table.report(line, "sub_task_id", f"{own[:100]!r} stands in line {first} already")
        self._check(line, "sub_task", cells["sub_task"], text_fault)
        if cells["task"].strip():
            self._check(line, "task", cells["task"], text_fault)
        categories = self.categories.read(cells["category"])
        if isinstance(categories, str):
            self.table.report(line, "category", categories)
        if isinstance(categories, str) or len(self.table.problems) > before:
            return None
        family = f"{self.set_name}/{self._families.of(parent)}"
        self.titles.setdefault(family, cells["task"] if cells["task"].strip() else parent)
        return Task(f"{self.set_name}/{self._tasks.of(own)}", family, categories, cells["sub_task"], self.set_name)

    def _check(self, line: int, column: str, value: str, fault: Callable[[str], str | None]) -> None:
        reason = fault(value)
        if reason:
            self.table.report(line, column, reason)


class _CategoryReader:
    """Turns a category cell (a Python-style list in a string) into category ids; equal cells are read once."""

    def __init__(self, categories: Mapping[str, str], *, accept_new: bool) -> None:
        self._names = known_names(categories)
        self._known = ", ".join(categories.values())
        self._accept_new = accept_new
        self._read: dict[str, tuple[str, ...] | str] = {}

    def read(self, cell: str) -> tuple[str, ...] | str:
        """The category ids, the main one first; a str says what is wrong instead."""
        if len(cell) > MAX_CATEGORY_CELL_CHARS:
            return f"longer than {MAX_CATEGORY_CELL_CHARS:,} characters ({len(cell):,})"
        if cell not in self._read:
            names = _name_list(cell)
            self._read[cell] = names if isinstance(names, str) else self._ids(names)
        return self._read[cell]

    def _ids(self, names: list[str]) -> tuple[str, ...] | str:
        if not 1 <= len(names) <= MAX_CATEGORIES:
            return f"{len(names)} categories; there must be 1 to {MAX_CATEGORIES}"
        found: list[str] = []
        for name in names:
            category = self._names.get(folded(name)) or (slug(name) if self._accept_new else "")
            if not category:
                return f"unknown category {name!r}; known: {self._known}"
            found.append(category)
        if len(set(found)) < len(found):
            return f"a category named twice: {', '.join(names)}"
        return tuple(found)


def _name_list(cell: str) -> list[str] | str:
    """The names in a cell like `['Logical Reasoning', 'Other']`; a str says what is wrong instead."""
    wanted = "must be a list of names, like ['Logical Reasoning', 'Other']"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a stray backslash is no news for the user's terminal
            names = ast.literal_eval(cell.strip())  # literals only: nothing in the cell is run
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return wanted
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        return wanted
    return names
