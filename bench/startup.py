"""How long commands take to start, beside a bare `import typer` (what any Typer program pays)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15


def main() -> None:
    """Time each command in turn, so that a busy moment hits all of them, and print medians."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"MOTIV_DB": str(Path(folder) / "bench.db")}
        motiv = [sys.executable, "-m", "motivtui"]
        _quietly([*motiv, "probe", "Write a haiku", "-m", "scripted/steady", "-n", "3"], environment)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "python -c 'import typer'": [sys.executable, "-c", "import typer"],
            "motiv --help": [*motiv, "--help"],
            "motiv runs": [*motiv, "runs"],
            "motiv export latest": [*motiv, "export", "latest"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                began = time.perf_counter()
                _quietly(command, environment)
                times[name].append(time.perf_counter() - began)
    base = statistics.median(times["python -c 'import typer'"])
    print(f"start-up, median of {ROUNDS} rounds")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        print(f"  {name:26} {middle:6.3f} s  {middle / base:5.2f} × import typer")


def _quietly(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment)
