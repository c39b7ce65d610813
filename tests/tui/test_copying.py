"""Copying: what reaches the clipboard is harmless, what is kept is private, and the toast says where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from motivtui.tui.copying import MOST_BYTES, copy


class Page(App[object]):
    """Keeps every toast."""

    def __init__(self) -> None:
        super().__init__()
        self.toasts: list[str] = []

    def notify(self, message: str, **more: Any) -> None:
        self.toasts.append(f"{more.get('title', '')}: {message}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("folder")
async def test_what_acts_on_a_terminal_is_made_visible_first() -> None:
    app = Page()
    async with app.run_test():
        path = copy(app, "\x1b[201~rm -rf ~\r\nÄ\ud800", "The reply")
        assert path is not None
        assert app.clipboard == path.read_bytes().decode()
        assert "\x1b" not in app.clipboard
        assert "\r" not in app.clipboard
        assert "rm -rf ~" in app.clipboard
        assert path.stat().st_mode & 0o777 == 0o600
        assert app.toasts == [
            f"The reply copied: To the clipboard, if this terminal allows it (OSC 52), and to {path}."
        ]


@pytest.mark.usefixtures("folder")
async def test_what_no_clipboard_takes_is_only_in_the_file() -> None:
    app = Page()
    async with app.run_test():
        text = "ä" * (MOST_BYTES // 2 + 1)
        path = copy(app, text, "The trial")
        assert path is not None
        assert path.read_text(encoding="utf-8") == text
        assert app.clipboard == ""
        assert "too long" in app.toasts[0]


async def test_without_a_place_for_the_file_the_clipboard_still_has_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder / "nowhere"))
    app = Page()
    async with app.run_test():
        assert copy(app, "short", "The cell") is None
        assert app.clipboard == "short"
        assert "No temporary file" in app.toasts[0]
        assert copy(app, "x" * (MOST_BYTES + 1), "The trial") is None
        assert app.toasts[1].startswith("The trial was not copied")
