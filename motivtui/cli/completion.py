"""What the shell offers after the tab key: models, manipulations, instruments and runs. Never fails, never says a word.

Loads materials and database only when asked; a broken file or database offers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from motivtui.errors import MotivError

if TYPE_CHECKING:
    from motivtui.materials import Materials


def _last_of_list(begun: str, known: Iterable[str]) -> list[str]:
    """`none,mo` → `none,money`: the last name of a comma list is completed."""
    before, comma, last = begun.rpartition(",")
    return [f"{before}{comma}{name}" for name in known if name.startswith(last)]


def _quietly(names: Callable[[], Iterable[str]], begun: str) -> list[str]:
    try:
        return _last_of_list(begun, names())
    except MotivError:
        return []


def models(incomplete: str) -> list[str]:
    """Ids of local and scripted models, and beginnings of those of configured endpoints."""

    def names() -> list[str]:
        from motivtui.models.local import local_models
        from motivtui.models.scripted import SCRIPTS
        from motivtui.settings import read_settings

        settings = read_settings()
        own = [f"local/{one.name}" for one in local_models(settings.models_folder, settings.data_folder)]
        return [*own, *(f"{one.name}/" for one in settings.endpoints), *(f"scripted/{name}" for name in SCRIPTS)]

    return _quietly(names, incomplete)


def manipulations(incomplete: str) -> list[str]:
    """Ids of manipulations."""
    return _quietly(lambda: ["all", *_materials().manipulations], incomplete)


def instruments(incomplete: str) -> list[str]:
    """Ids of instruments."""
    return _quietly(lambda: ["all", *_materials().instruments], incomplete)


def runs(incomplete: str) -> list[str]:
    """Ids of runs, newest first."""

    def names() -> list[str]:
        from motivtui.settings import read_settings
        from motivtui.store.connection import open_reader
        from motivtui.store.run_queries import run_summaries

        reader = open_reader(read_settings().db)
        try:
            return ["latest", *(one["run"] for one in run_summaries(reader))]
        finally:
            reader.close()

    return _quietly(names, incomplete)


def _materials() -> Materials:
    from motivtui.materials import load_materials
    from motivtui.settings import read_settings

    settings = read_settings()
    return load_materials(settings.materials, user_folder=settings.materials_folder)
