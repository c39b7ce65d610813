"""Strict reading of TOML files: unknown keys, wrong types and double keys are errors that name file, line and key.

Owns the way from a file to a checked value, for materials and settings alike; knows nothing of either. The shape of a
file is a `msgspec.Struct` with `forbid_unknown_fields=True`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

MAX_FILE_BYTES = 16 * 2**20

Shape = TypeVar("Shape")
KeyPath = tuple[str | int, ...]

_PATH_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")
_UNKNOWN_KEY = re.compile(r"unknown field `([^`]*)`")


class TomlProblem(Exception):
    """What is wrong with a file, and where: `line` counts from 1 (0: unknown), `key` is like `task[2].prompt`."""

    def __init__(self, path: Path, line: int, key: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.line = line
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        """`FILE:LINE: KEY: reason`, the parts that are known."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.key}: {self.reason}" if self.key else f"{place}: {self.reason}"


class TomlFile:
    """A parsed file that can say on which line any of its keys stands."""

    def __init__(self, path: Path) -> None:
        """Read and parse `path`. Raises TomlProblem: not readable, too large, not UTF-8, not TOML, a key twice."""
        self.path = path
        self.text = _read(path)
        try:
            self.values: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"at line (\d+)", str(error))
            raise TomlProblem(path, int(place.group(1)) if place else 0, "", f"not valid TOML: {error}") from None
        except RecursionError:
            raise TomlProblem(path, 0, "", "nested too deeply") from None

    def convert(self, shape: type[Shape], at: KeyPath = ()) -> Shape:
        """The value at `at` in the given shape. Raises TomlProblem with the line of the offending key."""
        try:
            return msgspec.convert(self.value(at), shape)
        except msgspec.ValidationError as error:
            where, reason = _split(str(error))
            raise self.problem(at + where, reason) from None

    def value(self, at: KeyPath) -> Any:
        """The plain value at a key path."""
        value: Any = self.values
        for step in at:
            value = value[step]
        return value

    def problem(self, at: KeyPath, reason: str) -> TomlProblem:
        """A problem at a key path, with its line."""
        return TomlProblem(self.path, self.line_of(at), _spoken(at), reason)

    def line_of(self, at: KeyPath) -> int:
        """The line on which the value at `at` begins (its nearest existing ancestor when it is missing); 0: unknown.

        The shortest run of leading lines that parses and holds the key ends with the key's last line. Asking the
        parser itself keeps multi-line strings, inline tables and dotted keys right without a second TOML grammar.
        """
        lines = self.text.splitlines(keepends=True)
        while at and not _holds(self.values, at):
            at = at[:-1]
        if not at:
            return 1 if lines else 0
        first = _first_line(lines, at)
        return first + _offset_in_array(lines[first - 1 :], at)


def _first_line(lines: list[str], at: KeyPath) -> int:
    """The line (from 1) on which the statement that brings the key `at` begins; the whole file must hold it."""
    without, holding = 0, len(lines)  # leading lines that parse: without the key, and with it
    while holding - without > 1:
        middle = (without + holding) // 2
        downward = range(middle, without, -1)
        upward = range(middle + 1, holding)
        end, values = _first_parsable(lines, (*downward, *upward))
        if end == 0:
            break
        if _holds(values, at):
            holding = end
        else:
            without = end
    return without + 1


def _first_parsable(lines: list[str], ends: tuple[int, ...]) -> tuple[int, dict[str, Any]]:
    """The first of `ends` up to which the lines are valid TOML, with what they hold; (0, {}): none is."""
    for end in ends:
        try:
            return end, tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    return 0, {}


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise TomlProblem(path, 0, "", f"larger than {MAX_FILE_BYTES // 2**20} MiB")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TomlProblem(path, 0, "", f"not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise TomlProblem(path, 0, "", error.strerror or "cannot be read") from None


def _holds(values: Any, at: KeyPath) -> bool:
    for step in at:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _offset_in_array(lines: list[str], at: KeyPath) -> int:
    """How many lines below its key's line an element of a multi-line array of strings stands, one element a line."""
    if not isinstance(at[-1], int) or len(lines) < 2 or not lines[0].rstrip().endswith("["):
        return 0
    return int(at[-1]) + 1


def _split(message: str) -> tuple[KeyPath, str]:
    """A msgspec message in two: the key path it names, and the reason in words for a user."""
    reason, _, path = message.partition(" - at `$")
    where: list[str | int] = [
        match.group(1) if match.group(1) is not None else int(match.group(2))
        for match in _PATH_STEP.finditer(path.rstrip("`"))
    ]
    unknown = _UNKNOWN_KEY.search(reason)
    if unknown:
        where.append(unknown.group(1))
        reason = "unknown key"
    reason = reason.replace("Object missing required field", "missing key").replace("Object contains", "has")
    return tuple(where), reason


def _spoken(at: KeyPath) -> str:
    """`task[2].prompt`; elements count from 1 for people."""
    spoken = ""
    for step in at:
        spoken += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if spoken else step
    return spoken
