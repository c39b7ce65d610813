"""How the console feels: first paint beside a bare Textual app, keys under load, and memory after many streams.

Everything is seen from outside, on a real pseudo-terminal: a key counts as answered when its effect is in the bytes
that the terminal was sent.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motivtui.tui.kept import Kept, write_kept
from tests.analysis.simulated import simulated, study
from tests.faults.process import FaultProcess
from tests.tui.pty_screen import PtyScreen

ROUNDS = 11
KEYS = 200
SIZE = (160, 48)
FAR_AWAY = 15
"""The server's niceness: other servers have processors of their own."""
STREAMS = 64
STREAM = "text:" + "%20".join(f"w{number}" for number in range(120)) + ":chunks=120:gap=0.1"
SHORT = "text:" + "%20".join(f"w{number}" for number in range(20)) + ":chunks=10:gap=0.005"
TRIALS = 20_000
MARKS = (1_000, 5_000, 10_000, 20_000)
_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare is here")
Bare().run()
"""
_BARE_KEYS = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    pressed = 0
    def compose(self):
        yield Static("bare is here")
    def on_key(self):
        self.pressed += 1
        self.query_one(Static).update(f"pressed {self.pressed} times")
Bare().run()
"""
_MOTIV = [sys.executable, "-m", "motivtui"]


