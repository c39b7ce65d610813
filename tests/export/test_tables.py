"""Files: whole or not at all, private, exact when asked, harmless otherwise."""

import csv
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.errors import MotivError, UsageError
from motivtui.export import Column, Format, format_of, write_rows, write_to

TEXT = Column("text", "", "x")


def columns(*names: str) -> dict[str, Column]:
    return dict.fromkeys(names, TEXT)


NASTY = [
    'quotes " and "" and \'',
    "commas, semicolons; tabs\t.",
    "one\ntwo\r\nthree\rfour",
    "NUL \0 inside",
    "\ud800 lone \udfff surrogates",
    '=HYPERLINK("http://evil")',
    "\r\n",
    "",
    " leading and trailing ",
    "日本語 😀 e\u0301 \u2028 \x85 \ufeff",
]


def read_back(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", errors="surrogatepass", newline="") as file:
        return list(csv.reader(file))


def cells(values: list[Any], *, raw: bool = False) -> list[str]:
    """The values as one column of a CSV, read back (beside a full column, so that empty cells count)."""
    text = io.StringIO(newline="")
    count = write_to(text, ({"a": value, "b": 1} for value in values), ("a", "b"), Format.CSV, raw=raw)
    head, *rows = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    assert (head, count) == (["a", "b"], len(values))
    return [row[0] for row in rows]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_a_cell_that_begins_like_a_formula_is_made_text(sign: str) -> None:
    attack = f"{sign}cmd|' /C calc'!A0"
    assert cells([attack, sign, f"x{attack}", f"-{attack}"]) == [f"'{attack}", f"'{sign}", f"x{attack}", f"'-{attack}"]
    assert cells([attack, sign], raw=True) == [attack, sign]


def test_negative_numbers_stay_numbers() -> None:
    assert cells([-5, -0.5, -3.0, 1e-7, "-5"]) == ["-5", "-0.5", "-3", "1e-07", "'-5"]


def test_none_is_an_empty_cell_and_zero_is_not() -> None:
    assert cells([None, 0, 0.0, False, ""]) == ["", "0", "0", "False", ""]


def test_whole_scores_are_written_without_a_point() -> None:
    assert cells([70.0, 70.5, 70, 1e15]) == ["70", "70.5", "70", "1000000000000000"]


def test_numbers_are_not_quoted_and_lines_end_as_in_rfc_4180() -> None:
    text = io.StringIO(newline="")
    write_to(text, [{"a": -1.5, "b": "x,y"}], ("a", "b"), Format.CSV, raw=False)
    assert text.getvalue() == 'a,b\r\n-1.5,"x,y"\r\n'


def test_raw_gives_every_text_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    rows = [{"n": number, "text": text} for number, text in enumerate(NASTY)]
    assert write_rows(path, rows, columns("n", "text"), Format.CSV, raw=True, force=False) == len(NASTY)
    assert read_back(path) == [["n", "text"], *([str(number), text] for number, text in enumerate(NASTY))]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=()), max_size=20), min_size=1, max_size=5))
def test_raw_gives_any_text_back_and_guarded_cells_lose_nothing_but_their_guard(
    tmp_path: Path, texts: list[str]
) -> None:
    path = tmp_path / "out.csv"
    rows = [{"a": text, "b": 1} for text in texts]
    write_rows(path, rows, columns("a", "b"), Format.CSV, raw=True, force=True)
    assert [row[0] for row in read_back(path)[1:]] == texts
    write_rows(path, rows, columns("a", "b"), Format.CSV, raw=False, force=True)
    path.read_text(encoding="utf-8")  # is UTF-8, which raw need not be
    for text, row in zip(texts, read_back(path)[1:], strict=True):
        spelled = text.encode("utf-8", "backslashreplace").decode()
        assert row[0] == ("'" + spelled if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\0") and text else spelled)


@pytest.mark.parametrize("raw", [False, True])
def test_json_lines_give_everything_back(tmp_path: Path, *, raw: bool) -> None:
    path = tmp_path / "out.jsonl"
    rows: list[dict[str, Any]] = [{"text": text, "value": None, "number": -1.5, "left out": 1} for text in NASTY]
    assert write_rows(path, rows, columns("text", "value", "number"), Format.JSONL, raw=raw, force=False) == len(NASTY)
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line) for line in lines] == [{"text": text, "value": None, "number": -1.5} for text in NASTY]


