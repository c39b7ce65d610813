"""What of a reply is the answer: some models think aloud in the text itself before they answer."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


def answer_text(reply: str) -> str:
    """The reply without the think-blocks at its beginning: what a conversation goes on with and a judge reads.

    A block that is never closed is all thinking: no answer is left. Other text comes back as it is.
    """
    rest = reply
    while rest.lstrip().startswith(_OPEN):
        _, found, after = rest.partition(_CLOSE)
        if not found:
            return ""
        rest = after
    return rest if rest is reply else rest.lstrip()
