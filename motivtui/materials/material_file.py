"""One material file, read: its kind, its entries, and on which line each of them stands.

Owns what the three kinds of material files have in common (recognising the kind, converting entry by entry so that one
bad entry does not hide the next, checks of ids and texts). Knows nothing of what a task, manipulation or item means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from motivtui.strict_toml import KeyPath, Shape, TomlFile, TomlProblem

KINDS = ("task", "manipulation", "item")
MAX_TEXT_CHARS = 20_000
MAX_ID_CHARS = 64

Choice = TypeVar("Choice", bound=StrEnum)

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_TASK_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_HEADER = re.compile(r"[ \t]*\[\[[ \t]*(task|manipulation|item|pair)[ \t]*\]\]")


class MaterialFile(TomlFile):
    """A material file that collects its problems instead of stopping at the first."""

    def __init__(self, path: Path) -> None:
        """Read and parse `path`. Raises TomlProblem: not readable, too large, not UTF-8, not TOML, a key twice."""
        self.problems: list[TomlProblem] = []
        self._lines: list[str] = []
        self._starts: dict[str, list[int]] = {}
        super().__init__(path)  # last: it may ask for the line of a key already

    def report(self, at: KeyPath, reason: str) -> None:
        """Note a problem at a key path."""
        self.problems.append(self.problem(at, reason))

    def kind(self) -> str | None:
        """`task`, `manipulation` or `item`; None, with a problem noted, when the file is none or several of them."""
        found = [kind for kind in KINDS if kind in self.values]
        if len(found) == 1:
            return found[0]
        if not found and ("template" in self.values or "phase" in self.values):  # an instrument without items
            return "item"
        wanted = "[[task]], [[manipulation]] or [[item]]"
        reason = f"holds more than one of {wanted}: one file, one kind" if found else f"holds no {wanted}"
        self.report((), reason)
        return None

    def entries(self, key: str) -> Iterator[KeyPath]:
        """The key path of each [[key]] entry; a problem instead when `key` is something else."""
        values = self.values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.report((key,), f"must be written as [[{key}]] tables")
            return
        for number in range(len(values)):
            yield key, number

    def read(self, shape: type[Shape], at: KeyPath = ()) -> Shape | None:
        """The value at `at` in the given shape; None, with the problem noted, when it does not fit."""
        try:
            return self.convert(shape, at)
        except TomlProblem as problem:
            self.problems.append(problem)
            return None

    def choice(self, kind: type[Choice], value: str, at: KeyPath) -> Choice | None:
        """One of a few words; None, with a problem noted that names them all."""
        try:
            return kind(value)
        except ValueError:
            self.report(at, f"unknown {at[-1]} {value!r}; known: {', '.join(kind)}")
            return None

    def check(self, at: KeyPath, value: str, fault: Callable[[str], str | None]) -> bool:
        """Whether `value` has no fault; its fault is noted."""
        reason = fault(value)
        if reason:
            self.report(at, reason)
        return reason is None

    def line_of(self, at: KeyPath) -> int:
        """As in TomlFile, in time that does not grow with the file: only the lines of the entry itself are searched."""
        if len(at) >= 2 and isinstance(at[0], str) and isinstance(at[1], int):
            found = self._line_in_entry(at[0], at[1], at)
            if found:
                return found
        return super().line_of(at)

    def _line_in_entry(self, key: str, number: int, at: KeyPath) -> int:
        """The line by way of the entry's [[key]] header; 0 when the headers do not tell (an inline array, say)."""
        starts = self._entry_starts()
        own = starts.get(key, [])
        entries = self.values.get(key)
        if not isinstance(entries, list) or len(own) != len(entries) or not number < len(own):
            return 0
        first = own[number]
        after = min((start for group in starts.values() for start in group if start > first), default=None)
        text = "\n".join(self._lines[first - 1 : after - 1 if after else None])
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return 0
        if values != {key: [entries[number]]}:  # a line inside a long string looked like a header
            return 0
        return first - 1 + _Excerpt(self.path, text, values).line_of((key, 0, *at[2:]))

    def _entry_starts(self) -> dict[str, list[int]]:
        """The lines (from 1) that look like the header of an entry, by key."""
        if not self._lines:
            self._lines = self.text.split("\n")
            for number, line in enumerate(self._lines, start=1):
                header = _HEADER.match(line)
                if header:
                    self._starts.setdefault(header.group(1), []).append(number)
        return self._starts


class _Excerpt(TomlFile):
    """A few lines of a file, already parsed, in which to look for a line."""

    def __init__(self, path: Path, text: str, values: dict[str, Any]) -> None:
        self.path = path
        self.text = text
        self.values = values


def id_fault(value: str) -> str | None:
    """What is wrong with an id (of a family, category, set, manipulation, instrument); None: nothing."""
    if len(value) > MAX_ID_CHARS:
        return f"an id has at most {MAX_ID_CHARS} characters, this one {len(value):,}"
    if not _ID.fullmatch(value):
        return f"{value!r} is no id: small letters a-z, digits and hyphens, a letter or digit first"
    return None


def task_id_fault(value: str) -> str | None:
    """What is wrong with the id given to a sub-task: as `id_fault`, but with dots allowed; None: nothing."""
    if len(value) > MAX_ID_CHARS:
        return f"an id has at most {MAX_ID_CHARS} characters, this one {len(value):,}"
    if not _TASK_ID.fullmatch(value):
        return f"{value!r} is no sub-task id: small letters a-z, digits, hyphens and dots, a letter or digit first"
    return None


def text_fault(value: str) -> str | None:
    """What is wrong with a text that a model is given, or a title; None: nothing. Any character but NUL is welcome."""
    if not value.strip():
        return "empty"
    if len(value) > MAX_TEXT_CHARS:
        return f"longer than {MAX_TEXT_CHARS:,} characters ({len(value):,})"
    if "\0" in value:
        return "holds a NUL character"
    return None
