"""The command line in the test's own process, on folders and a database of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from motivtui.cli.main import run


@dataclass(frozen=True)
class Said:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)


Motiv = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, so that nothing of the developer's own comes in."""
    for name in ("DATA", "CACHE"):
        monkeypatch.setenv(f"MOTIV_{name}", str(tmp_path / name.lower()))
    for name in ("MOTIV_DB", "MOTIV_MODEL", "MOTIV_CONCURRENCY", "MOTIV_CONFIG", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def motiv(home: Path, capsys: pytest.CaptureFixture[str]) -> Motiv:
    """`motiv("runs", "--json")` → what it said."""

    def call(*arguments: str | Path) -> Said:
        assert home.is_dir()
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call
