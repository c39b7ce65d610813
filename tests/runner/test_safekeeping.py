"""Rows on their way to a disk that is full for a while, or for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from motivtui.errors import DatabaseError, DiskFullError
from motivtui.runner.safekeeping import Safekeeping


class Disk:
    """Refuses a number of writes, then takes them. `refusal` is what it says."""

    def __init__(self, refusals: int, refusal: Exception | None = None) -> None:
        self.refusals = refusals
        self.refusal = refusal or DiskFullError("full")
        self.writes = 0
        self.refused = asyncio.Event()

    def write(self) -> Future[None]:
        self.writes += 1
        done: Future[None] = Future()
        if self.refusals > 0:
            self.refusals -= 1
            self.refused.set()
            done.set_exception(self.refusal)
        else:
            done.set_result(None)
        return done


def keeper(patience_s: float = 60, every_s: float = 0.001, tell: Callable[[], None] = lambda: None) -> Safekeeping:
    return Safekeeping(tell, patience_s, every_s)


async def until_full(keeping: Safekeeping) -> None:
    async with asyncio.timeout(5):
        while not keeping.is_full:
            await asyncio.sleep(0)


async def test_room_costs_one_write_and_says_nothing() -> None:
    told: list[None] = []
    disk, keeping = Disk(0), keeper(tell=lambda: told.append(None))
    await keeping.commit(disk.write)
    assert (disk.writes, told, keeping.is_full) == (1, [], False)


async def test_what_is_refused_is_held_until_there_is_room() -> None:
    states: list[bool] = []
    disk = Disk(3)
    keeping = keeper(tell=lambda: states.append(keeping.is_full))
    await keeping.commit(disk.write)
    assert disk.writes == 4
    assert states[0] is True, "told at the first refusal"
    assert states[-1] is False, "and when it is over"
    assert not keeping.has_given_up


async def test_the_patience_ends_for_all() -> None:
    keeping = keeper(patience_s=0)
    disks = [Disk(10), Disk(10)]
    ended = await asyncio.gather(*(keeping.commit(disk.write) for disk in disks), return_exceptions=True)
    assert all(isinstance(one, DiskFullError) for one in ended)
    assert keeping.has_given_up
    assert all(disk.writes <= 3 for disk in disks)


async def test_giving_up_tries_once_more() -> None:
    keeping, disk = keeper(every_s=60), Disk(1)
    held = asyncio.create_task(keeping.commit(disk.write))
    await disk.refused.wait()
    keeping.give_up()
    await held
    assert disk.writes == 2, "there was room by then: nothing is lost"


@pytest.mark.parametrize("when", ["held", "on its way"])
async def test_breaking_off_does_not_lose_what_is_held(when: str) -> None:
    keeping, disk = keeper(every_s=60), Disk(1)
    held = asyncio.create_task(keeping.commit(disk.write))
    if when == "held":
        await until_full(keeping)
        keeping.give_up()
    else:
        await disk.refused.wait()  # its refusal is not heard yet
        asyncio.get_running_loop().call_later(0.01, keeping.give_up)
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    assert disk.writes == 2
    assert not keeping.is_full


async def test_a_broken_database_is_not_waited_for() -> None:
    keeping, disk = keeper(), Disk(1, DatabaseError("damaged"))
    with pytest.raises(DatabaseError, match="damaged"):
        await keeping.commit(disk.write)
    assert (disk.writes, keeping.is_full) == (1, False)


async def test_what_may_be_refused_is_tried_once_and_says_when_to_try_again() -> None:
    keeping, disk = keeper(every_s=0.0), Disk(1)
    with pytest.raises(DiskFullError):
        await keeping.commit_once(disk.write)
    assert (keeping.is_full, keeping.may_try) == (True, True)
    await keeping.commit_once(disk.write)
    assert (keeping.is_full, keeping.may_try) == (False, False)
    late = keeper(every_s=60)
    with pytest.raises(DiskFullError):
        await late.commit_once(Disk(1).write)
    assert (late.is_full, late.may_try) == (True, False), "full, and too early to look"


async def test_while_replies_are_held_nothing_else_tries() -> None:
    keeping, disk = keeper(every_s=0.0), Disk(10**6)
    held = asyncio.create_task(keeping.commit(disk.write))
    await until_full(keeping)
    assert (keeping.is_full, keeping.may_try) == (True, False)
    disk.refusals = 0
    await held
    assert not keeping.is_full
