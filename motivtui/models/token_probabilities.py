"""What an endpoint says about the probabilities of its tokens, checked and put beside the reply's text.

Knows the form that OpenAI-like endpoints give them in (`logprobs.content`), as objects or as dicts, and believes none
of it: what cannot be a probability is refused, and tokens that are not the text are left out. Knows no library, and
makes no score of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from motivtui.study.response import TokenChoice

MAX_CHOICES = 200
"""Places kept of one reply: half of them its first ones, half its last."""

MAX_ALTERNATIVES = 500
_MAX_TOKEN_CHARS = 100
_MOST_TOGETHER = 1.001  # the sum of probabilities that were rounded

Alternatives = tuple[tuple[str, float], ...]
"""Tokens with their probabilities, 0 to 1."""


def token_choices(content: Sequence[object], text: str) -> tuple[TokenChoice, ...]:
    """The tokens with a digit in them, by their place in `text`; none, where tokens and text do not line up.

    The tokens may say more than the text (a reasoning before it, an end mark after it) or only its end (the beginning
    was put into the model's mouth), but only one way in which the one lies in the other is believed. A single token is
    kept without a digit, too: then it is all that was asked for.
    """
    tokens = [_token_bytes(entry) for entry in content]
    shown = text.encode("utf-8", "surrogatepass")
    first = None if None in tokens else _first_byte(b"".join(token or b"" for token in tokens), shown)
    if first is None:
        return ()
    found = []
    for entry, start, token in _placed(content, tokens, shown, first):
        options = alternatives(entry)
        if options:
            found.append(TokenChoice(start, token, options))
    half = MAX_CHOICES // 2
    return tuple(found if len(found) <= MAX_CHOICES else found[:half] + found[-half:])


def alternatives(entry: object) -> Alternatives:
    """What could have stood at one place, the written token among it; empty: these are no probabilities."""
    given = _field(entry, "top_logprobs")
    told = [*given[:MAX_ALTERNATIVES]] if isinstance(given, list | tuple) else []
    if _field(entry, "token") not in [_field(one, "token") for one in told]:
        told.append(entry)
    found = [(token, mass) for token, mass in map(_mass, told) if token is not None and mass is not None]
    return tuple(found) if math.fsum(mass for _, mass in found) <= _MOST_TOGETHER else ()


def entries_of(choice: object) -> list[object]:
    """What a choice of an answer, or of a piece of a stream, says about its tokens; empty: nothing."""
    content = _field(_field(choice, "logprobs"), "content")
    return list(content) if isinstance(content, list) else []


def _first_byte(said: bytes, shown: bytes) -> int | None:
    """The byte of the text at which the tokens begin (negative: before it); None: nowhere for certain."""
    offset = said.find(shown)
    if not said or not shown:
        return None
    if offset >= 0:
        return -offset if said.find(shown, offset + 1) < 0 else None
    return len(shown) - len(said) if shown.endswith(said) else None


def _placed(
    content: Sequence[object], tokens: Sequence[bytes | None], shown: bytes, position: int
) -> Iterator[tuple[object, int, str]]:
    """Each entry whose token lies in the text and holds a digit, with its first character's place, and its text.

    `position` is the byte of the text at which the first token begins (before the text: negative).
    """
    counted, characters = 0, 0
    for entry, token in zip(content, tokens, strict=True):
        start, position = position, position + len(token or b"")
        if start < 0 or position > len(shown):
            continue
        try:
            spoken = shown[start:position].decode("utf-8", "surrogatepass")
            if len(content) == 1 or any(letter.isdecimal() for letter in spoken):
                characters += len(shown[counted:start].decode("utf-8", "surrogatepass"))
                counted = start
                yield entry, characters, spoken
        except UnicodeDecodeError:  # a token that ends inside a character
            continue


def _token_bytes(entry: object) -> bytes | None:
    """What a token adds to the reply: tokens may end inside a character, so bytes go before text. None: no token."""
    raw, token = _field(entry, "bytes"), _field(entry, "token")
    if isinstance(raw, list) and raw and all(type(byte) is int and 0 <= byte <= 255 for byte in raw):
        return bytes(raw)
    return token.encode("utf-8", "surrogatepass") if isinstance(token, str) else None


def _mass(entry: object) -> tuple[str | None, float | None]:
    """A token and its probability; None what is none."""
    token, logprob = _field(entry, "token"), _field(entry, "logprob")
    if not isinstance(token, str) or len(token) > _MAX_TOKEN_CHARS:
        return None, None
    if isinstance(logprob, bool) or not isinstance(logprob, int | float) or not -1e6 <= logprob <= 1e-6:
        return token, None
    return token, math.exp(min(logprob, 0.0))


def _field(entry: object, name: str) -> object:
    return entry.get(name) if isinstance(entry, Mapping) else getattr(entry, name, None)
