"""Which texts hold some words, wherever they stand and however they are written; SQLite can ask it (`holds_words`).

Every text is looked at: no index of words has to be kept true while a run writes.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from functools import lru_cache

from motivtui.store.text import original


def folded(text: str) -> str:
    """The text in the one spelling that is compared: ÄRGER and ärger are the same, and so are ß and ss."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def asked_for(words: str) -> str:
    """What a user typed, word by word, as a value for `holds_words`; no word: an empty list."""
    return json.dumps(folded(words).split())


def has_words(text: str, asked: str) -> bool:
    """Whether every word of `asked` (from `asked_for`) occurs in the text, maybe within a longer word."""
    words = folded(text)
    return all(word in words for word in _listed(asked))


def register(connection: sqlite3.Connection) -> None:
    """Let queries say `holds_words(text, is_escaped, words)`: words as `asked_for` gives them; 0 for a NULL text."""
    connection.create_function("holds_words", 3, _holds_words, deterministic=True)


def _holds_words(text: str | None, is_escaped: int | None, asked: str) -> bool:
    return text is not None and has_words(original(text, is_escaped=bool(is_escaped)), asked)


@lru_cache(maxsize=64)
def _listed(asked: str) -> tuple[str, ...]:
    return tuple(json.loads(asked))
