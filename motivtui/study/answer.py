"""What of a reply is the answer: some models think aloud in the text itself before they answer."""

from __future__ import annotations

import re

_NAMES = r"(?:think|thinking|reasoning)"
_OPEN = re.compile(rf"\s*<({_NAMES})>", re.IGNORECASE)
_CLOSE = re.compile(rf"</{_NAMES}>", re.IGNORECASE)


def answer_text(reply: str) -> str:
    """The reply without the think-blocks at its beginning: what a conversation goes on with and a judge reads.

    A block that is never closed is all thinking: no answer is left. One that is only closed was opened by the model's
    own template, before the reply. Other text comes back as it is.
    """
    rest = reply
    while opened := _OPEN.match(rest):
        closed = re.compile(rf"</{opened[1]}>", re.IGNORECASE).search(rest, opened.end())
        if closed is None:
            return ""
        rest = rest[closed.end() :]
    if rest is reply:
        lone = _CLOSE.search(reply)
        if lone is None or re.search(rf"<{_NAMES}>", reply[: lone.start()], re.IGNORECASE):
            return reply
        rest = reply[lone.end() :]
    return rest.lstrip()
