"""A home, a configuration and a database of a test's own, and the real command in them."""

from __future__ import annotations

import json
import os
import select
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
MOTIV = [sys.executable, "-m", "motivtui"]
_START_SECONDS = 120


class Laboratory:
    """Everything in `folder`; `more` are further variables of the environment."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        self.db = folder / "runs.db"
        self.config = folder / "config.toml"
        own = {f"MOTIV_{name}": str(folder / name.lower()) for name in ("DATA", "CACHE")}
        own |= {"MOTIV_DB": str(self.db), "MOTIV_CONFIG": str(self.config), "PYTHONPATH": str(ROOT)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOTIV_", "OPENAI_"))}
        self.environment = kept | own | more

    def configure(self, api_base: str, *names: str, key: str = "", **limits: float) -> None:
        """Endpoints of these names (by default `faults`) at one address, and limits of calls."""
        lines: list[str] = []
        for name in names or ("faults",):
            lines += ["[[endpoint]]", f'name = "{name}"', f'api_base = "{api_base}"']
            lines += [f'api_key_env = "{key}"'] if key else []
        lines += ["[limits]", *(f"{name} = {value}" for name, value in limits.items())]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def motiv(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command, to its end."""
        return subprocess.run(
            [*MOTIV, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The command, in the background."""
        return subprocess.Popen(
            [*MOTIV, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What a connection without any of the product's code finds."""
        return rows(self.db, sql, values)


class Forker:
    """A loaded program that forks a child for each command, in the `laboratory` that it is given."""

    def __init__(self, laboratory: Laboratory) -> None:
        self.laboratory = laboratory
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.promises.forking"]
        self._process = subprocess.Popen(
            command,
            env=self.laboratory.environment,
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            assert self._line() == "ready"
        except BaseException:
            self._process.kill()
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def output(self) -> Path:
        """The file with all that the commands said."""
        return self.laboratory.folder / "said.txt"

    def start(self, *arguments: str) -> int:
        """Begin the command in a process of its own. Returns its pid; ask for its `code` before the next."""
        assert self._process is not None
        assert self._process.stdin is not None
        order = {
            "arguments": arguments,
            "environment": self.laboratory.environment,
            "output": str(self.output),
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def code(self) -> int:
        """The command's exit code (-9: killed), when it has ended."""
        return int(self._line())

    def motiv(self, *arguments: str) -> int:
        """The command, to its end."""
        self.start(*arguments)
        return self.code()

    def said(self) -> str:
        """Everything that was said until now."""
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    def _line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], _START_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        assert line, f"the forking program said nothing: {self.said()[-2000:]}"
        return line.strip()

    def _close(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def rows(db: Path, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """What a connection without any of the product's code finds."""
    connection = sqlite3.connect(db)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()