def main() -> None:
    """First paint, keys, memory."""
    with tempfile.TemporaryDirectory() as folder:
        _first_paint(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _large_database(Path(folder))
    with tempfile.TemporaryDirectory() as folder, FaultProcess(Path(folder)) as server:
        os.setpriority(os.PRIO_PROCESS, server.pid, FAR_AWAY)
        _streams(Path(folder), server.api_base)
    with tempfile.TemporaryDirectory() as folder, FaultProcess(Path(folder)) as server:
        _memory(Path(folder), server.api_base)


def _first_paint(folder: Path) -> None:
    environment = _environment(folder, Kept(is_welcomed=True, models=("scripted/steady",)))
    marks = {
        "bare Textual app": ([sys.executable, "-c", _BARE], b"bare is here"),
        "motiv: the frame": (_MOTIV, b"Probe"),
        "motiv: the lab with its tasks": (_MOTIV, b"Mathematics and numbers"),
        "motiv: the plan": (_MOTIV, b"tokens in"),
    }
    times: dict[str, list[float]] = {name: [] for name in marks}
    for _ in range(ROUNDS):
        for name, (command, mark) in marks.items():
            began = time.perf_counter()
            with PtyScreen(command, size=SIZE, environment=environment) as screen:
                _until_bytes(screen, mark, 0)
                times[name].append(time.perf_counter() - began)
    base = statistics.median(times["bare Textual app"])
    print(f"first paint at {SIZE[0]}×{SIZE[1]}, median of {ROUNDS} rounds")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        print(f"  {name:30} {middle:6.3f} s  {middle / base:5.2f} × the bare app")


def _large_database(folder: Path) -> None:
    """100,000 trials: opening the run, and moving through it."""
    made = study(families=104, repeats=10, instruments=study().instruments[:1], models=[f"sim/{n}" for n in range(8)])
    environment = _environment(folder, Kept(is_welcomed=True))
    began = time.perf_counter()
    simulated(Path(environment["MOTIV_DB"]), made)
    print(f"a database with {8 * 208 * 6 * 10:,} trials (made in {time.perf_counter() - began:.0f} s)")
    with PtyScreen(_MOTIV, size=SIZE, environment=environment) as screen:
        _until_bytes(screen, b"Mathematics and numbers", 0)
        _report("to the list of runs", [_answered(screen, "2", b"simulated")])
        _report("open the run", [_answered(screen, "\r", b"encourage")])
        screen.send("\x1b[F")  # to the end: far pages are fetched, too
        _settle(screen)
        _report("a page up", [_answered_by_anything(screen, "\x1b[5~") for _ in range(KEYS)])
        _report("a line down", [_answered_by_anything(screen, "\x1b[A") for _ in range(KEYS)])
        print(f"  memory of the console {_resident_mb(screen.process.pid):.0f} MB")


def _streams(folder: Path, api_base: str) -> None:
    """Keys while 64 replies are being written; beside it, on the same machine, a bare Textual app."""
    bare_environment = _environment(folder / "bare", Kept())
    with (
        PtyScreen([sys.executable, "-c", _BARE_KEYS], size=SIZE, environment=bare_environment) as bare,
        _running(folder, api_base, STREAM, calls=STREAMS, per_category=None, instrument="execution") as screen,
    ):
        _until_bytes(bare, b"bare is here", 0)
        screen.send("d")
        _settle(screen, 0.5)
        choices: list[float] = []
        bare_keys: list[float] = []
        for number in range(2 * KEYS):
            choices.append(_choice(screen, number))
            if number >= KEYS // 2:
                bare_keys.append(_answered(bare, "x", f"pressed {len(bare_keys) + 1} times".encode()))
        _report(f"a choice, {STREAMS} calls beginning", choices[: KEYS // 2])
        _report(f"a choice, {STREAMS} replies being written", choices[KEYS // 2 :])
        _report("a key of the bare app, the same", bare_keys)
        _report("help, the same", [_help(screen) for _ in range(20)])
        if b"running" not in screen.text.encode():
            sys.exit("the run was over before the last key")


def _choice(screen: PtyScreen, number: int) -> float:
    wanted = (1, 2, 3, 5, 10, 20, 50, None)[number % 8]
    mark = b"all of them" if wanted is None else f"{wanted} a category".encode()
    seconds = _answered(screen, "\x1b[C", mark)
    _settle(screen, 0.05)
    return seconds


def _memory(folder: Path, api_base: str) -> None:
    """A long run, watched to its end."""
    print(f"memory of the console in a run of {TRIALS:,} streamed trials")
    with _running(folder, api_base, SHORT, calls=STREAMS, per_category=None, repeats=20) as screen:
        for mark in MARKS:
            while _done(Path(folder / "results.db")) < mark:
                screen.pump(0.2)
            print(f"  after {mark:6,} trials  {_resident_mb(screen.process.pid):5.0f} MB")


@contextmanager
def _running(
    folder: Path,
    api_base: str,
    model: str,
    *,
    calls: int,
    per_category: int | None,
    repeats: int = 1,
    instrument: str = "pre-self-report",
) -> Iterator[PtyScreen]:
    """The console with a run under way."""
    kept = Kept(
        is_welcomed=True,
        models=(f"bench/{model}",),
        known_models=(f"bench/{model}",),
        manipulations=("none", "money"),
        per_category=per_category,
        instruments=(instrument,),
        repeats=repeats,
    )
    environment = _environment(folder, kept) | {"MOTIV_CONCURRENCY": str(calls)}
    Path(environment["MOTIV_CONFIG"]).write_text(
        f'[[endpoint]]\nname = "bench"\napi_base = "{api_base}"\n'
        "input_usd_per_million = 0.0\noutput_usd_per_million = 0.0\n",
        encoding="utf-8",
    )
    with PtyScreen(_MOTIV, size=SIZE, environment=environment) as screen:
        _until_bytes(screen, b"tokens in", 0)
        screen.send("r")
        _until_bytes(screen, "writing …".encode(), 0)
        yield screen


def _environment(folder: Path, kept: Kept) -> dict[str, str]:
    """Everything of the console in one folder."""
    folder.mkdir(exist_ok=True)
    write_kept(folder / "data", kept)
    config = folder / "config.toml"
    config.touch()
    return {
        "MOTIV_DB": str(folder / "results.db"),
        "MOTIV_DATA": str(folder / "data"),
        "MOTIV_CONFIG": str(config),
        "PYTHONPATH": str(Path.cwd()),
    }


def _answered(screen: PtyScreen, keys: str, mark: bytes) -> float:
    """Seconds from the key to its mark on the terminal."""
    seen, began = len(screen.raw), time.perf_counter()
    screen.send(keys)
    _until_bytes(screen, mark, seen)
    return time.perf_counter() - began


def _answered_by_anything(screen: PtyScreen, keys: str) -> float:
    """Seconds from the key to the first bytes after it; nothing else is drawn meanwhile."""
    _settle(screen, 0.03)
    seen, began = len(screen.raw), time.perf_counter()
    screen.send(keys)
    while len(screen.raw) == seen:
        screen.pump(0.5)
    return time.perf_counter() - began


def _help(screen: PtyScreen) -> float:
    seconds = _answered(screen, "?", b"Everywhere")
    screen.send("\x1b")
    _settle(screen, 0.3)
    return seconds


def _until_bytes(screen: PtyScreen, mark: bytes, start: int) -> None:
    deadline = time.monotonic() + 60
    while screen.raw.find(mark, max(0, start - len(mark))) < 0:
        if time.monotonic() > deadline:
            sys.exit(f"waited in vain for {mark!r}; the screen:\n{screen.text}")
        screen.pump(0.5)


def _settle(screen: PtyScreen, quiet_s: float = 0.3) -> None:
    """Read what comes for a while."""
    end = time.monotonic() + quiet_s
    while time.monotonic() < end:
        screen.pump(max(0.0, end - time.monotonic()))


def _report(what: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    print(f"  {what:38} p50 {statistics.median(ordered) * 1000:5.0f} ms   p99 {p99 * 1000:5.0f} ms   n {len(ordered)}")


def _done(db: Path) -> int:
    from motivtui.store.connection import open_reader

    reader = open_reader(db)
    try:
        return int(reader.execute("SELECT count(*) FROM response WHERE is_final").fetchone()[0])
    finally:
        reader.close()


def _resident_mb(pid: int) -> float:
    """Memory of a process in MB (2**20 bytes); Linux only."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
