"""All materials together, with files of the test's own beside the shipped library."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from motivtui.errors import MaterialError
from motivtui.materials import check_materials, load_materials

TASKS = """\
category = "cooking"
title = "Cooking"

[[task]]
id = "soup"
title = "Make a soup"
subtasks = [
  "Plan a soup of leeks.",
  { prompt = "Time the steps of a soup.", id = "soup-timed", also = ["mathematics"] },
]
"""


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def _told(extra: list[Path]) -> list[str]:
    return [f"{problem.path.name}:{problem.line}: {problem.key}" for problem in check_materials(extra)]


def test_shipped_come_first_then_user_folder_then_extra(tmp_path: Path) -> None:
    user = _write(tmp_path / "user" / "deep" / "kitchen.toml", TASKS).parents[1]
    extra = _write(tmp_path / "more.toml", TASKS)
    materials = load_materials([extra], user_folder=user)
    ids = list(materials.tasks)
    assert ids[-4:] == ["kitchen/soup.1", "kitchen/soup-timed", "more/soup.1", "more/soup-timed"]
    assert materials.tasks[ids[0]].set == "motiv"
    timed = materials.tasks["more/soup-timed"]
    assert (timed.set, timed.family, timed.categories) == ("more", "more/soup", ("cooking", "mathematics"))
    assert materials.categories["cooking"] == "Cooking"
    assert materials.families["kitchen/soup"] == "Make a soup"
    assert materials.sources[-1] == extra


def test_missing_user_folder_is_no_problem_but_a_missing_extra_is(tmp_path: Path) -> None:
    assert check_materials(user_folder=tmp_path / "none") == []
    with pytest.raises(MaterialError, match="no such file or folder"):
        load_materials([tmp_path / "none"])
    assert [problem.reason for problem in check_materials([tmp_path / ("x" * 5000)])] == ["File name too long"]


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    path = _write(tmp_path / "kitchen.toml", TASKS)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    assert (
        len([s for s in load_materials([path, tmp_path], user_folder=tmp_path).sources if "tasks" not in s.parts]) == 1
    )


def test_the_shipped_library_named_as_extra_is_not_a_duplicate() -> None:
    shipped = load_materials()
    folder = next(path.parent for path in shipped.sources if path.name == "science.toml")
    assert load_materials([folder]) == shipped


def test_hidden_and_other_files_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path / ".git" / "x.toml", "nonsense")
    _write(tmp_path / ".kitchen.toml", "nonsense")
    _write(tmp_path / "notes.md", "nonsense")
    assert check_materials([tmp_path]) == []


def test_every_problem_of_every_file_is_told(tmp_path: Path) -> None:
    _write(
        tmp_path / "a.toml",
        'category = "c"\n[[task]]\nid = "One"\ntitle = "t"\nsubtasks = ["x", " "]\n\n'
        '[[task]]\nid = "two"\ntitle = "t"\nsubtasks = [\n  "fine",\n  { prompt = "p", extra = 1 },\n  7,\n]\n\n'
        '[[task]]\nid = "three"\nsubtasks = ["x"]\n',
    )
    _write(tmp_path / "b.toml", '[[manipulation]]\nid = "m"\ntitle = "M"\ngroup = "nice"\n')
    _write(tmp_path / "c.toml", "a = [\n")
    told = _told([tmp_path])
    assert told == [
        "c.toml:1: ",
        "a.toml:3: task[1].id",
        "a.toml:5: task[1].subtasks[2]",
        "a.toml:12: task[2].subtasks[2].extra",
        "a.toml:13: task[2].subtasks[3]",
        "a.toml:16: task[3]",
        "b.toml:1: manipulation[1].wordings",
        "b.toml:4: manipulation[1].group",
    ]
    with pytest.raises(MaterialError) as caught:
        load_materials([tmp_path])
    lines = caught.value.message.splitlines()
    assert len(lines) == 8
    assert lines[1].startswith(f"{tmp_path / 'a.toml'}:3: task[1].id: 'One' is no id")
    assert "8 problems" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no [[task]], [[manipulation]] or [[item]]"),
        ("x = 1\n", "holds no [[task]], [[manipulation]] or [[item]]"),
        ("[[task]]\n[[item]]\n", "one file, one kind"),
        ("task = 3\n", "must be written as [[task]] tables"),
        ("[task]\n", "must be written as [[task]] tables"),
        ("item = [1]\n", "must be written as [[item]] tables"),
        ("manipulation = 'x'\n", "must be written as [[manipulation]] tables"),
        ("a = " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ('[[task]]\nid = "x"\na = ' + "[" * 100 + "]" * 100, ":3: task[1].a"),
        ("a = " + "9" * 5000, "digits"),
        ("id = 1\nid = 2\n", "twice"),
        ("\x00", "not valid TOML"),
    ],
)
def test_files_of_no_known_form(tmp_path: Path, text: str, reason: str) -> None:
    path = _write(tmp_path / "x.toml", text)
    problems = check_materials([path])
    assert any(reason in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "caf\xe9"'.encode("latin-1"))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert [problem.reason for problem in check_materials([latin, pipe])] == ["not UTF-8 (byte 12)", "not a file"]


def test_a_task_twice_names_both_places(tmp_path: Path) -> None:
    first = _write(tmp_path / "a.toml", 'set = "s"\n' + TASKS)
    second = _write(tmp_path / "b.toml", 'set = "s"\n# moved\n' + TASKS.replace('"soup"', '"stew"'))
    third = _write(tmp_path / "c.toml", 'set = "s"\n' + TASKS)
    problems = [str(problem) for problem in check_materials([first, second, third])]
    assert problems == [
        f"{second}:11: task[1].subtasks[2]: sub-task 's/soup-timed' is defined twice: already at {first}:10",
        f"{third}:6: task[1].id: task 's/soup' is defined twice: already at {first}:6",
    ]


def test_a_manipulation_and_an_instrument_of_a_shipped_id(tmp_path: Path) -> None:
    _write(tmp_path / "m.toml", '[[manipulation]]\nid="money"\ntitle="M"\ngroup="placebo"\nwordings=["w"]\n')
    _write(
        tmp_path / "i.toml",
        'id="pre-breakdown"\ntitle="I"\nphase="pre"\ntemplate="{task}"\nmax_tokens=99\n[[item]]\nname="x"\n',
    )
    problems = [str(problem) for problem in check_materials([tmp_path])]
    assert len(problems) == 2
    assert "instrument 'pre-breakdown' is defined twice: already at" in problems[0]
    assert "manipulation 'money' is defined twice: already at" in problems[1]
    assert "positive.toml:4" in problems[1]


def test_pairs_are_looked_up_in_their_own_set_then_everywhere(tmp_path: Path) -> None:
    own = _write(
        tmp_path / "k.toml",
        TASKS
        + '\n[[pair]]\nfirst = "soup.1"\nsecond = "soup-timed"\nmanipulated = "second"\n'
        + '\n[[pair]]\nfirst = "k/soup.1"\nsecond = "field-watching.2"\nmanipulated = "first"\n',
    )
    pairs = load_materials([own]).pairs
    assert [(pair.first, pair.second, pair.manipulated) for pair in pairs] == [
        ("k/soup.1", "k/soup-timed", "second"),
        ("k/soup.1", "field-watching.2", "first"),
    ]


def test_bad_pairs(tmp_path: Path) -> None:
    pair = '\n[[pair]]\nfirst = "{}"\nsecond = "soup.1"\nmanipulated = "{}"\n'
    path = _write(
        tmp_path / "k.toml",
        TASKS + pair.format("nowhere", "first") + pair.format("soup.1", "first") + pair.format("soup-timed", "left"),
    )
    assert _told([path]) == ["k.toml:13: pair[1].first", "k.toml:17: pair[2]", "k.toml:25: pair[3].manipulated"]


def test_a_pair_of_a_refused_task_is_not_told_again(tmp_path: Path) -> None:
    bad = TASKS.replace("Plan a soup of leeks.", " ")
    path = _write(tmp_path / "k.toml", bad + '\n[[pair]]\nfirst="soup.1"\nsecond="soup-timed"\nmanipulated="first"\n')
    assert _told([path]) == ["k.toml:8: task[1].subtasks[1]"]
