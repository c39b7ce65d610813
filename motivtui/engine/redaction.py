"""Cutting the keys of this process's environment out of whatever leaves it as a message or a log."""

from __future__ import annotations

import re
from collections.abc import Mapping

from motivtui.settings import Secret, Settings

_LIKE_A_KEY = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
_SHORTEST = 8
"""A shorter value of a variable that only looks like a key's is more likely a word: `true`, `none`."""


class Redactor:
    """Knows the keys; shows none."""

    def __init__(self, environment: Mapping[str, str], settings: Settings | None = None) -> None:
        """Take the values of all variables that look like a key's, and of those that endpoints name."""
        named = {one.api_key_env for one in settings.endpoints} if settings else set()
        keys = {
            value
            for name, value in environment.items()
            if (name in named and value) or (_LIKE_A_KEY.search(name) and len(value) >= _SHORTEST)
        }
        # The longer first: a key may be the beginning of another.
        self._secrets = tuple(Secret(key) for key in sorted(keys, key=len, reverse=True))
        self._longest = max(map(len, keys), default=0)

    @property
    def longest(self) -> int:
        """Characters of the longest key."""
        return self._longest

    def redacted(self, text: str) -> str:
        """The text without any of the keys."""
        for secret in self._secrets:
            text = secret.redact(text)
        return text
