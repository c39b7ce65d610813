from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.errors import MaterialError
from motivtui.materials import load_materials
from motivtui.materials.material_file import id_fault
from motivtui.materials.own_tasks import add_own_task, own_task_id


def test_a_task_is_added_and_what_stands_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "materials" / "probes.toml"
    assert add_own_task(path, "haiku", "creative-writing", "Write a haiku.") == "probes/haiku.1"
    first = path.read_text(encoding="utf-8") + "# my own remark\n"
    path.write_text(first, encoding="utf-8")
    nasty = "Say \"three\" ''' quotes \\ and\n[[task]]\n\tünïcode \U0001f602"
    assert add_own_task(path, "nasty", "other", nasty) == "probes/nasty.1"
    assert path.read_text(encoding="utf-8").startswith(first)
    tasks = load_materials(user_folder=path.parent).tasks
    assert tasks["probes/haiku.1"].prompt == "Write a haiku."
    assert tasks["probes/haiku.1"].categories == ("creative-writing",)
    assert tasks["probes/nasty.1"].prompt == nasty
    assert [one.name for one in path.parent.iterdir()] == ["probes.toml"]


@pytest.mark.parametrize(
    ("family", "category", "prompt", "word"),
    [
        ("Not an id", "other", "x", "id"),
        ("x", "", "x", "category"),
        ("x", "other", "  ", "task"),
        ("x", "o", "\0", "NUL"),
    ],
)
def test_what_cannot_be_a_task_is_refused(tmp_path: Path, family: str, category: str, prompt: str, word: str) -> None:
    path = tmp_path / "probes.toml"
    with pytest.raises(MaterialError, match=word):
        add_own_task(path, family, category, prompt)
    assert not path.exists()


def test_an_id_twice_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "probes.toml"
    add_own_task(path, "haiku", "other", "One.")
    before = path.read_bytes()
    with pytest.raises(MaterialError, match="'probes/haiku' already"):
        add_own_task(path, "haiku", "other", "Two.")
    assert path.read_bytes() == before


@pytest.mark.parametrize("broken", [b"[[task]\n", b"\xff\xfe", b"[[manipulation]]\nid = 'x'\n", b"surprise = 1\n"])
def test_a_file_that_is_off_is_named_and_stays(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "probes.toml"
    path.write_bytes(broken)
    with pytest.raises(MaterialError, match=r"probes\.toml") as raised:
        add_own_task(path, "haiku", "other", "One.")
    assert raised.value.hint
    assert path.read_bytes() == broken
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MaterialError, match="file"):
        add_own_task(tmp_path / "file" / "probes.toml", "haiku", "other", "One.")


@given(st.text())
def test_every_text_has_an_id(text: str) -> None:
    assert id_fault(own_task_id(text)) is None
