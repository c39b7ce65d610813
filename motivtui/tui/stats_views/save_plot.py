"""Saving a plot: where to, and whether another file may be lost. The drawing itself is done in a thread."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual.app import App

from motivtui.errors import UsageError
from motivtui.plots.figure import Figure
from motivtui.plots.files import SUFFIXES, save
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.line import Line
from motivtui.tui.typed_path import typed_path

_WORDS = f"Where to? The suffix says what it becomes ({', '.join(SUFFIXES)}); the data go beside it as .csv."


async def saved_plot(app: App[Any], figure: Figure, name: str) -> tuple[Path, Path] | None:
    """Ask for a path (`name` is offered) and save the figure with its data. None: the user went back.

    To be awaited in a worker. Raises MotivError as `plots.files.save`.
    """
    text = await app.push_screen_wait(Line("Save the plot", _WORDS, name, _check))
    if text is None:
        return None
    path = typed_path(text)
    there = _there_already(path)
    if there:
        question = f"{' and '.join(one.name for one in there)}: already there"
        answers = (("overwrite", "Overwrite"), ("keep", "Keep"))
        if await app.push_screen_wait(Confirm(question, "What is in it would be lost.", answers)) != "overwrite":
            return None
    return await asyncio.to_thread(save, figure, path, overwrite=bool(there))


def _there_already(path: Path) -> list[Path]:
    try:
        return [one for one in (path, path.with_suffix(".csv")) if one.exists()]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: {reason}", hint="Choose another name.") from None


def _check(text: str) -> None:
    if typed_path(text).suffix.lower() not in SUFFIXES:
        raise UsageError("the suffix says what it becomes", hint=f"It must end in {' or '.join(SUFFIXES)}.")
