"""A reply cut into tokens, and the probabilities that an endpoint gives with them; made up, but the same every time.

A number is one token (`numbers`), or every digit is (`digits`). Must not know how an answer travels.
"""

from __future__ import annotations

import math
import re
from typing import Any

_TOKENS = {
    "numbers": re.compile(r"[0-9]{1,3}| ?[^\W\d_]+|.", re.DOTALL),
    "digits": re.compile(r"[0-9]| ?[^\W\d_]+|.", re.DOTALL),
}
KINDS = (*_TOKENS, "nan", "words", "certain", "null", "elsewhere")
"""Besides the two tokenisers, what cannot be: NaN, words and sums above 1 for probabilities, no list, other tokens."""


def token_entries(text: str, kind: str, top: int) -> list[dict[str, Any]] | None:
    """The `content` of OpenAI's logprobs for a reply, with at most `top` alternatives each; None: null was ordered."""
    if kind == "null":
        return None
    if kind == "elsewhere":
        text = f"7 of {text[::-1]}"
    return [_entry(token, kind, top) for token in _TOKENS.get(kind, _TOKENS["numbers"]).findall(text)]


def _entry(token: str, kind: str, top: int) -> dict[str, Any]:
    """The written token has a half, the next numbers (of a digit: digits) a quarter, an eighth …; a word 0.9."""
    if token.isdecimal():
        modulus = 10 if kind == "digits" else 1000
        others = [(str((int(token) + step) % modulus), 0.5 ** (step + 1)) for step in range(1, 6)]
        options = [(token, 0.5), *others]
    else:
        options = [(token, 0.9)]
    told = [_told(option, mass, kind) for option, mass in options[:top]]
    return {**_told(token, options[0][1], kind), "top_logprobs": told}


def _told(token: str, mass: float, kind: str) -> dict[str, Any]:
    odd: dict[str, Any] = {"nan": math.nan, "words": "very likely", "certain": 0.0}
    logprob = odd.get(kind, math.log(mass))
    return {"token": token, "logprob": logprob, "bytes": list(token.encode("utf-8", "surrogatepass"))}
