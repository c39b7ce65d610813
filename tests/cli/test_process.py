"""What only a process of its own can show: start-up, imports, signals, the terminal (sudden death: tests/promises)."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.process import FaultProcess

MOTIV = [sys.executable, "-m", "motivtui"]
HEAVY = ("litellm", "textual", "scipy", "sqlite_utils", "xllamacpp", "openai", "pydantic", "huggingface_hub", "numpy")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "config.toml"
    own = {f"MOTIV_{name}": str(tmp_path / name.lower()) for name in ("DATA", "CACHE", "DB")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTIV_")}
    return kept | own | {"MOTIV_CONFIG": str(config), "PYTHONPATH": str(Path(__file__).parents[2])}


def configure(environment: dict[str, str], api_base: str) -> None:
    text = f'[[endpoint]]\nname = "faults"\napi_base = "{api_base}"\n[limits]\nfirst_byte_s = 20.0\n'
    Path(environment["MOTIV_CONFIG"]).write_text(text, encoding="utf-8")


def motiv(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MOTIV, *arguments], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("arguments", [["--help"], ["runs"], ["export", "latest"], ["trials"]], ids=str)
def test_quick_commands_load_nothing_heavy(environment: dict[str, str], arguments: list[str]) -> None:
    Path(environment["MOTIV_CONFIG"]).write_text("", encoding="utf-8")
    assert motiv(environment, "probe", "x", "-m", "scripted/steady").returncode == 0
    code = (
        "import sys, json; from motivtui.cli.main import run; code = run(sys.argv[1:]);"
        f"print(json.dumps([code, [m for m in {HEAVY!r} if m in sys.modules]]), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stderr.splitlines()[-1]) == [0, []]


def start_run(environment: dict[str, str], model: str, tasks: int, *more: str) -> subprocess.Popen[bytes]:
    command = [*MOTIV, "run", "--limit", str(tasks), "-c", "none,money", "-n", "1", "-m", model, "--yes", *more]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def final_rows(environment: dict[str, str]) -> list[tuple[int, int]]:
    connection = sqlite3.connect(environment["MOTIV_DB"])
    try:
        return connection.execute("SELECT trial, count(*) FROM response WHERE is_final GROUP BY trial").fetchall()
    finally:
        connection.close()


def test_ctrl_c_lets_calls_finish_and_says_how_to_go_on(environment: dict[str, str], tmp_path: Path) -> None:
    with FaultProcess(tmp_path) as server:
        configure(environment, server.api_base)
        process = start_run(environment, "faults/score:85:latency=0.3", 30, "-j", "4")
        server.until(lambda requests: len(requests) >= 6)
        process.send_signal(signal.SIGINT)
        _, narration = process.communicate(timeout=30)
        assert process.returncode == 130
        assert b"motiv resume" in narration
        assert b"Traceback" not in narration
        rows = final_rows(environment)
        assert len(rows) == len(server.calls()), "every call that was made has its result"
        assert motiv(environment, "resume").returncode == 0
    assert len(final_rows(environment)) == 60


@pytest.mark.parametrize("signals", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,), (signal.SIGHUP,)], ids=str)
def test_breaking_off_is_quick_and_on_record(
    environment: dict[str, str], tmp_path: Path, signals: tuple[signal.Signals, ...]
) -> None:
    with FaultProcess(tmp_path) as server:
        configure(environment, server.api_base)
        process = start_run(environment, "faults/hang", 10, "-j", "4")
        server.until(lambda requests: len(requests) >= 4)
        began = time.monotonic()
        for number in signals:
            process.send_signal(number)
            time.sleep(0.3)
        process.communicate(timeout=30)
        assert process.returncode == 130
        assert time.monotonic() - began < 8
    connection = sqlite3.connect(environment["MOTIV_DB"])
    outcomes = Counter(row[0] for row in connection.execute("SELECT outcome FROM response"))
    connection.close()
    assert outcomes == {"cancelled": 4}


def test_model_text_cannot_act_on_the_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    """On a real terminal (a pty): no control byte of the reply comes through, whatever we print ourselves."""
    import pty
    from urllib.parse import quote

    payload = (
        '\x1b]52;c;QUJD\x07 \x1b[2J \x9b31m \u202e {"motivation": 55, "reason": "\x1b]0;owned\x07[/red][red]"} \r\x00'
    )
    with FaultProcess(tmp_path) as server:
        configure(environment, server.api_base)
        model = f"faults/text:{quote(payload, safe='')}"
        reader, terminal = pty.openpty()
        own = environment | {"TERM": "xterm-256color"}
        process = subprocess.Popen(
            [*MOTIV, "probe", "x", "-m", model, "--yes"], env=own, stdin=terminal, stdout=terminal, stderr=terminal
        )
        os.close(terminal)
        seen = b""
        while True:
            try:
                piece = os.read(reader, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        os.close(reader)
        assert process.wait() == 0
    text = seen.decode("utf-8", errors="replace")
    assert "⟦55⟧" in text
    for forbidden in ("\x1b]52", "\x1b]0", "\x1b[2J", "\x9b", "\u202e", "\x00", "\x07"):
        assert forbidden not in text
