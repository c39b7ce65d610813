"""Fetching a local model's weights with a progress bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from motivtui.cli.output import narrate, stderr
from motivtui.models.local import ensure_weights, pull_built_in
from motivtui.settings import Settings

Result = TypeVar("Result")
OnProgress = Callable[[int, int | None], None]


def fetch_weights(settings: Settings, name: str) -> Path:
    """The weights of a local model, fetched first when they are not here. Raises ModelError."""
    return with_progress(
        f"Fetching {name}",
        lambda on_progress: ensure_weights(settings.models_folder, settings.data_folder, name, on_progress),
    )


def repair_weights(settings: Settings) -> Path:
    """The built-in model's weights, checked to the last byte and fetched again if need be. Raises ModelError."""
    return with_progress(
        "Checking and fetching",
        lambda on_progress: pull_built_in(settings.models_folder, settings.data_folder, on_progress),
    )


def with_progress(title: str, work: Callable[[OnProgress], Result]) -> Result:
    """Do `work`, which tells its progress in bytes; a bar on stderr appears only once there is something to fetch."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=stderr()
    )
    task = bar.add_task(title, total=None)
    has_begun = False

    def on_progress(done: int, total: int | None) -> None:
        nonlocal has_begun
        if not has_begun:
            has_begun = True
            if bar.console.is_terminal:
                bar.start()
            else:
                narrate(f"{title} …")
        bar.update(task, completed=done, total=total)

    try:
        return work(on_progress)
    finally:
        if bar.live.is_started:
            bar.stop()
