"""Saving a plot: where to, and whether another file may be lost. The drawing itself is done in a thread."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual.app import App

from motivtui.errors import UsageError
from motivtui.plots.figure import Figure
from motivtui.plots.files import SUFFIXES, save
from motivtui.tui.dialogs.ask_text import AskText
from motivtui.tui.dialogs.confirm import Confirm

_WORDS = f"Where to? The suffix says what it becomes ({', '.join(SUFFIXES)}); the data go beside it as .csv."


async def saved_plot(app: App[Any], figure: Figure, name: str) -> tuple[Path, Path] | None:
    """Ask for a path (`name` is offered) and save the figure with its data. None: the user went back.

    To be awaited in a worker. Raises MotivError as `plots.files.save`.
    """
    text = await app.push_screen_wait(AskText("Save the plot", _WORDS, name, problem_of=_problem_of))
    if text is None:
        return None
    path = _path_of(text)
    there = _there_already(path)
    if there:
        question = f"{' and '.join(one.name for one in there)}: already there"
        answers = (("overwrite", "Overwrite"), ("keep", "Keep"))
        if await app.push_screen_wait(Confirm(question, "What is in it would be lost.", answers)) != "overwrite":
            return None
    return await asyncio.to_thread(save, figure, path, overwrite=bool(there))


def _path_of(text: str) -> Path:
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError:  # `~somebody` who is nobody here
        return Path(text.strip())


def _there_already(path: Path) -> list[Path]:
    try:
        return [one for one in (path, path.with_suffix(".csv")) if one.exists()]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: {reason}", hint="Choose another name.") from None


def _problem_of(text: str) -> str | None:
    if Path(text.strip()).suffix.lower() in SUFFIXES:
        return None
    return f"It must end in {' or '.join(SUFFIXES)}."
