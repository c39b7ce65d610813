r"""Reply text on its way into the database and back, exact to the last character.

SQLite takes any Unicode text, NUL included, but no lone surrogates (a server can send them as `\ud800` in JSON). A
text that holds one is stored as a JSON string instead, and the row says so (`is_escaped`).
"""

from __future__ import annotations

import json


def needs_escape(*texts: str) -> bool:
    """Whether any of the texts cannot be stored as it is."""
    for text in texts:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return True
    return False


def stored(text: str, *, is_escaped: bool) -> str:
    """The text as it goes into a column."""
    return json.dumps(text) if is_escaped else text


def original(column: str, *, is_escaped: bool) -> str:
    """The text as the model sent it."""
    return str(json.loads(column)) if is_escaped else column
