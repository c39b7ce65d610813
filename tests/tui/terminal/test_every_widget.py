from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.tui.pty_screen import PtyScreen, control_bytes

APP = Path(__file__).with_name("every_widget_app.py")
ROOT = APP.parents[3]
SHOWN = 42
"""The app's exit code when it has shown everything."""

SOME = ["clipboard", "clear", "C1 all", "C0 all", "bidi override", "tag characters", "carriage return", "link"]


def shown(tmp_path: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """The exit code, what reached the terminal that should not have, and what it was left with."""
    environment = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, str(APP), *arguments]
    with PtyScreen(command, size=(160, 50), environment=environment, patience_s=1_800) as screen:
        code = screen.wait_end()
        found = control_bytes(bytes(screen.raw), size=screen.size)
        return code, found, screen.left_changed()


def test_no_text_acts_or_crashes_in_any_widget(tmp_path: Path) -> None:
    assert shown(tmp_path, "content", "24") == (SHOWN, [], [])


def test_a_text_that_came_past_the_boundarys_functions_does_not_act_either(tmp_path: Path) -> None:
    assert shown(tmp_path, "raw", "0", *SOME) == (SHOWN, [], [])


def test_the_boundary_is_under_every_widget_by_itself(tmp_path: Path) -> None:
    assert shown(tmp_path, "filter", "0", *SOME) == (SHOWN, [], [])


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["content", "raw", "filter"])
def test_2000_generated_texts_act_in_no_widget(tmp_path: Path, mode: str) -> None:
    assert shown(tmp_path, mode, "2000") == (SHOWN, [], [])


@pytest.mark.parametrize("name", SOME)
def test_without_the_boundary_it_acts(tmp_path: Path, name: str) -> None:
    assert shown(tmp_path, "bare", "0", name)[1]


@pytest.mark.parametrize("name", ["closing tag", "crossed tags", "closing nothing"])
def test_as_a_str_it_crashes(tmp_path: Path, name: str) -> None:
    code, _, left = shown(tmp_path, "markup", "0", name)
    assert (code, left) == (1, [])
