"""Manipulation files."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.materials.manipulation_file import read_manipulation_file
from motivtui.materials.material_file import MaterialFile
from motivtui.study.manipulation import Group, Manipulation, Placement


def _read(path: Path, text: str) -> tuple[list[Manipulation], list[str]]:
    path.write_text(text)
    file = MaterialFile(path)
    found = [manipulation for manipulation, _ in read_manipulation_file(file)]
    return found, [str(problem).removeprefix(f"{path}:") for problem in file.problems]


def _entry(**changes: str) -> str:
    keys = {"id": '"m"', "title": '"M"', "group": '"placebo"', "wordings": '["one", "two"]'} | changes
    return "[[manipulation]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value)


def test_a_manipulation_and_the_control(tmp_path: Path) -> None:
    text = _entry(placement='"system"', choice_note='"note {x}"') + _entry(id='"none"', group='"control"', wordings="")
    assert _read(tmp_path / "m.toml", text) == (
        [
            Manipulation("m", "M", Group.PLACEBO, ("one", "two"), Placement.SYSTEM, "note {x}"),
            Manipulation("none", "M", Group.CONTROL, (), Placement.PREFIX, None),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (_entry(group='"kind"'), "4: group"),
        (_entry(placement='"suffix"'), "6: placement"),
        (_entry(wordings="[]"), "5: wordings: no wording"),
        (_entry(group='"control"'), "5: wordings: a control says nothing"),
        (_entry(wordings='["one", " "]'), "5: wordings[2]: empty"),
        (_entry(wordings='[\n"one",\n"one",\n]'), "7: wordings[2]: the same wording twice"),
        (_entry(wordings="[1]"), "5: wordings[1]: Expected `str`, got `int`"),
        (_entry(id='"Money"'), "2: id: 'Money' is no id"),
        (_entry(title='""'), "3: title: empty"),
        (_entry(choice_note='""'), "6: choice_note: empty"),
        (_entry(note='""'), "6: note: unknown key"),
        (_entry(group=""), "1: : has missing key `group`"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, text: str, line: str) -> None:
    found, problems = _read(tmp_path / "m.toml", text)
    assert found == []
    number, _, rest = line.partition(": ")
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"{number}: manipulation[1]")
    assert rest.lstrip(": ").removeprefix("has ") in problems[0]


def test_an_unknown_group_names_the_known_ones(tmp_path: Path) -> None:
    _, problems = _read(tmp_path / "m.toml", _entry(group='"kind"'))
    assert all(str(group) in problems[0] for group in Group)


def test_two_bad_entries_and_a_strange_key_are_all_told(tmp_path: Path) -> None:
    text = "set = 1\n" + _entry(group='"x"', placement='"y"') + _entry() + _entry(id='"B"')
    found, problems = _read(tmp_path / "m.toml", text)
    assert [one.id for one in found] == ["m"]
    assert [problem.split(": ")[1] for problem in problems] == [
        "set",
        "manipulation[1].group",
        "manipulation[1].placement",
        "manipulation[3].id",
    ]
