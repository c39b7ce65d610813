"""Lines of problems: found by the entry's header, and right even where the header does not tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.materials.material_file import MaterialFile
from motivtui.strict_toml import TomlFile

TRICKY = '''\
# a comment
set = "s"

[[task]] # header
id = "a"
title = """
[[task]]
id = "in a string"
"""
subtasks = ["x"]

  [[ task ]]
id = "b"
title = "B"
[[task.subtasks]]
prompt = "p"
[[task.subtasks]]
id = "q"
prompt = """
long
"""

[[pair]]
first = "a"
second = "b"
'''


@pytest.mark.parametrize(
    ("at", "line"),
    [
        (("set",), 2),
        (("task", 0, "id"), 5),
        (("task", 0, "title"), 6),
        (("task", 1), 12),
        (("task", 1, "title"), 14),
        (("task", 1, "subtasks", 0, "prompt"), 16),
        (("task", 1, "subtasks", 1, "prompt"), 19),
        (("pair", 0, "second"), 25),
    ],
)
@pytest.mark.parametrize("has_false_header", [True, False])
def test_lines(tmp_path: Path, at: tuple[str | int, ...], line: int, *, has_false_header: bool) -> None:
    path = tmp_path / "x.toml"
    path.write_text(TRICKY if has_false_header else TRICKY.replace("\n[[task]]\nid = ", "\nplain\nid = "))
    assert MaterialFile(path).line_of(at) == line


def test_headers_that_look_right_in_number_but_are_others(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('note = """\n[[task]]\nid = "no"\n# """\n[["task"]]\nid = "a"\n')
    assert MaterialFile(path).line_of(("task", 0, "id")) == 6


def test_inline_arrays_of_tables_still_have_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('set = "s"\ntask = [{id = "a"}, {id = "b"}]\n')
    assert MaterialFile(path).line_of(("task", 1, "id")) == 2


def test_a_thousand_problems_in_a_large_file_are_all_placed(tmp_path: Path) -> None:
    """Without the way by the entry's own lines this takes many minutes."""
    entry = '[[task]]\nid = "f{0}"\ntitle = "t"\nsubtasks = [\n  "{1}",\n]\n'
    path = tmp_path / "x.toml"
    path.write_text("".join(entry.format(number, "word " * 100) for number in range(1_000)))
    file = MaterialFile(path)
    lines = [file.line_of(("task", number, "title")) for number in range(1_000)]
    assert lines == [6 * number + 3 for number in range(1_000)]
    assert TomlFile(path).line_of(("task", 700, "title")) == lines[700]
