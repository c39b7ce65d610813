"""A key that does not show itself by accident."""

from __future__ import annotations


class Secret:
    """Wraps a key: `repr` and `str` are `***`; `reveal` is the only way to the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key itself, for the one place that sends it."""
        return self._text

    def redact(self, message: str) -> str:
        """`message` with every occurrence of the key replaced."""
        return message.replace(self._text, "***") if self._text else message

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__
