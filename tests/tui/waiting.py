"""Waiting for what a console shows: no timed sleeps, a condition and a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot

WITHIN_S = 60.0


async def until(pilot: Pilot[Any], condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
    """Let the app work until the condition holds. AssertionError when it never does; an app's crash comes out as it is.

    A condition that looks for a widget which is not there yet just does not hold.
    """
    try:
        async with asyncio.timeout(within_s):
            while not _holds(condition):
                if pilot.app._exception is not None:
                    raise pilot.app._exception
                await pilot.pause(0.01)
    except TimeoutError:
        raise AssertionError(f"not within {within_s} s: {condition}") from None


async def go_to(pilot: Pilot[Any], room: str) -> None:
    """To a room; while the console is still opening, it goes there later."""
    await pilot.app.action_room(room)  # type: ignore[attr-defined]
    await until(pilot, lambda: pilot.app.current_mode == room)
    await pilot.pause()


def _holds(condition: Callable[[], object]) -> bool:
    from textual.css.query import NoMatches

    try:
        return bool(condition())
    except NoMatches:
        return False


def seen(app: App[Any]) -> str:
    """What stands on the screen now, line by line."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
