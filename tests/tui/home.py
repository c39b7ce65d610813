"""A home for a console: folders and a database of its own, for this process and the engines that it starts."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from motivtui.settings import Settings, read_settings


@dataclass(frozen=True)
class Home:
    folder: Path

    @property
    def db(self) -> Path:
        return self.folder / "runs.db"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def settings(self) -> Settings:
        return read_settings()

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What stands in the database; none while it is only being made. Read-only: an empty file must not appear."""
        with suppress(sqlite3.OperationalError):
            connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
            try:
                return connection.execute(sql, values).fetchall()
            finally:
                connection.close()
        return []


def home_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The environment says so until the test ends."""
    for name in [one for one in os.environ if one.startswith("MOTIV_")]:
        monkeypatch.delenv(name)
    home = Home(folder)
    home.config.write_text("", encoding="utf-8")
    values = {"CONFIG": home.config, "DB": home.db, "DATA": home.data, "CACHE": folder / "cache"}
    for name, path in values.items():
        monkeypatch.setenv(f"MOTIV_{name}", str(path))
    monkeypatch.setenv("MOTIV_MODEL", "scripted/steady")
    return home
