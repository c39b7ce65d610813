from __future__ import annotations

import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from motivtui.tui.terminal.guard import WITHIN_S
from tests.tui.pty_screen import ENDING, PtyScreen, control_bytes

APP = Path(__file__).with_name("ending_app.py")
ROOT = APP.parents[3]
CANARY = "sk-canary-4f1d5a9b7c"
F5 = "\x1b[15~"
CRASHES = ("handler", "worker", "thread", "callback", "render", "driver")
EARLY_CRASHES = ("compose", "mount", "css", "driver start")
WAYS = [*ENDING, "handler"]


@contextmanager
def console(tmp_path: Path, *arguments: str) -> Iterator[PtyScreen]:
    environment = {
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "CANARY_API_KEY": CANARY,
    }
    with PtyScreen([sys.executable, str(APP), *arguments], size=(300, 24), environment=environment) as screen:
        yield screen


def crash_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "motivtui" / "crashes").glob("*"))


def ended(screen: PtyScreen, way: str) -> int:
    """End it that way: its exit code."""
    screen.wait_for("READY")
    assert "mode 1049 on" in screen.left_changed()
    if way in ENDING:
        screen.signal(ENDING[way])
    else:
        screen.send(F5)
    return screen.wait_end()


def check_restored(tmp_path: Path, way: str, times: int) -> None:
    for _ in range(times):
        with console(tmp_path, way) as screen:
            code = ended(screen, way)
            assert code == (128 + ENDING[way] if way in ENDING else 1)
            assert screen.left_changed() == []


@pytest.mark.parametrize("way", WAYS)
def test_the_terminal_comes_back(tmp_path: Path, way: str) -> None:
    check_restored(tmp_path, way, 3)


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_the_terminal_comes_back_50_times_of_50(tmp_path: Path, way: str) -> None:
    check_restored(tmp_path, way, 10)


@pytest.mark.parametrize("way", ["TERM", "HUP", "QUIT"])
def test_without_the_guard_it_does_not(tmp_path: Path, way: str) -> None:
    with console(tmp_path, way, "bare") as screen:
        assert ended(screen, way) == -ENDING[way]
        assert {"mode 1049 on", "mode 1003 on", "attributes"} <= set(screen.left_changed())


def test_without_the_guard_a_crash_prints_variables(tmp_path: Path) -> None:
    with console(tmp_path, "handler", "bare") as screen:
        ended(screen, "handler")
        assert b"value-of-a-variable" in screen.raw


@pytest.mark.parametrize("way", [*CRASHES, *EARLY_CRASHES])
def test_a_crash_says_two_lines_and_keeps_the_rest_in_a_file(tmp_path: Path, way: str) -> None:
    with console(tmp_path, way) as screen:
        code = screen.wait_end() if way in EARLY_CRASHES else ended(screen, way)
        assert code == 1
        assert screen.left_changed() == []
        assert control_bytes(bytes(screen.raw), allowed=["[\r\n]"], size=screen.size) == []
        said = bytes(screen.raw).decode().rpartition("\x1b[?1006l")[2].strip().splitlines()
    [file] = crash_files(tmp_path)
    text = file.read_text()
    assert said[-2].partition("motiv: the console crashed: ")[2]
    assert said[-1] == f"Details are in {file}"
    assert "Traceback" not in "".join(said)
    assert way == "css" or "Traceback" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for secret in (CANARY, "value-of-a-variable "):
        assert secret not in text.replace('"value-of-a-variable "', "")
        assert secret.encode() not in screen.raw


def test_the_apps_own_exit_code_is_kept(tmp_path: Path) -> None:
    for way, code in (("code", 9), ("leave", 7), ("user error", 77)):
        with console(tmp_path, way) as screen:
            assert ended(screen, way) == code
            assert screen.left_changed() == []
    assert not crash_files(tmp_path)


def test_a_user_error_reaches_the_command_line(tmp_path: Path) -> None:
    with console(tmp_path, "user error") as screen:
        ended(screen, "user error")
        assert b"Materials: a file is off" in screen.raw


def test_an_app_that_hangs_is_ended_after_a_signal(tmp_path: Path) -> None:
    with console(tmp_path, "blocked") as screen:
        screen.wait_for("READY")
        screen.send(F5)
        screen.wait_for("BLOCKED")
        screen.signal(signal.SIGTERM)
        assert screen.wait_end() == 128 + signal.SIGTERM
        assert screen.left_changed() == []


def test_a_thread_that_does_not_end_keeps_nobody(tmp_path: Path) -> None:
    with console(tmp_path, "stuck thread") as screen:
        assert ended(screen, "stuck thread") == 9
        assert screen.left_changed() == []


def test_a_second_signal_waits_for_nothing(tmp_path: Path) -> None:
    with console(tmp_path, "blocked") as screen:
        screen.wait_for("READY")
        screen.send(F5)
        screen.wait_for("BLOCKED")
        screen.signal(signal.SIGINT)
        screen.signal(signal.SIGTERM)
        assert screen.wait_end() == 128 + signal.SIGINT
        assert screen.left_changed() == []


def test_a_terminal_that_takes_nothing_keeps_nobody(tmp_path: Path) -> None:
    with console(tmp_path, "flood") as screen:
        screen.wait_for("READY")
        screen.send(F5)
        # Nothing is read any more: a pseudo-terminal holds some kilobytes, then the writer is stuck in its write.
        while not _is_stuck(screen.process.pid):
            pass
        screen.signal(signal.SIGTERM)
        assert screen.process.wait(timeout=WITHIN_S * 10) == 128 + signal.SIGTERM
        screen.wait_end()
        assert screen.left_changed() == []


def _is_stuck(pid: int) -> bool:
    """Whether a thread of the process waits in `write`: call 1 on x86-64, 64 on ARM."""
    calls = [(task / "syscall").read_text().partition(" ")[0] for task in Path(f"/proc/{pid}/task").iterdir()]
    return "1" in calls or "64" in calls


@pytest.mark.parametrize("way", ["gone", "deaf"])
def test_a_terminal_that_is_gone_ends_it(tmp_path: Path, way: str) -> None:
    with console(tmp_path, way) as screen:
        screen.wait_for("READY")
        screen.hang_up()
        assert screen.wait_end() == 128 + signal.SIGHUP


def test_ctrl_z_gives_the_terminal_back_for_a_while(tmp_path: Path) -> None:
    with console(tmp_path, "code") as screen:
        screen.wait_for("READY")
        for _ in range(3):
            screen.signal(signal.SIGTSTP)
            screen.wait_stopped()
            assert screen.left_changed() == []
            screen.raw.clear()
            screen.signal(signal.SIGCONT)
            screen.wait_until(lambda: b"READY" in screen.raw, "all of the screen again")
            assert "mode 1049 on" in screen.left_changed()
        screen.signal(signal.SIGTSTP)
        screen.wait_stopped()
        screen.signal(signal.SIGTERM)
        screen.signal(signal.SIGCONT)
        assert screen.wait_end() == 128 + signal.SIGTERM
        assert screen.left_changed() == []


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, str(APP), "code"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 77
    assert done.stderr == "Usage: The console needs a terminal.\n"
