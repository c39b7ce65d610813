"""Strict reading of TOML files: unknown keys, wrong types and double keys are errors that name file, line and key.

Owns the way from a file to a checked value, for materials and settings alike; knows nothing of either. The shape of a
file is a `msgspec.Struct` with `forbid_unknown_fields=True`. Whether a text is TOML is tomllib's word alone; what is
here of the grammar only finds the line of a key in a text that tomllib has read.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

MAX_FILE_BYTES = 16 * 2**20
MAX_DEPTH = 64

Shape = TypeVar("Shape")
KeyPath = tuple[str | int, ...]

_PATH_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")
_PLACED = re.compile(r"(.*?)(?: - at `(?:key` in `)?\$([^`]*)`)?", re.DOTALL)
_UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$([^`]*)`)?", re.DOTALL)
_TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate inline table key")

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_TOKEN = re.compile(
    r"""
    "{3}(?:[^"\\]++|\\.|"{1,2}(?!"))*"{3,5}        # strings: the long ones first
    |'{3}(?:[^']++|'{1,2}(?!'))*'{3,5}
    |"(?:[^"\\\n]|\\.)*"
    |'[^'\n]*+'
    |\#[^\n]*+                                      # a comment
    |\d{4}-\d\d-\d\d[ ]\d\d:[^\s\[\]{},="'\#]++     # a date and a time: the one value with a space in it
    |[^\s\[\]{},="'\#]++                            # a bare key, a number, true, false
    |[\[\]{},=\n]
    """,
    re.DOTALL | re.VERBOSE,
)


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
            raise _not_toml(path, self.text, str(error)) from None
        except RecursionError:
            raise TomlProblem(path, _deepest_line(self.text), "", "nested too deeply") from None
        except ValueError:  # Python's own limit, which tomllib lets through
            most = sys.get_int_max_str_digits()
            line = next((line for sign, line in _tokens(self.text) if sign[0] not in "\"'" and len(sign) > most), 0)
            raise TomlProblem(path, line, "", f"a whole number of more than {most:,} digits") from None
        deep = _too_deep(self.values)
        if deep:
            raise self.problem(deep, "nested too deeply")

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
        """The line (from 1) on which the key or array element `at` begins; 0: unknown.

        When there is no such key: the line of its nearest ancestor that is there. One walk over the text.
        """
        while at and not _holds(self.values, at):
            at = at[:-1]
        if not at:
            return 1 if self.text else 0
        return next((line for place, line in _places(self.text) if place[: len(at)] == at), 0)


def _places(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Every key and every element of an array with the line it begins on, in the order of the text."""
    table: KeyPath = ()
    newest: dict[KeyPath, int] = {}  # array of tables → the number of its newest entry
    tokens = _tokens(text)
    for sign, line in tokens:
        if sign == "[":
            table = _table(sign + _until("\n", tokens), newest)
            yield table, line
        elif sign != "\n":
            key = table + _keys(sign + _until("=", tokens))
            yield key, line
            yield from _places_inside(key, tokens)


def _places_inside(key: KeyPath, tokens: Iterator[tuple[str, int]]) -> Iterator[tuple[KeyPath, int]]:
    """The places inside the value of `key`; takes the tokens of the value and of the line's end."""
    place = key
    around: list[tuple[KeyPath, int | None]] = []  # arrays with the number of their next element; inline tables: None
    for sign, line in tokens:
        if sign == "\n" and not around:
            return
        if sign in ("]", "}"):
            around = around[:-1]
        elif sign not in (",", "\n"):
            begins = sign
            if around and around[-1][1] is None:
                place = around[-1][0] + _keys(sign + _until("=", tokens))
                begins = next(tokens, ("", line))[0]
            elif around:
                outer, number = around[-1]
                place = (*outer, number or 0)
                around[-1] = outer, (number or 0) + 1
            if around:
                yield place, line
            if begins in ("[", "{"):
                around.append((place, 0 if begins == "[" else None))


def _table(header: str, newest: dict[KeyPath, int]) -> KeyPath:
    """The key path that `[a.b]` or `[[a.b]]` opens; an entry of an array of tables is counted in `newest`."""
    path: KeyPath = ()
    keys = _keys(header)
    for place, key in enumerate(keys, start=1):
        path = (*path, key)
        if place == len(keys) and header.startswith("[["):
            newest[path] = newest.get(path, -1) + 1
        if path in newest:
            path = (*path, newest[path])
    return path


def _keys(text: str) -> KeyPath:
    """`a."b c"` → a, b c."""
    return tuple(
        word if _BARE_KEY.fullmatch(word) else str(tomllib.loads(f"word = {word}")["word"])
        for word in _KEY.findall(text)
    )


def _until(stop: str, tokens: Iterator[tuple[str, int]]) -> str:
    """The tokens up to `stop`, in one piece; `stop` is taken too."""
    return "".join(iter(lambda: next(tokens, (stop, 0))[0], stop))


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Strings, words, signs and line ends, each with the line it begins on; spaces and comments are left out."""
    line = 1
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign[0] != "#":
            yield sign, line
        line += sign.count("\n")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise TomlProblem(path, 0, "", error.strerror or "cannot be read") from None
    except ValueError:
        raise TomlProblem(path, 0, "", "not a usable path: it holds a NUL character") from None
    if len(content) > MAX_FILE_BYTES:
        raise TomlProblem(path, 0, "", f"larger than {MAX_FILE_BYTES // 2**20} MiB")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        # `error.object` lacks the byte order mark, if there was one; so do the counts.
        line = error.object[: error.start].count(b"\n") + 1
        raise TomlProblem(path, line, "", f"not UTF-8 (byte {error.start})") from None


def _not_toml(path: Path, text: str, message: str) -> TomlProblem:
    """What tomllib says, with its line; of a key given twice, the key and the first place too."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(found[1]) if found and found[1] else text.removesuffix("\n").count("\n") + 1
    reason = f"not valid TOML: {message}"
    if message.startswith(_TWICE):
        first_line: dict[KeyPath, int] = {}
        with suppress(tomllib.TOMLDecodeError):  # behind the fault, the text need not be TOML
            for place, begins in _places(text):
                if begins > line:
                    break
                if place in first_line:
                    return TomlProblem(path, begins, _spoken(place), f"given twice, first on line {first_line[place]}")
                first_line[place] = begins
    return TomlProblem(path, line, "", reason)


def _deepest_line(text: str) -> int:
    """The line on which brackets are nested most deeply."""
    depth, deepest, deepest_line = 0, 0, 0
    for sign, line in _tokens(text):
        depth += (sign in ("[", "{")) - (sign in ("]", "}"))
        if depth > deepest:
            deepest, deepest_line = depth, line
    return deepest_line


def _too_deep(values: dict[str, Any]) -> KeyPath:
    """A key path of more than MAX_DEPTH steps; empty: there is none."""
    waiting: list[tuple[KeyPath, Any]] = [((), values)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > MAX_DEPTH:
            return path
        if isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, number), inner) for number, inner in enumerate(value)]
    return ()


