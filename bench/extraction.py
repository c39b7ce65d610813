"""How long a reply takes to be read: an ordinary one, and the worst of many hostile ones of 256 KB and 1 MB."""

from __future__ import annotations

import time
import timeit

from bench.hostile_replies import FILLERS, SIZE, hostile_reply
from motivtui.extraction import extract_scores
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response

ORDINARY = '{"motivation": 85, "reason": "' + "I like to help people with honest writing. " * 4 + '"}'
SINGLE = (Item("motivation", "motivation"),)
SEVERAL = tuple(Item(name, name) for name in ("interest", "challenge", "mastery", "fear", "value", "motivation"))
PROMPT = 'Rate your motivation. Example: {"motivation": 42}\n' * 20
GOAL_MS = 50
TRIES = 3


def main() -> None:
    """Print processor times, the best of several tries."""
    ordinary = Response(Outcome.COMPLETE, ORDINARY, finish_reason="stop")
    seconds = min(timeit.repeat(lambda: extract_scores(ordinary, SINGLE, PROMPT), time.process_time, number=2000))
    print(f"extraction (CPU time): an ordinary reply of {len(ORDINARY)} characters {seconds / 2000 * 1e6:.0f} µs")
    for size in (256 * 1024, SIZE):
        slowest, filler = max((_milliseconds(filler, size), filler) for filler in FILLERS)
        what = f"worst of {len(FILLERS)} hostile replies of {size // 1024:,} KB"
        print(f"  {what}: {slowest:.0f} ms, goal {GOAL_MS} ms ({filler!r})")


def _milliseconds(filler: str, size: int) -> float:
    response = Response(Outcome.COMPLETE, hostile_reply(filler, size), finish_reason="stop")
    best = float("inf")
    for _ in range(TRIES):
        began = time.process_time()
        for items in (SINGLE, SEVERAL):
            extract_scores(response, items, PROMPT)
        best = min(best, time.process_time() - began)
    return best * 1000 / 2


if __name__ == "__main__":
    main()
