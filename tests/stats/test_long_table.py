"""The long table from CSV: what may be left out, what is an error, and where."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.errors import UsageError
from motivtui.stats.long_columns import COLUMNS
from motivtui.stats.long_table import read_long_table
from motivtui.stats.manipulations import manipulation_effects
from motivtui.stats.table import TABLE_COLUMNS, score_table


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


def read(tmp_path: Path, text: str, run: str | None = None) -> list[dict[str, Any]]:
    return list(read_long_table(written(tmp_path / "scores.csv", text), run))


def test_every_column_of_the_statistics_is_documented() -> None:
    assert set(TABLE_COLUMNS) <= {column.name for column in COLUMNS}
    assert all(column.meaning for column in COLUMNS)


def test_the_least_table_is_enough(tmp_path: Path) -> None:
    first, second, third = read(tmp_path, "model,task,instrument,value\nm,t,want,70\nm,t,want,\nm,u,want,60.5\n")
    assert {name: first[name] for name in ("family", "manipulation", "manipulation_group", "item", "item_kind")} == {
        "family": "t", "manipulation": "none", "manipulation_group": "control", "item": "want", "item_kind": "scale",
    }  # fmt: skip
    assert [row["value"] for row in (first, second, third)] == [70.0, None, 60.5]
    assert [row["status"] for row in (first, second, third)] == ["ok", "missing", "ok"]
    assert [row["repeat"] for row in (first, second, third)] == [1, 2, 1]
    assert [row["ordinal"] for row in (first, second, third)] == [1, 2, 3]
    table = score_table([first, second, third])
    assert table.excluded(table.where(table.model, "m")) == {"missing": 1}


def test_a_choice_knows_which_task_was_chosen(tmp_path: Path) -> None:
    head = "model,task,other_task,task_order,instrument,value"
    rows = read(tmp_path, f"{head}\nm,a,b,given,pick,1\nm,a,b,swapped,pick,1\nm,a,b,given,pick,2\n")
    assert [row["chosen_task"] for row in rows] == ["a", "b", "b"]
    assert {(row["item_kind"], row["phase"], row["scale_maximum"]) for row in rows} == {("option", "choice", 2)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_byte_order_marks_and_aliases(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeffmodel,task,parent,condition,instrument,value\nm,t,f,money,want,7\n".replace(",", delimiter)
    (row,) = read(tmp_path, text)
    assert (row["family"], row["manipulation"], row["manipulation_group"], row["value"]) == ("f", "money", "other", 7.0)


def test_the_guard_against_formulas_is_taken_off(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "model,task,instrument,value,reply\nm,'=SUM(A1),want,7,'quoted'\n")
    assert (row["task"], row["reply"]) == ("=SUM(A1)", "'quoted'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model,task,instrument\nm,t,i\n", "line 1: no column value"),
        ("model,task,instrument,value\n", "no row"),
        ("", "line 1: no column model, task, instrument, value"),
        ("model,task,task,instrument,value\n", "'task' is there twice"),
        ("model,task,instrument,value\nm,t,i,7\n,t,i,7\n", "line 3, column model: an empty cell"),
        ("model,task,instrument,value\nm,t,i,7\nm,t,i,seven\n", "line 3, column value: 'seven' is no number"),
        ('model,task,instrument,value\nm,t,i,"3,5"\n', "column value: '3,5' is no number"),
        ("model,task,instrument,value\nm,t,i,nan\n", "column value: 'nan' is no number"),
        ("model,task,instrument,value\nm,t,i,1e999\n", "column value"),
        ("model,task,instrument,value\nm,t,i,101\n", "101 lies outside the scale 1 to 100"),
        ("model,task,instrument,value,repeat\nm,t,i,7,1.5\n", "column repeat: '1.5' is no integer"),
        ("model,task,instrument,value,status\nm,t,i,7,fine\n", "column status: 'fine'"),
        ("model,task,instrument,value,status\nm,t,i,7,refused\n", "column status: refused, but there is a value"),
        ("model,task,instrument,value,status\nm,t,i,,ok\n", "column value: empty, but its status is ok"),
        ("model,task,instrument,value,is_reversed\nm,t,i,7,2\n", "column is_reversed"),
        ("model,task,instrument,value\nm,t,i,7,8\n", "line 2: 5 cells, the first line has 4"),
        ("model,task,instrument,value,run\nm,t,i,7,a\nm,t,i,7,b\n", "line 3: another run, b after a"),
        ('model,task,instrument,value\nm,t,i,"7\n', "no CSV"),
        ("model,task,instrument,motivation_value\nm,t,i,7\n", "no column value"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert said in caught.value.message
    assert "scores.csv" in caught.value.message


def test_a_line_is_where_its_row_begins(tmp_path: Path) -> None:
    text = 'model,task,instrument,value,reply\nm,t,i,7,"two\nlines"\n\nm,t,i,x,\n'
    with pytest.raises(UsageError, match=r"line 5, column value"):
        read(tmp_path, text)


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        list(read_long_table(tmp_path / "nothing.csv"))
    (tmp_path / "bytes.csv").write_bytes(b"model,task,instrument,value\n\xff,t,i,7\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        list(read_long_table(tmp_path / "bytes.csv"))


def test_one_run_of_several(tmp_path: Path) -> None:
    text = "run,model,task,instrument,value\nabc,m,t,i,7\nabd,m,t,i,8\nabc,m,u,i,9\n"
    assert [row["value"] for row in read(tmp_path, text, "abc")] == [7.0, 9.0]
    assert [row["value"] for row in read(tmp_path, text, "abd")] == [8.0]
    with pytest.raises(UsageError, match="another run, abd after abc"):
        read(tmp_path, text, "ab")
    with pytest.raises(UsageError, match="no row of the run x"):
        read(tmp_path, text, "x")


def test_a_long_reply_is_a_cell(tmp_path: Path) -> None:
    before = csv.field_size_limit(1000)
    (row,) = read(tmp_path, f"model,task,instrument,value,reply\nm,t,i,7,{'x' * 200_000}\n")
    assert len(row["reply"]) == 200_000
    assert csv.field_size_limit(before) == 1000


def test_effects_of_a_hand_made_table(tmp_path: Path) -> None:
    """Differences 2, 4, 9 in three families: mean 5, SE 2.0817 (scipy.stats.ttest_rel: t 2.4019, p .1383)."""
    lines = ["model,task,family,manipulation,instrument,value"]
    for number, change in enumerate((2, 4, 9)):
        lines += [f"m,t{number},f{number},none,want,50", f"m,t{number},f{number},money,want,{50 + change}"]
    effects = manipulation_effects(score_table(read(tmp_path, "\n".join(lines))))
    (difference,) = [one.difference for one in effects if one.difference]
    assert difference.value == pytest.approx(5)
    assert difference.statistic == pytest.approx(2.4019223)
    assert difference.p == pytest.approx(0.1383, abs=1e-4)


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0'"), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(_TEXT, st.one_of(st.none(), st.integers(1, 100))), min_size=1, max_size=8))
def test_nothing_is_dropped_whatever_it_is_called(tmp_path_factory: pytest.TempPathFactory, cells: Any) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["model", "task", "instrument", "value"])
    writer.writerows([[name, name, "want", value] for name, value in cells])
    path = written(tmp_path_factory.mktemp("any") / "scores.csv", text.getvalue())
    rows = list(read_long_table(path))
    assert [(row["model"], row["value"]) for row in rows] == cells