def _holds(values: Any, at: KeyPath) -> bool:
    for step in at:
        is_there = (isinstance(values, list) and isinstance(step, int) and 0 <= step < len(values)) or (
            isinstance(values, dict) and step in values
        )
        if not is_there:
            return False
        values = values[step]
    return True


def _split(message: str) -> tuple[KeyPath, str]:
    """A msgspec message in two: the key path it names, and the reason in words for a user."""
    unknown = _UNKNOWN_KEY.fullmatch(message)
    if unknown:
        return (*_steps(unknown[2]), unknown[1]), "unknown key"
    placed = _PLACED.fullmatch(message)
    reason, path = (placed[1], placed[2]) if placed else (message, "")
    reason = reason.replace("Object missing required field", "missing key")
    return _steps(path), reason.replace(" | null`", "`").replace("`object`", "`table`")


def _steps(path: str | None) -> KeyPath:
    """`.task[2].prompt` → task, 2, prompt; up to the first step that msgspec does not name (`[...]`)."""
    named = (path or "").partition("[...]")[0]
    return tuple(match[1] if match[1] is not None else int(match[2]) for match in _PATH_STEP.finditer(named))


def _spoken(at: KeyPath) -> str:
    """`task[3].prompt`; elements count from 1 for people, and a key that needs quotes has them."""
    spoken = ""
    for step in at:
        if isinstance(step, int):
            spoken += f"[{step + 1}]"
        else:
            word = step if _BARE_KEY.fullmatch(step) else json.dumps(step, ensure_ascii=False)
            spoken += f".{word}" if spoken else word
    return spoken
