"""Strict TOML: every fault names file, line and key."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.strict_toml import MAX_FILE_BYTES, KeyPath, TomlFile, TomlProblem


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    sizes: list[int] = []
    note: str | None = None


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    title: str = ""
    count: int | None = None
    table: Inner | None = None
    part: list[Inner] = []


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problem_of(path: Path) -> TomlProblem:
    with pytest.raises(TomlProblem) as caught:
        TomlFile(path).convert(Outer)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("title = 'a'\n\ntitel = 'b'\n", 3, "titel", "unknown key"),
        ("[[part]]\nname = 'a'\n[[part]]\nname = 'b'\nsize = 1\n", 5, "part[2].size", "unknown key"),
        ("title = 'a'\n'a.b `c`' = 1\n", 2, '"a.b `c`"', "unknown key"),
        ("'x - at `$.y' = 1\n", 1, '"x - at `$.y"', "unknown key"),
        ("title = 'a'\n'' = 1\n", 2, '""', "unknown key"),
        ("title = 'a'\n\ncount = '3'\n", 3, "count", "Expected `int`, got `str`"),
        ("table = 1\n", 1, "table", "Expected `table`, got `int`"),
        ("# one\n[table]\nsizes = [1]\n", 2, "table", "missing key `name`"),
        ("[table]\nname = 'a'\nsizes = [\n  1, # one\n\n  2,\n  'x', 4,\n]\n", 7, "table.sizes[3]", "got `str`"),
        ("[table]\nname = 1979-05-27\n", 2, "table.name", "got `date`"),
    ],
)
def test_a_wrong_shape_names_file_line_and_key(tmp_path: Path, text: str, line: int, key: str, reason: str) -> None:
    path = written(tmp_path, text)
    problem = problem_of(path)
    assert (problem.path, problem.line, problem.key) == (path, line, key)
    assert reason in problem.reason
    assert str(problem).startswith(f"{path}:{line}: {key}: ")


@pytest.mark.parametrize(
    ("text", "line", "key", "first"),
    [
        ("a = 1\nb = 2\na = 3\n", 3, "a", 1),
        ("a = 1\nb = 2\na = 3", 3, "a", 1),
        ("[x]\na = 1\n\n[y]\n[x]\nb = 2\n", 5, "x", 1),
        ("[[x]]\na = 1\n[[x]]\na = 1\n\na = '''\n\n'''\nb = 1\n", 6, "x[2].a", 4),
        ("k = 1\nx = {a = 1, b = 2, a = 3}\n", 2, "x.a", 2),
        ("[x]\n'a b' = 1\n\"a b\" = 1\n", 3, 'x."a b"', 2),
    ],
)
def test_a_key_given_twice_is_named_with_both_lines(tmp_path: Path, text: str, line: int, key: str, first: int) -> None:
    problem = problem_of(written(tmp_path, text))
    assert (problem.line, problem.key) == (line, key)
    assert problem.reason == f"given twice, first on line {first}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\n\nb = [1,\n2,\n", 4),
        ("a = 1\nb = '''\nx\n", 3),
        ("a = {b = 1}\na.c = 2\n", 2),
        ("a = 1\nb 2\nc = 3\n", 2),
        ('a = "\x00"\n', 1),
        ('a = 1\nb = "\rx"\n', 2),
    ],
)
def test_what_is_not_toml_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    problem = problem_of(written(tmp_path, text))
    assert problem.line == line
    assert problem.reason.startswith("not valid TOML: ")


def test_what_is_not_utf_8_names_line_and_byte(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path, b"a = 1\nb = 2\nc = '\xff'\n"))
    assert (problem.line, problem.reason) == (3, "not UTF-8 (byte 17)")
    assert "not UTF-8" in problem_of(written(tmp_path, "a = 1\n".encode("utf-16"))).reason


def test_a_byte_order_mark_and_crlf_change_nothing(tmp_path: Path) -> None:
    text = "title = 'a'\n[table]\nname = '''\none\ntwo'''\n"
    plain = TomlFile(written(tmp_path, text)).convert(Outer)
    dressed = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert TomlFile(written(tmp_path, dressed)).convert(Outer) == plain
    assert problem_of(written(tmp_path, dressed + b"wrong = 1\r\n")).line == 6


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_only_a_newline_ends_a_line(tmp_path: Path, sign: str) -> None:
    assert problem_of(written(tmp_path, f"title = 'a{sign}b' # {sign}\ncount = 'x'\n")).line == 2


def test_too_large_a_file_is_refused_without_being_parsed(tmp_path: Path) -> None:
    path = written(tmp_path, b"#" * (MAX_FILE_BYTES + 1))
    assert problem_of(path).reason == "larger than 16 MiB"
    path.write_bytes(b"#" * MAX_FILE_BYTES)
    assert TomlFile(path).values == {}


def test_an_endless_file_is_refused() -> None:
    assert problem_of(Path("/dev/zero")).reason == "larger than 16 MiB"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = " + "[" * 100_000, 2),
        ("a = 1\nb = " + "{b = " * 5_000, 2),
        ("a = 1\nb = " + "[" * 100 + "]" * 100, 2),
        ("a = 1\n\n" + ".".join("b" * 3_000) + " = 1\n", 3),
        ("a = 1\n\n[" + ".".join("b" * 3_000) + "]\n", 3),
    ],
)
def test_what_is_nested_too_deeply_is_refused(tmp_path: Path, text: str, line: int) -> None:
    problem = problem_of(written(tmp_path, text))
    assert (problem.line, problem.reason) == (line, "nested too deeply")


def test_a_number_of_too_many_digits_is_refused(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path, f"a = 1\ntitle = '{'9' * 5000}'\ncount = {'9' * 5000}\n"))
    assert (problem.line, problem.reason) == (3, "a whole number of more than 4,300 digits")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (Path("/nowhere/at-all.toml"), "No such file or directory"),
        (Path("/"), "Is a directory"),
        (Path("a\0b"), "not a usable path: it holds a NUL character"),
        (Path("x" * 300), "File name too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(path: Path, reason: str) -> None:
    problem = problem_of(path)
    assert (problem.line, problem.key, problem.reason) == (0, "", reason)
    assert str(problem) == f"{path}: {reason}"


def test_convert_at_a_place_names_the_whole_path(tmp_path: Path) -> None:
    file = TomlFile(written(tmp_path, "[[part]]\nname = 'a'\n\n[[part]]\nname = 2\n"))
    assert file.convert(Inner, ("part", 0)) == Inner("a")
    with pytest.raises(TomlProblem) as caught:
        file.convert(Inner, ("part", 1))
    assert (caught.value.line, caught.value.key) == (5, "part[2].name")


LAYOUTS = """\
# a comment with "quotes' and [brackets
top = "a # b [ ] = ,"            # 2
dotted . "key one".'two' = 1     # 3
empty = []

