"""The published layout: what is read, what is refused, and on which line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.errors import UsageError
from motivtui.materials import PublishedImport, csv_table, published_pairs, read_published
from motivtui.materials.category_names import folded
from motivtui.study.task import Pair, Task

OURS = {"logical-reasoning": "Logical reasoning", "puzzles": "Puzzles", "refusal": "Refuse", "bodily": "Body"}
HEADER = "sub_task_id,task_id,category,task,sub_task\n"
GOOD = "1,1,\"['Logical Reasoning']\",Parent,Do this\n"


def _import(folder: Path, text: str | bytes, pairs: str | None = None, *, accept: bool = False) -> PublishedImport:
    path = folder / "tasks.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    pairs_path = None
    if pairs is not None:
        pairs_path = folder / "pairs.json"
        pairs_path.write_text(pairs, encoding="utf-8")
    return read_published(path, pairs_path, set_name="pub", categories=OURS, accept_new_categories=accept)


def _told(imported: PublishedImport) -> list[str]:
    return [f"{problem.line}: {problem.column}: {problem.reason}" for problem in imported.problems]


def _csv(*rows: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def test_rows_become_tasks_family_by_family(tmp_path: Path) -> None:
    text = (
        HEADER
        + GOOD
        + '2,B 2,"[""Puzzles & Logic"", ""logical reasoning""]",Other,"a\nb"\n'
        + GOOD.replace("1,", "3,", 1)
    )
    imported = _import(tmp_path, "\ufeff" + text, "[[[0, 1], 0], [[2, 1], 1]]")
    first = Task("pub/1", "pub/1", ("logical-reasoning",), "Do this", "pub")
    third = Task("pub/3", "pub/1", ("logical-reasoning",), "Do this", "pub")
    second = Task("pub/2", "pub/b-2", ("puzzles", "logical-reasoning"), "a\nb", "pub")
    assert imported.problems == ()
    assert imported.tasks == (first, third, second)
    assert imported.pairs == (Pair("pub/1", "pub/2", "first"), Pair("pub/3", "pub/2", "second"))
    assert imported.titles == {"pub/1": "Parent", "pub/b-2": "Other"}
    counts = imported.counts
    assert (counts.rows, counts.families, counts.tasks, counts.categories, counts.pairs) == (3, 2, 3, 2, 2)


def test_a_family_without_a_text_has_its_id_for_a_title(tmp_path: Path) -> None:
    imported = _import(tmp_path, HEADER + _csv(["1", "B 2", "['Puzzles']", " ", "p"]))
    assert imported.problems == ()
    assert imported.titles == {"pub/b-2": "B 2"}


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    imported = _import(tmp_path, "sub_task,task,category,sub_task_id,task_id\nDo,P,\"['Puzzles']\",7,3\n")
    assert imported.tasks == (Task("pub/7", "pub/3", ("puzzles",), "Do", "pub"),)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Tasks a model should refuse on ethical or legal grounds", "refusal"),
        ("TASKS THAT NEED A BODY.", "bodily"),
        ("puzzles  &  logic", "puzzles"),
        ("Puzzles and Logic", "puzzles"),
        ("logical-reasoning", "logical-reasoning"),
        ("Logical_Reasoning!", "logical-reasoning"),
        ("Ｌｏｇｉｃａｌ Ｒｅａｓｏｎｉｎｇ", "logical-reasoning"),
    ],
)
def test_category_names_are_folded(tmp_path: Path, name: str, category: str) -> None:
    imported = _import(tmp_path, HEADER + _csv(["1", "1", repr([name]), "t", "p"]))
    assert [task.categories for task in imported.tasks] == [(category,)]


def test_an_unknown_category_names_the_known_ones_or_becomes_new(tmp_path: Path) -> None:
    text = HEADER + _csv(["1", "1", "['Cooking & Baking', 'Puzzles']", "t", "p"])
    assert _told(_import(tmp_path, text)) == [
        "2: category: unknown category 'Cooking & Baking'; known: Logical reasoning, Puzzles, Refuse, Body"
    ]
    assert _import(tmp_path, text, accept=True).tasks[0].categories == ("cooking-baking", "puzzles")
    assert len(_import(tmp_path, HEADER + _csv(["1", "1", "['?!']", "t", "p"]), accept=True).problems) == 1


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Puzzles",
        "['Puzzles'",
        "[]",
        "['Puzzles', 1]",
        "['']",
        "{'a': 1}",
        "('Puzzles',)",
        "['Puzzles', 'Puzzles & Logic']",
        "['Puzzles', 'Refuse', 'Body', 'Logical reasoning']",
        "__import__('os').system('true')",
        "[open('/etc/passwd')]",
        "['a\\d']",
        "[" * 900,
        "[" * 1001,
        "9" * 999,
        "[f'{1}']",
        "['a' * 9]",
        "[b'Puzzles']",
    ],
)
def test_category_cells_that_are_no_list_of_one_to_three_names(tmp_path: Path, cell: str) -> None:
    imported = _import(tmp_path, HEADER + _csv(["1", "1", cell, "t", "p"]) + GOOD.replace("1,", "9,", 1))
    assert [(problem.line, problem.column) for problem in imported.problems] == [(2, "category")]
    assert [task.id for task in imported.tasks] == ["pub/9"]


def test_a_stray_backslash_brings_no_warning_on_the_terminal(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    imported = _import(tmp_path, HEADER + _csv(["1", "1", "['Puz\\dles']", "t", "p"]))
    assert len(imported.problems) == 1
    assert list(recwarn) == []


def test_lines_are_those_of_the_file_even_after_cells_with_newlines(tmp_path: Path) -> None:
    text = HEADER + _csv(
        ["1", "1", "['Puzzles']", "t", "three\nlines\r\nhere"],
        ["2", "1", "['Nothing']", "t", "p\nq"],
        ["3", "1", "['Puzzles']", "t", " "],
    )
    assert [(p.line, p.column) for p in _import(tmp_path, text + "\n\n4,1\n").problems] == [
        (5, "category"),
        (7, "sub_task"),
        (10, ""),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["1", "1", "['Puzzles']", "t", "p"], "3: sub_task_id: '1' stands in line 2 already"),
        (["", "1", "['Puzzles']", "t", "p"], "3: sub_task_id: empty"),
        (["2", " ", "['Puzzles']", "t", "p"], "3: task_id: empty"),
        (["2", "1", "['Puzzles']", "t", ""], "3: sub_task: empty"),
        (["2", "1", "['Puzzles']", "t", "x" * 200_000], "3: sub_task: longer than 20,000 characters (200,000)"),
        (["2", "1", "['Puzzles']", "t", "a\0b"], "3: sub_task: holds a NUL character"),
        (["2\0", "1", "['Puzzles']", "t", "a"], "3: sub_task_id: holds a NUL character"),
        (["2", "1", "['Puzzles']", "t"], "3: : has 4 cells, but the header has 5"),
        (["2", "1", "['Puzzles']", "t", "p", "q"], "3: : has 6 cells, but the header has 5"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(tmp_path: Path, row: list[str], told: str) -> None:
    imported = _import(tmp_path, HEADER + GOOD + _csv(row) + GOOD.replace("1,", "9,", 1), "[[[0, 2], 0], [[0, 1], 1]]")
    assert _told(imported) == [told, "0: [1]: points to row 1, which has a problem of its own"]
    assert [task.id for task in imported.tasks] == ["pub/1", "pub/9"]
    assert imported.pairs == (Pair("pub/1", "pub/9", "first"),)
    assert csv.field_size_limit() == 131_072


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: : empty: the first line must name the columns"),
        ("\n\n", "1: : empty"),
        ("a,b\n", "1: : missing column: sub_task_id, task_id, category, task, sub_task"),
        (HEADER.replace("category,", "") + "1,1,t,p\n", "1: : missing column: category"),
        (HEADER.replace("task_id,", "task,", 1), "1: : missing column: sub_task_id"),
        (HEADER.replace("\n", ",task\n"), "1: : column 'task' stands there twice"),
        (HEADER.encode() + GOOD.encode() + b"2,1,caf\xe9,t,p\n", "3: : not UTF-8 (byte 8 of the line)"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "1: : not UTF-8 (byte 1 of the line)"),
        (HEADER + GOOD + '2,1,"never closed\n\n', "3: : not valid CSV"),
        (HEADER + '1,1,"a"b,t,p\n', "2: : not valid CSV"),
        (HEADER + "1,1,a\rb,t,p\n", "2: : not valid CSV"),
        (HEADER + f"1,1,a,t,{'x' * (csv_table.MAX_CELL_CHARS + 1)}\n", "2: : not valid CSV"),
    ],
)
def test_files_that_cannot_be_read_to_the_end(tmp_path: Path, text: str | bytes, told: str) -> None:
    imported = _import(tmp_path, text, "[[[0, 1], 0], 7]")
    assert _told(imported)[0].startswith(told)
    assert _told(imported)[-1] == "0: [1]: not of the form [[row, row], side]"
    assert sum(problem.path.suffix == ".json" for problem in imported.problems) == 1
    assert imported.pairs == ()


def test_a_column_too_many_is_told_and_not_read(tmp_path: Path) -> None:
    imported = _import(tmp_path, HEADER.replace("\n", ",notes\n") + GOOD.replace("\n", ",n\n"))
    assert [(problem.line, problem.column) for problem in imported.problems] == [(1, "notes")]
    assert len(imported.tasks) == 1


def test_huge_missing_and_strange_files(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(csv_table.MAX_CSV_BYTES + 1)  # a sparse file: takes no room
    for path, reason in (
        (huge, "larger than 256 MB"),
        (tmp_path, "not a file"),
        (tmp_path / "none.csv", "No such file or directory"),
    ):
        imported = read_published(path, None, set_name="pub", categories=OURS)
        assert [problem.reason[: len(reason)] for problem in imported.problems] == [reason]
        assert str(imported.problems[0]).startswith(f"{path}: {reason}")


@pytest.mark.parametrize("name", ["motiv", "", "A", "a/b", "-rf", "../x", "x" * 65])
def test_names_that_cannot_name_a_set(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="Set name"):
        read_published(tmp_path / "x.csv", None, set_name=name, categories=OURS)


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ("[[0, 1], 2]", "side 2 is neither 0 nor 1"),
        ("[[0, 1], -1]", "side -1 is neither 0 nor 1"),
        ("[[0, 0], 1]", "both sides are row 0"),
        ("[[0, 3], 1]", "there is no row 3; the rows are 0 to 1"),
        ("[[-1, 0], 1]", "there is no row -1; the rows are 0 to 1"),
        (f"[[0, {10**40}], 1]", "there is no row (a huge number); the rows are 0 to 1"),
        ("[[0, true], 1]", "rows and side must be whole numbers"),
        ("[[0, 1], false]", "rows and side must be whole numbers"),
        ("[[0, 1.0], 1]", "rows and side must be whole numbers"),
        ('[["0", 1], 1]', "rows and side must be whole numbers"),
        ("[[0, NaN], 1]", "rows and side must be whole numbers"),
        ("[[0, 1, 2], 1]", "not of the form [[row, row], side]"),
        ("[[0, 1]]", "not of the form [[row, row], side]"),
        ('["01", 1]', "not of the form [[row, row], side]"),
        ("null", "not of the form [[row, row], side]"),
        ("{}", "not of the form [[row, row], side]"),
    ],
)
def test_a_malformed_pair_is_told_by_its_place(tmp_path: Path, element: str, told: str) -> None:
    rows = HEADER + GOOD + GOOD.replace("1,", "2,", 1)
    imported = _import(tmp_path, rows, f"[[[0, 1], 1], {element}, [[1, 0], 0]]")
    assert _told(imported) == [f"0: [1]: {told}"]
    assert len(imported.pairs) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: : not valid JSON"),
        ("{}", "0: : must be one list"),
        ("[\n[[0, 1], 0],\n]", ": not valid JSON"),
        ("[" * 100_000, "0: : not usable JSON"),
        ("[" + "9" * 5000 + "]", "0: : not usable JSON"),
    ],
)
def test_files_that_are_no_list_of_pairs(tmp_path: Path, text: str, told: str) -> None:
    assert told in _told(_import(tmp_path, HEADER + GOOD, text))[0]


def test_pairs_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'["\xe9"]')
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(published_pairs.MAX_JSON_BYTES + 1)
    for name, reason in (("latin.json", "not UTF-8"), ("huge.json", "larger than"), ("none.json", "No such file")):
        _, problems = published_pairs.read_pairs(tmp_path / name, [])
        assert [problem.reason[: len(reason)] for problem in problems] == [reason]


def test_ids_are_unique_whatever_the_names(tmp_path: Path) -> None:
    names = ["A 1", "a-1", "a-1-2", "a_1", "日本", "中国", "x" * 300, "x" * 301, "..", "1.2", "=1+1", "-rf"]
    rows = [[name, name, "['Puzzles']", "t", "p"] for name in names]
    imported = _import(tmp_path, HEADER + _csv(*rows))
    assert imported.problems == ()
    assert len({task.id for task in imported.tasks}) == len({task.family for task in imported.tasks}) == len(names)
    ids = [task.id for task in imported.tasks]
    assert ids[:6] == ["pub/a-1", "pub/a-1-2", "pub/a-1-2-2", "pub/a-1-3", "pub/sub-task", "pub/sub-task-2"]
    assert ids[9:] == ["pub/1.2", "pub/1-1", "pub/rf"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEADER + text).encode()), pairs=st.text())
def test_no_file_raises(tmp_path: Path, data: bytes, pairs: str) -> None:
    imported = _import(tmp_path, data, pairs)
    assert imported.counts.tasks <= imported.counts.rows
    assert imported.problems


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    prompts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1, max_size=9)
)
def test_prompts_survive_to_the_last_byte(tmp_path: Path, prompts: list[str]) -> None:
    rows = [[str(number), "1", "['Puzzles']", "t", prompt] for number, prompt in enumerate(prompts)]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    imported = _import(tmp_path, HEADER + out.getvalue())
    assert [task.prompt for task in imported.tasks] == [prompt for prompt in prompts if prompt.strip()]
    assert imported.counts.rows == len(prompts)


@given(
    element=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=6)
)
def test_any_json_is_pairs_or_problems(tmp_path_factory: pytest.TempPathFactory, element: object) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps([element]))
    task = Task("pub/1", "pub/1", ("puzzles",), "p", "pub")
    pairs, problems = published_pairs.read_pairs(path, [task, None])
    assert len(pairs) + len(problems) == 1


@given(name=st.text())
def test_folding_twice_is_folding_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)
