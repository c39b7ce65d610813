"""All materials together: shipped library, the user's folder, and files named for one command.

Owns what holds across files: no id twice, pairs that point to tasks that exist, titles of categories. Every problem of
every file is found before any is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from motivtui.errors import MaterialError
from motivtui.materials.instrument_file import read_instrument_file
from motivtui.materials.library import material_files, shipped_folder
from motivtui.materials.manipulation_file import read_manipulation_file
from motivtui.materials.material_file import MaterialFile
from motivtui.materials.task_file import FoundFamily, FoundPair, FoundTasks, read_task_file
from motivtui.strict_toml import KeyPath, TomlProblem
from motivtui.study.instrument import Instrument
from motivtui.study.manipulation import Manipulation
from motivtui.study.task import Pair, Task

Kind = TypeVar("Kind", Task, Manipulation, Instrument)
_Place = tuple[MaterialFile, KeyPath]


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything that a study can be made of, in the order of the library: shipped first, then the user's.

    `categories` and `families` map ids to titles; `sources` are the files that were read.
    """

    tasks: dict[str, Task]
    pairs: tuple[Pair, ...]
    categories: dict[str, str]
    manipulations: dict[str, Manipulation]
    instruments: dict[str, Instrument]
    sources: tuple[Path, ...]
    families: dict[str, str] = field(default_factory=dict)


def load_materials(extra: Sequence[Path] = (), *, user_folder: Path | None = None) -> Materials:
    """The shipped materials, those of the user's folder (if it exists) and of the extra files and folders.

    Raises MaterialError with every problem of every file, one a line: `FILE:LINE: KEY: what`.
    """
    materials, problems = _read(extra, user_folder)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise MaterialError(
            "\n".join(str(problem) for problem in problems),
            hint=f"{count} in the material files. Mend the lines named above; `motiv tasks check` looks at them again.",
        )
    return materials


def check_materials(extra: Sequence[Path] = (), *, user_folder: Path | None = None) -> list[TomlProblem]:
    """Every problem that `load_materials` would raise: unreadable files first, then file by file, line by line."""
    return _read(extra, user_folder)[1]


def _read(extra: Sequence[Path], user_folder: Path | None) -> tuple[Materials, list[TomlProblem]]:
    collected = _Collected()
    shipped = shipped_folder()
    for path in material_files(shipped):
        collected.add_file(path, is_shipped=True)
    if user_folder is not None:
        collected.add_place(user_folder, may_be_missing=True)
    for place in extra:
        collected.add_place(place)
    collected.add_pairs()
    return collected.materials(), collected.problems()


class _Collected:
    """What was read so far, and where it stood."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self._manipulations: dict[str, Manipulation] = {}
        self._instruments: dict[str, Instrument] = {}
        self._families: dict[str, str] = {}
        self._categories: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._pairs: list[Pair] = []
        self._sources: dict[Path, MaterialFile | None] = {}
        self._places: dict[tuple[str, str], _Place] = {}
        self._task_files: list[tuple[MaterialFile, FoundTasks]] = []
        self._unread: list[TomlProblem] = []

    def add_place(self, place: Path, *, may_be_missing: bool = False) -> None:
        """A file, or every file of a folder, that the user brought."""
        try:
            paths = material_files(place) if place.is_dir() else [place]
            is_there = place.exists()
        except OSError as error:
            self._unread.append(TomlProblem(place, 0, "", error.strerror or "cannot be read"))
            return
        if not is_there:
            if not may_be_missing:
                self._unread.append(TomlProblem(place, 0, "", "no such file or folder"))
            return
        for path in paths:
            self.add_file(path, is_shipped=False)

    def add_file(self, path: Path, *, is_shipped: bool) -> None:
        """One file. A file that was reached before, by whatever name, is not read again."""
        real = path.resolve()
        if real in self._sources:
            return
        self._sources[real] = None
        try:
            if not path.is_file():
                raise TomlProblem(path, 0, "", "not a file")
            file = MaterialFile(path)
        except TomlProblem as problem:
            self._unread.append(problem)
            return
        self._sources[real] = file
        kind = file.kind()
        if kind == "task":
            self._add_tasks(file, read_task_file(file, is_shipped=is_shipped))
        elif kind == "manipulation":
            for manipulation, at in read_manipulation_file(file):
                self._add("manipulation", self._manipulations, manipulation, (file, (*at, "id")))
        elif kind == "item":
            instrument = read_instrument_file(file)
            if instrument:
                self._add("instrument", self._instruments, instrument, (file, ("id",)))

    def add_pairs(self) -> None:
        """The pairs of all files, once every task is known."""
        for file, found in self._task_files:
            for pair in found.pairs:
                first = self._paired(file, found, pair, "first")
                second = self._paired(file, found, pair, "second")
                if first and first == second:
                    file.report(pair.at, "both sides are the same task")
                elif first and second:
                    self._pairs.append(Pair(first, second, pair.manipulated))

    def materials(self) -> Materials:
        """What was read, problems aside."""
        named = {category: category for task in self._tasks.values() for category in task.categories}
        return Materials(
            tasks=self._tasks,
            pairs=tuple(self._pairs),
            categories={category: self._titles.get(category, category) for category in self._categories | named},
            manipulations=self._manipulations,
            instruments=self._instruments,
            sources=tuple(file.path for file in self._sources.values() if file),
            families=self._families,
        )

    def problems(self) -> list[TomlProblem]:
        """Every problem, file by file and line by line."""
        files = [file for file in self._sources.values() if file]
        return self._unread + [
            problem for file in files for problem in sorted(file.problems, key=lambda problem: problem.line)
        ]

    def _add_tasks(self, file: MaterialFile, found: FoundTasks) -> None:
        self._task_files.append((file, found))
        if found.category is not None:
            self._categories.setdefault(found.category, found.category)
            if found.title is not None:
                self._titles.setdefault(found.category, found.title)
        for family in found.families:
            self._add_family(file, family)

    def _add_family(self, file: MaterialFile, family: FoundFamily) -> None:
        if family.id and self._is_new("task", family.id, (file, (*family.at, "id"))):
            self._families[family.id] = family.title
            for task, at in family.tasks:
                self._add("sub-task", self._tasks, task, (file, at))

    def _add(self, word: str, known: dict[str, Kind], one: Kind, place: _Place) -> None:
        if self._is_new(word, one.id, place):
            known[one.id] = one

    def _is_new(self, word: str, name: str, place: _Place) -> bool:
        """Whether the id is not taken; when it is, a problem is noted that names both places."""
        file, at = place
        first = self._places.setdefault((word, name), place)
        if first == place:
            return True
        other = first[0].problem(first[1], "")
        file.report(at, f"{word} {name!r} is defined twice: already at {other.path}:{other.line}")
        return False

    def _paired(self, file: MaterialFile, found: FoundTasks, pair: FoundPair, side: str) -> str | None:
        """The id of the task on one side of a pair: of the pair's own set, or else as it is written."""
        name = pair.first if side == "first" else pair.second
        for known in (found.prefix + name, name):
            if known in self._tasks:
                return known
        if not found.has_problem:  # else it may be one of the refused tasks, and those are told already
            file.report((*pair.at, side), f"no task of the id {name!r}, in this set or any other")
        return None