[a.b]                            # 6
text = \"\"\"
[[a.b.c]]
name = "not a key"
\\\"\"\" still "" text\"\"\"\"\"
after = 1                        # 11
raw = '''
x = ''
it''s'''                         # 14
[[a.b.c]]                        # 15
list = [ 1, 2,                   # 16
  # none here

  [3,                            # 19
   "four ]",                     # 20
  ], 1979-05-27 07:32:00, -0.5e3, # 21
  { x = 1, y = '''
  ''', z.zz = [                  # 23
    true,                        # 24
  ] },
]
[ a . b . "c" . d ]              # 27
deep = 1
[[a.b.c]]                        # 29
[[a.b.c.e]]                      # 30
[[a.b.c.e]]                      # 31
f = 1                            # 32
quotes = [\"\"\"\"\"x\"\"\"\"\", '''''x''''', # 33
  "", '''''', 1,                 # 34
  2]                             # 35
"""


@pytest.mark.parametrize(
    ("at", "line"),
    [
        (("top",), 2),
        (("dotted",), 3),
        (("dotted", "key one", "two"), 3),
        (("empty", 0), 4),
        (("a",), 6),
        (("a", "b", "text"), 7),
        (("a", "b", "after"), 11),
        (("a", "b", "raw"), 12),
        (("a", "b", "c"), 15),
        (("a", "b", "c", 0), 15),
        (("a", "b", "c", 0, "list"), 16),
        (("a", "b", "c", 0, "list", 1), 16),
        (("a", "b", "c", 0, "list", 2), 19),
        (("a", "b", "c", 0, "list", 2, 0), 19),
        (("a", "b", "c", 0, "list", 2, 1), 20),
        (("a", "b", "c", 0, "list", 3), 21),
        (("a", "b", "c", 0, "list", 4), 21),
        (("a", "b", "c", 0, "list", 5, "y"), 22),
        (("a", "b", "c", 0, "list", 5, "z", "zz"), 23),
        (("a", "b", "c", 0, "list", 5, "z", "zz", 0), 24),
        (("a", "b", "c", 0, "list", 9), 16),
        (("a", "b", "c", 0, "d"), 27),
        (("a", "b", "c", 0, "d", "missing", 0), 27),
        (("a", "b", "c", 1), 29),
        (("a", "b", "c", 1, "missing"), 29),
        (("a", "b", "c", 1, "e", 0), 30),
        (("a", "b", "c", 1, "e", 1), 31),
        (("a", "b", "c", 1, "e", 1, "f"), 32),
        (("a", "b", "c", 1, "e", 1, "quotes", 1), 33),
        (("a", "b", "c", 1, "e", 1, "quotes", 2), 34),
        (("a", "b", "c", 1, "e", 1, "quotes", 4), 34),
        (("a", "b", "c", 1, "e", 1, "quotes", 5), 35),
        (("top", 0), 2),
        (("top", "x"), 2),
        (("missing",), 1),
        ((), 1),
    ],
)
def test_line_of_any_layout(tmp_path: Path, at: KeyPath, line: int) -> None:
    assert TomlFile(written(tmp_path, LAYOUTS)).line_of(at) == line


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert TomlFile(written(tmp_path, "")).line_of(("a",)) == 0


@dataclass
class Document:
    """A document written line by line, so that the true line of every key is known."""

    lines: list[str]
    places: dict[KeyPath, int]

    def add(self, at: KeyPath, text: str) -> None:
        self.places[at] = len(self.lines) + 1
        self.lines += text.split("\n")


HARD_TEXT = st.text(st.sampled_from("ab [=]{},#'\"\\\n\u2028\x85é𝄞"), max_size=12)
KEYS = st.lists(st.text(st.sampled_from("ab-1. \"'é#[="), min_size=1, max_size=5), min_size=1, max_size=4, unique=True)


def one_line(value: Any) -> str:
    """A value as tomli_w writes it, on one line."""
    return tomli_w.dumps({"k": value}).partition(" = ")[2].rstrip("\n")


def quoted(key: str) -> str:
    return one_line(key) if '"' in one_line(key)[:1] else f'"{key}"'


def long_string(text: str, *, is_raw: bool) -> str:
    if is_raw and "'" not in text and "\x85" not in text:
        return f"'''\n{text}'''"
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return '"""\n' + escaped.removesuffix('"') + ('\\"' if escaped.endswith('"') else "") + '"""'


