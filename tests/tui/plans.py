"""Plans as the engine answers them, for tests without an engine."""

from __future__ import annotations

from typing import Any

from motivtui.engine.answers import Cell, Estimated, Planned, Span


def estimate(**more: Any) -> Estimated:
    values: dict[str, Any] = {
        "calls": 6,
        "input_tokens": Span(low=900, expected=1_200, worst=12_345),
        "output_tokens": Span(low=60, expected=90, worst=4_000),
        "cost_usd": Span(low=0.0, expected=0.0, worst=0.0),
        "seconds": None,
        "unpriced": (),
        "from_calls": 0,
        "is_free": True,
    }
    return Estimated(**(values | more))


def planned(cells: int = 3, cell_count: int | None = None, **more: Any) -> Planned:
    values: dict[str, Any] = {
        "answer": 1,
        "name": "study",
        "product": "1 model × 3 tasks × 2 manipulations × 1 instrument × 1 repeat = 6 calls",
        "trials": 6,
        "calls": {"pre-self-report": 6},
        "estimate": estimate(),
        "addresses": ("this machine",),
        "notes": ("one repeat says nothing of reliability",),
        "prompts": (),
        "cells": tuple(
            Cell(
                task=f"haiku.{place}",
                other_task="sonnet.1" if place == 2 else None,
                manipulation="none" if place % 2 else "money",
                instrument="pre-self-report",
                calls=2,
                ordinal=10 + place,
            )
            for place in range(1, cells + 1)
        ),
        "cell_count": cells if cell_count is None else cell_count,
        "lock": None,
    }
    return Planned(**(values | more))
