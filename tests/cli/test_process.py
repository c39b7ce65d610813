"""What only a process of its own can show: start-up, imports, signals, sudden death, the terminal."""

from __future__ import annotations

import json
import os
import random
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


def test_kill_9_loses_and_repeats_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    """The server's log says what was paid: no call is repeated after its result was committed."""
    kills, planned, chance = 6, 240, random.Random(11)
    with FaultProcess(tmp_path) as server:
        configure(environment, server.api_base)
        process = start_run(environment, "faults/score:85:latency=0.05", planned // 2, "-j", "8")
        for _ in range(kills):
            seen = len(server.requests())
            server.until(lambda requests, seen=seen: len(requests) >= seen + 12)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.06))
            process.kill()
            process.communicate()
            process = subprocess.Popen(
                [*MOTIV, "resume", "-j", "8"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        _, narration = process.communicate(timeout=120)
        assert process.returncode == 0, narration
        calls = len(server.calls())
    rows = final_rows(environment)
    assert len(rows) == planned
    assert {count for _, count in rows} == {1}
    connection = sqlite3.connect(environment["MOTIV_DB"])
    sent, answered = connection.execute(
        "SELECT (SELECT count(*) FROM attempt), (SELECT count(*) FROM response)"
    ).fetchone()
    scored = connection.execute("SELECT count(DISTINCT trial) FROM score").fetchone()[0]
    after = connection.execute(
        "SELECT count(*) FROM attempt JOIN response ON response.trial = attempt.trial AND response.is_final "
        "AND response.attempt < attempt.number"
    ).fetchone()[0]
    killed = connection.execute(
        "SELECT count(*) FROM session LEFT JOIN session_end ON session_end.session = session.id "
        "WHERE session_end.session IS NULL"
    ).fetchone()[0]
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert scored == planned
    assert after == 0, "nothing was sent again after its result"
    assert killed == kills
    unknown = sent - answered
    assert calls <= sent
    assert calls - planned <= unknown <= 8 * kills
    print(f"{kills} kills: {planned} final rows, {calls} calls, {unknown} unknown attempts")  # noqa: T201 (the figure)


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


def test_a_running_run_is_busy(environment: dict[str, str], tmp_path: Path) -> None:
    with FaultProcess(tmp_path) as server:
        configure(environment, server.api_base)
        process = start_run(environment, "faults/score:85:latency=0.5", 40, "-j", "2")
        server.until(lambda requests: len(requests) >= 2)
        busy = motiv(environment, "resume")
        process.kill()
        process.communicate()
    assert busy.returncode == 3
    assert str(process.pid) in busy.stderr


def test_a_dead_server_is_an_error_and_every_trial_a_row(environment: dict[str, str]) -> None:
    configure(environment, "http://127.0.0.1:9/v1")
    Path(environment["MOTIV_CONFIG"]).write_text(
        '[[endpoint]]\nname = "faults"\napi_base = "http://127.0.0.1:9/v1"\n[limits]\nretries = 0\n', encoding="utf-8"
    )
    done = motiv(environment, "run", "--limit", "30", "-c", "none,money", "-n", "1", "-m", "faults/x", "--yes")
    assert done.returncode == 1
    assert "0/60 complete" in done.stderr
    connection = sqlite3.connect(environment["MOTIV_DB"])
    rows = connection.execute("SELECT value, status, state FROM trial_scores").fetchall()
    connection.close()
    assert rows == [(None, "error", "error")] * 60


def test_a_key_shows_nowhere(environment: dict[str, str], tmp_path: Path) -> None:
    canary = "sk-canary-4711"
    with FaultProcess(tmp_path) as server:
        endpoints = "".join(
            f'[[endpoint]]\nname = "{name}"\napi_base = "{server.api_base}"\napi_key_env = "FAULTS_KEY"\n'
            for name in ("faults", "closed")
        )
        limits = "[limits]\nretries = 0\nfirst_byte_s = 1.0\ntotal_s = 2.0\n"
        Path(environment["MOTIV_CONFIG"]).write_text(endpoints + limits, encoding="utf-8")
        own = environment | {"FAULTS_KEY": canary}
        faults = [f"faults/{fault}" for fault in ("status:500", "html", "cut:rst", "redirect", "hang", "ok")]
        done = motiv(own, "probe", "x", "-m", ",".join(["closed/echo_key", *faults]), "--yes")
        said = done.stdout + done.stderr
        said += motiv(own, "doctor").stdout + motiv(own, "export").stdout + motiv(own, "trials", "--json").stdout
        assert len(server.calls()) >= 6
    assert "***" in said
    assert canary not in said
    for file in tmp_path.rglob("*"):
        if file.is_file() and "fault-server" not in file.name:
            assert canary.encode() not in file.read_bytes(), file


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