@st.composite
def documents(draw: st.DrawFn) -> Document:
    document = Document([], {})
    headers = draw(st.lists(st.sampled_from(["table", "array", "sub"]), max_size=4))
    _statements(draw, document, ())
    counts = {"array": 0}
    for number, kind in enumerate(headers):
        for _ in range(draw(st.integers(0, 2))):
            document.lines.append(draw(st.sampled_from(["", "# [x]", "  # ''' \"\"\" = ["])))
        at: KeyPath
        if kind == "array" or (kind == "sub" and counts["array"] == 0):
            at = ("Items", counts["array"])
            counts["array"] += 1
            document.add(at, "[[Items]]")
        elif kind == "sub":
            at = ("Items", counts["array"] - 1, f"T{number}")
            document.add(at, f" [ Items . T{number} ] # sub")
        else:
            at = (f"T{number}", "Q q")
            document.add(at, f'[T{number}."Q q"]')
        _statements(draw, document, at)
    return document


def _statements(draw: st.DrawFn, document: Document, table: KeyPath) -> None:
    for key in draw(KEYS):
        at = (*table, key)
        name = quoted(key)
        match draw(st.sampled_from(["line", "string", "array", "inline"])):
            case "line":
                value = draw(st.one_of(HARD_TEXT, st.integers(), st.booleans(), st.datetimes(), st.floats(-9, 9)))
                document.add(at, f"{name} = {one_line(value)} # = [ '")
            case "string":
                document.add(at, f"{name} = {long_string(draw(HARD_TEXT), is_raw=draw(st.booleans()))}")
            case "array":
                document.add(at, f"{name} = [")
                for number, value in enumerate(draw(st.lists(HARD_TEXT, max_size=4))):
                    if draw(st.booleans()):
                        document.lines.append("  # ], '''")
                    text = draw(
                        st.sampled_from([one_line(value), long_string(value, is_raw=False), "[1,\n2]", "{a = [\n1]}"])
                    )
                    document.add((*at, number), f"  {text}, # ]")
                document.lines.append("]")
            case _:
                document.add(at, f"{name} = {{ one = 1, two.three = [ 1, '}}' ] }}")
                document.places |= dict.fromkeys([(*at, "one"), (*at, "two", "three", 1)], document.places[at])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents(), data=st.data())
