r"""Reply text on its way into the database and back, exact to the last character.

SQLite takes any Unicode text, NUL included, but no lone surrogates (a server can send them as `\ud800` in JSON). A
text that holds one is stored with Python's `unicode_escape` instead, and the row says so (`is_escaped`). Not as JSON:
two surrogates that came in different chunks would be read back as one sign, and every later character would move.
"""

from __future__ import annotations


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
    return text.encode("unicode_escape").decode("ascii") if is_escaped else text


def original(column: str, *, is_escaped: bool) -> str:
    """The text as the model sent it. Raises ValueError when an escaped column is damaged."""
    return column.encode("ascii").decode("unicode_escape") if is_escaped else column


def spelled_out(text: str) -> str:
    r"""A short text that describes a reply (a message, a name); lone surrogates become `\ud800`, for good."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
