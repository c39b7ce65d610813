"""Replies that would be slow to read if any part of the extraction were not linear."""

from __future__ import annotations

SIZE = 2**20

FILLERS = (
    "lorem ipsum dolor. ",
    "8",
    "{",
    '"',
    "[",
    "<think>",
    "<think></think>",
    "</think>",
    "motivation: ",
    "eighty ",
    "{'motivation': 8,}",
    '{"motivation":1}',
    '{"motivation":',
    '{"motivation": 85,',
    '{"',
    '{"\\"',
    "{a}",
    '\\"',
    "1 to 100 ",
    "not 7 ",
    "score ",
    "1-",
    "\n",
    "( ",
    "- ",
    "as an AI ",
    "I cannot ",
    "motivation: 8 ",
    "٨",
    "1.\n",
    "7/10 ",
    "value fear ",
)
"""Each is repeated to the wanted size."""


def hostile_reply(filler: str, size: int = SIZE) -> str:
    """A reply of `size` characters."""
    return (filler * (size // len(filler) + 1))[:size]