def test_line_of_finds_a_value_planted_anywhere(tmp_path: Path, document: Document, data: st.DataObject) -> None:
    file = TomlFile(written(tmp_path, "\n".join(document.lines) + "\n"))
    for at, line in document.places.items():
        assert file.line_of(at) == line, at
    at = data.draw(st.sampled_from(sorted(document.places, key=repr)))
    problem = file.problem(at, "is wrong")
    assert str(problem).startswith(f"{file.path}:{document.places[at]}: ")


class Strings(msgspec.Struct, forbid_unknown_fields=True):
    row: list[dict[str, str]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.dictionaries(st.sampled_from("abcde"), HARD_TEXT, min_size=1), min_size=1, max_size=8),
    data=st.data(),
)
def test_a_wrong_value_in_a_document_of_tomli_w_is_found(
    tmp_path: Path, rows: list[dict[str, str]], data: st.DataObject
) -> None:
    wrong_row = data.draw(st.integers(0, len(rows) - 1))
    lines, truth = [], 0
    for number, row in enumerate(rows):
        lines.append("[[row]]")
        if number == wrong_row:
            truth = len(lines)
        lines += tomli_w.dumps(row, multiline_strings=True).rstrip("\n").split("\n")
        if number == wrong_row:
            lines.append("planted = 1")
    with pytest.raises(TomlProblem) as caught:
        TomlFile(written(tmp_path, "\n".join(lines))).convert(Strings)
    assert caught.value.line == truth  # msgspec names the row, not the key of a free mapping
    assert caught.value.key == f"row[{wrong_row + 1}]"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=60), st.text(st.sampled_from("a=[]{}'\"\n.#1\\ ,"), max_size=40)))
def test_any_content_is_read_or_refused_in_words(tmp_path: Path, content: bytes | str) -> None:
    path = written(tmp_path, content)
    try:
        file = TomlFile(path)
    except TomlProblem as problem:
        said, lines = str(problem), []
    else:
        said, lines = f"{path}: fine", [file.line_of((key,)) for key in file.values]
    assert re.match(re.escape(str(path)) + r"(:[1-9]\d*)?: \S", said)
    assert all(lines)


@pytest.mark.parametrize(
    "filling",
    [
        "[[part]]\nname = 'some name'\nsizes = [1, 2, 3]\n\n" * 750,
        "title = '''\n" + "a line of a long text, as long as most lines are\n" * 3000 + "'''\n",
        "[table]\nname = 'x'\nsizes = [\n" + "  12345,\n" * 3000 + "]\n",
    ],
    ids=["tables", "text", "array"],
)
def test_an_error_in_3000_lines_is_found(tmp_path: Path, filling: str) -> None:
    path = written(tmp_path, filling + "[[part]]\nname = 'last'\nsizes = ['x']\n")
    file = TomlFile(path)
    with pytest.raises(TomlProblem) as caught:
        file.convert(Outer)
    assert caught.value.line == filling.count("\n") + 3
