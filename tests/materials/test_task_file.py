"""Task files: ids, sets, categories, and texts that survive as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.materials.material_file import MaterialFile
from motivtui.materials.task_file import FoundTasks, read_task_file
from motivtui.study.task import Task

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "{0.__class__}",
    "{{x}} {task} {format}",
    'x"]; drop table runs;--',
    "../../etc/x",
    "\u202eltr\u202c \u200b \U000e0041",
    "\x1b]52;c;aGk=\x07",
    "line\nline\r\nline\r",
    "a\u2028\u2029\x85\x0b\x0c",
    "[red]x[/blue]",
    "x" * 10_000,
    "  spaces kept  ",
    "\n[[task]]\nid = 'not a header'\n",
]


def _read(path: Path, text: str, *, is_shipped: bool = False) -> tuple[FoundTasks, list[str]]:
    path.write_bytes(text.encode("utf-8"))
    file = MaterialFile(path)
    found = read_task_file(file, is_shipped=is_shipped)
    return found, [str(problem).removeprefix(f"{path}:") for problem in file.problems]


def _tasks(found: FoundTasks) -> list[Task]:
    return [task for family in found.families for task, _ in family.tasks]


def _family(body: str, head: str = 'category = "a"\n') -> str:
    return f'{head}[[task]]\nid = "f"\ntitle = "F"\n{body}\n'


def test_shipped_tasks_have_no_prefix_and_others_that_of_their_set(tmp_path: Path) -> None:
    text = _family('subtasks = ["x", {prompt = "y", id = "own.id"}]')
    shipped, _ = _read(tmp_path / "My Tasks.toml", text, is_shipped=True)
    assert [(task.id, task.family, task.set) for task in _tasks(shipped)] == [
        ("f.1", "f", "motiv"),
        ("own.id", "f", "motiv"),
    ]
    users, problems = _read(tmp_path / "My Tasks.toml", text)
    assert [(task.id, task.family, task.set) for task in _tasks(users)] == [
        ("my-tasks/f.1", "my-tasks/f", "my-tasks"),
        ("my-tasks/own.id", "my-tasks/f", "my-tasks"),
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("name", "head", "line"),
    [
        ("motiv.toml", "", "1: the file's name cannot name its set"),
        ("日本.toml", "", "1: the file's name cannot name its set"),
        ("x.toml", 'set = "motiv"\n', "1: set: 'motiv' is the name of the shipped set"),
        ("x.toml", 'set = "A b"\n', "1: set: 'A b' is no id"),
    ],
)
def test_sets_that_cannot_be(tmp_path: Path, name: str, head: str, line: str) -> None:
    _, problems = _read(tmp_path / name, head + _family('subtasks = ["x"]'))
    assert len(problems) == 1
    assert problems[0].startswith(line)


@pytest.mark.parametrize(
    ("head", "body", "categories"),
    [
        ('category = "a"\n', 'subtasks = ["x"]', ("a",)),
        ('category = "a"\n', 'also = ["b"]\nsubtasks = ["x"]', ("a", "b")),
        ('category = "a"\n', 'categories = ["b", "c"]\nsubtasks = ["x"]', ("b", "c")),
        ('category = "a"\n', 'also = ["b"]\nsubtasks = [{prompt = "x", also = ["c"]}]', ("a", "b", "c")),
        ('category = "a"\n', 'also = ["b"]\nsubtasks = [{prompt = "x", categories = ["c"]}]', ("c",)),
        ("", 'subtasks = [{prompt = "x", categories = ["c"]}]', ("c",)),
        ("", 'categories = ["b"]\nsubtasks = [{prompt = "x", also = ["c"]}]', ("b", "c")),
    ],
)
def test_categories_are_inherited_added_or_replaced(
    tmp_path: Path, head: str, body: str, categories: tuple[str, ...]
) -> None:
    found, problems = _read(tmp_path / "x.toml", _family(body, head))
    assert problems == []
    assert _tasks(found)[0].categories == categories


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (_family('subtasks = ["x"]', ""), "4: task[1].subtasks[1]: no category"),
        (_family('also = ["b", "c", "d"]\nsubtasks = ["x"]'), "6: task[1].subtasks[1]: 4 categories (a, b, c, d)"),
        (_family('also = ["a"]\nsubtasks = ["x"]'), "6: task[1].subtasks[1]: category named twice: a"),
        (_family('also = ["b"]\ncategories = ["c"]\nsubtasks = ["x"]'), "5: task[1].also: give `categories`"),
        (_family('also = ["B"]\nsubtasks = ["x"]'), "5: task[1].also[1]: 'B' is no id"),
        (_family("subtasks = []"), "5: task[1].subtasks: empty"),
        (_family('subtasks = "x"'), "5: task[1].subtasks: Expected `array`, got `str`"),
        (_family("subtasks = [true]"), "5: task[1].subtasks[1]: Expected `"),
        (_family('subtasks = [""]'), "5: task[1].subtasks[1]: empty"),
        (_family(f'subtasks = ["{"x" * 20_001}"]'), "5: task[1].subtasks[1]: longer than 20,000 characters (20,001)"),
        (_family('subtasks = ["a\\u0000"]'), "5: task[1].subtasks[1]: holds a NUL character"),
        (_family('subtasks = [{prompt = "x", id = "A"}]'), "5: task[1].subtasks[1].id: 'A' is no sub-task id"),
        (_family('subtasks = [{prompt = "x", id = "-rf"}]'), "5: task[1].subtasks[1].id: '-rf' is no sub-task id"),
        (_family(f'subtasks = [{{prompt = "x", id = "{"a" * 65}"}}]'), "5: task[1].subtasks[1].id: an id has at most"),
        (_family('subtasks = ["x"]\nnote = 1'), "6: task[1].note: unknown key"),
        (_family('subtasks = ["x"]', 'category = "A b"\n'), "1: category: 'A b' is no id"),
        (_family('subtasks = ["x"]', 'category = "a"\ncolour = 1\n'), "2: colour: unknown key"),
        (_family('subtasks = ["x"]', 'category = "a"\ntitle = " "\n'), "2: title: empty"),
        (_family('categories = ["b"]\nsubtasks = ["x"]', 'title = "T"\n'), "1: title: is the title of the file's"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, text: str, line: str) -> None:
    _, problems = _read(tmp_path / "x.toml", text)
    assert any(problem.startswith(line) for problem in problems), problems


def test_a_bad_head_does_not_hide_the_tasks(tmp_path: Path) -> None:
    found, problems = _read(tmp_path / "x.toml", _family('subtasks = ["x", ""]', 'category = "a"\nset = 3\n'))
    assert [task.categories for task in _tasks(found)] == [("a",)]
    assert [problem.split(": ")[1] for problem in problems] == ["set", "task[1].subtasks[2]"]


@pytest.mark.parametrize("prompt", HOSTILE)
def test_a_prompt_survives_to_the_last_byte(tmp_path: Path, prompt: str) -> None:
    import tomli_w

    layout = {"category": "a", "task": [{"id": "f", "title": "F", "subtasks": [prompt]}]}
    found, problems = _read(tmp_path / "x.toml", tomli_w.dumps(layout))
    assert problems == []
    assert _tasks(found)[0].prompt.encode() == prompt.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from(list("ab[]task=\"{}\n',.#1 ")) | st.characters(codec="utf-8"), max_size=80)
)
def test_no_task_text_raises_anything_but_problems(tmp_path: Path, text: str) -> None:
    """Whatever stands in the place of sub-tasks, the outcome is tasks or problems with a line of the file."""
    from motivtui.strict_toml import TomlProblem

    path = tmp_path / "x.toml"
    whole = f'category = "a"\n[[task]]\nid = "f"\ntitle = "F"\nsubtasks = [{text}]\n'
    path.write_bytes(whole.encode("utf-8"))
    try:
        file = MaterialFile(path)
    except TomlProblem:
        return
    found = read_task_file(file, is_shipped=False)
    assert file.problems or all(task.prompt.strip() for task in _tasks(found))
    assert all(1 <= problem.line <= len(whole.split("\n")) for problem in file.problems)