def test_columns_decide_which_and_in_which_order(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_rows(path, [{"a": 1, "b": 2, "c": 3}], columns("c", "a"), Format.CSV, raw=False, force=False)
    assert read_back(path) == [["c", "a"], ["3", "1"]]


def test_no_rows_is_a_file_with_its_head(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_rows(path, [], columns("a", "b"), Format.CSV, raw=False, force=False) == 0
    assert path.read_bytes() == b"a,b\r\n"


class Failure(Exception):
    pass


def breaking_off() -> Iterator[dict[str, Any]]:
    yield from ({"a": "x" * 1000} for _ in range(1000))
    raise Failure


@pytest.mark.parametrize("kind", Format)
def test_a_failure_half_way_leaves_nothing(tmp_path: Path, kind: Format) -> None:
    if kind is Format.PARQUET:
        pytest.importorskip("pyarrow")
    with pytest.raises(Failure):
        write_rows(tmp_path / "out.csv", breaking_off(), columns("a"), kind, raw=False, force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("precious")
    before = path.stat()
    with pytest.raises(Failure):
        write_rows(path, breaking_off(), columns("a"), Format.CSV, raw=False, force=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "precious"
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_nothing_is_there_until_everything_is(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    seen = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(3):
            seen.append([(one.name[:9], stat.S_IMODE(one.stat().st_mode)) for one in tmp_path.iterdir()])
            yield {"a": number}

    write_rows(path, rows(), columns("a"), Format.CSV, raw=False, force=False)
    assert seen == [[(".out.csv.", 0o600)]] * 3  # beside it, so that renaming it is one step
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("is_there", [False, True])
def test_the_file_is_private(tmp_path: Path, *, is_there: bool) -> None:
    path = tmp_path / "out.csv"
    if is_there:
        path.touch(0o644)
    write_rows(path, [], columns("a"), Format.CSV, raw=False, force=is_there)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_only_overwritten_by_force(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("precious")
    with pytest.raises(UsageError, match="already there") as caught:
        write_rows(path, [{"a": 1}], columns("a"), Format.CSV, raw=False, force=False)
    assert "--force" in caught.value.hint
    assert path.read_text() == "precious"
    write_rows(path, [{"a": 1}], columns("a"), Format.CSV, raw=False, force=True)
    assert path.read_bytes() == b"a\r\n1\r\n"


@pytest.mark.parametrize("name", ["missing/out.csv", "x" * 300, "file/out.csv"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / name
    with pytest.raises(MotivError) as caught:
        write_rows(path, [{"a": 1}], columns("a"), Format.CSV, raw=False, force=False)
    assert caught.value.message.startswith(f"{path}: ")
    assert caught.value.hint
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "out.csv"
    folder.mkdir()
    with pytest.raises(MotivError, match="directory"):
        write_rows(folder, [{"a": 1}], columns("a"), Format.CSV, raw=False, force=True)
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("name", ["x" * 251 + ".csv", "é" * 125 + ".csv"])
def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path, name: str) -> None:
    write_rows(tmp_path / name, [], columns("a"), Format.CSV, raw=False, force=False)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("path", "wanted", "expected"),
    [
        (None, None, Format.CSV),
        (Path("out"), None, Format.CSV),
        (Path("out.csv"), None, Format.CSV),
        (Path("out.CSV"), None, Format.CSV),
        (Path("out.jsonl"), None, Format.JSONL),
        (Path("out.ndjson"), None, Format.JSONL),
        (Path("out.csv"), "jsonl", Format.JSONL),
        (Path("out.txt"), "csv", Format.CSV),
        (None, "jsonl", Format.JSONL),
        (Path("out.parquet"), None, Format.PARQUET),
        (Path("out.csv"), "parquet", Format.PARQUET),
    ],
)
def test_the_format_is_the_one_named_or_that_of_the_suffix(
    path: Path | None, wanted: str | None, expected: Format
) -> None:
    assert format_of(path, wanted) is expected


@pytest.mark.parametrize(("path", "wanted"), [(Path("out.xlsx"), None), (Path("out.csv"), "xlsx"), (None, "")])
def test_an_unknown_format_is_refused(path: Path | None, wanted: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        format_of(path, wanted)
    assert "csv" in caught.value.hint


def test_a_head_is_made_harmless_too(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_rows(path, [{"=a": 1}], columns("=a"), Format.CSV, raw=False, force=False)
    assert read_back(path) == [["'=a"], ["1"]]


def test_parquet_does_not_go_to_a_stream() -> None:
    with pytest.raises(UsageError, match="stdout") as caught:
        write_to(io.StringIO(), [], ("a",), Format.PARQUET, raw=False)
    assert "-o FILE" in caught.value.hint
