"""Saving what is picked as a study file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual.app import App

from motivtui.conduct.request import StudyRequest
from motivtui.conduct.study_file import write_study_file
from motivtui.tui.dialogs.line import Line
from motivtui.tui.typed_path import typed_path

_WORDS = "What is picked, as a study file. `motiv plan lock FILE` locks it, `motiv run FILE` carries it out."


async def saved_study(app: App[Any], request: StudyRequest) -> Path | None:
    """Ask for a name and write the file; where it is now. None: the user went back.

    To be awaited in a worker. Raises UsageError: it is there already, or cannot be written.
    """
    name = await app.push_screen_wait(Line("Save as a study file", _WORDS, "study.toml", typed_path))
    return None if name is None else await asyncio.to_thread(_written, name, request)


def _written(name: str, request: StudyRequest) -> Path:
    path = typed_path(name).absolute()
    write_study_file(path, request)
    return path
