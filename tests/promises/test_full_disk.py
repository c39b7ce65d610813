"""A disk that is really full: 8 MB of memory as a file system of its own."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from motivtui.errors import MotivError
from motivtui.export import Column, Format, write_rows
from motivtui.models.litellm_door.loading import close_connections, open_connections
from motivtui.runner import Cause, Event, Held, RunEnded, RunHalted, Stop
from motivtui.settings import Limits
from motivtui.store.store import Store
from tests.faults.server import FaultServer
from tests.promises.conftest import Bench
from tests.runner.conftest import EXECUTION, NONE

MB = 8
MODEL = "big:60000:latency=0.02"
LIMITS = Limits(first_byte_s=30, idle_s=30, total_s=60)
TRIALS = 200


class Disk:
    """A small file system at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def grow(self) -> None:
        """Make room."""
        subprocess.run(["mount", "-o", "remount,size=128m", str(self.path)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Skips where nothing may be mounted."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MB}m", "tmpfs", str(path)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture
async def small_bench(disk: Disk, tmp_path: Path) -> AsyncIterator[Bench]:
    async with FaultServer() as server:
        await open_connections()
        with Store(disk.path / "runs.db") as store:
            yield Bench(server, store, tmp_path / "locks")
        await close_connections()


async def test_no_call_begins_on_a_full_disk_and_what_was_paid_for_is_kept(small_bench: Bench, disk: Disk) -> None:
    """Replies are held until there is room again: none is paid for twice."""
    bench, held_at = small_bench, 0.0

    def make_room(event: Event, _: Stop) -> None:
        nonlocal held_at
        if isinstance(event, Held) and event.message and not held_at:
            held_at = time.monotonic()
            asyncio.get_running_loop().call_later(2.5, disk.grow)

    run = bench.create([MODEL], tasks=TRIALS, manipulations=(NONE,), instrument=EXECUTION)
    options = bench.options(8, disk_patience_s=30)
    events = await bench.carry_out(run, [MODEL], options, make_room, limits=LIMITS)
    assert held_at, "the disk was never full"
    late = [one.at - held_at for one in bench.server.requests if held_at < one.at < held_at + 2.4]
    assert all(moment <= 1 for moment in late), "calls began on a full disk"
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.states == {"complete": TRIALS}
    assert len(bench.server.requests) == TRIALS, "nothing was paid for twice"
    assert [bool(event.message) for event in events if isinstance(event, Held)] == [True, False]
    print(  # noqa: T201 (the figure)
        f"\n{MB} MB, full: the last call began {max(late, default=0):.2f} s after the first refusal; after 2.5 s "
        f"there was room, and {TRIALS}/{TRIALS} are complete with {len(bench.server.requests)} calls"
    )


async def test_a_disk_that_stays_full_ends_the_run_and_a_resume_completes_it(small_bench: Bench, disk: Disk) -> None:
    bench = small_bench
    run = bench.create([MODEL], tasks=TRIALS, manipulations=(NONE,), instrument=EXECUTION)
    options = bench.options(8, disk_patience_s=1.5)
    events = await bench.carry_out(run, [MODEL], options, limits=LIMITS)
    assert [event.cause for event in events if isinstance(event, RunHalted)] == [Cause.DISK]
    end = events[-1]
    assert isinstance(end, RunEnded)
    assert end.reason == "stopped"  # exit 4
    kept = end.states.get("complete", 0)
    lost = len(bench.server.requests) - kept
    assert lost <= 2 * 8
    disk.grow()
    await bench.carry_out(run, [MODEL], bench.options(8), limits=LIMITS)
    assert bench.all("SELECT state, count(*) FROM trial_state GROUP BY 1") == [("complete", TRIALS)]
    assert len(bench.server.requests) == TRIALS + lost
    print(f"\nfull for good: {kept} kept, {lost} lost, stopped; resumed to {TRIALS}/{TRIALS}")  # noqa: T201


def test_an_export_on_a_full_disk_leaves_no_half_file(disk: Disk) -> None:
    columns = {"reply": Column("text", "", "x")}
    target = disk.path / "results.csv"
    many = ({"reply": "x" * 10_000} for _ in range(2_000))
    with pytest.raises(MotivError, match="No space left"):
        write_rows(target, many, columns, Format.CSV, raw=False, force=False)
    assert list(disk.path.iterdir()) == []
    target.write_text("the old one", encoding="utf-8")
    many = ({"reply": "x" * 10_000} for _ in range(2_000))
    with pytest.raises(MotivError, match="No space left"):
        write_rows(target, many, columns, Format.CSV, raw=False, force=True)
    assert target.read_text(encoding="utf-8") == "the old one"
    assert list(disk.path.iterdir()) == [target]
