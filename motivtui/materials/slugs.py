"""Ids made from names that people or other programs gave."""

from __future__ import annotations

import re
import unicodedata

from motivtui.materials.material_file import MAX_ID_CHARS


def slug(name: str, *, keep: str = "") -> str:
    """`name` in small ASCII letters, digits and hyphens (and the characters of `keep`); "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    edges = "-" + keep
    return re.sub(rf"[^a-z0-9{re.escape(keep)}]+", "-", plain).strip(edges)[:MAX_ID_CHARS].rstrip(edges)


class Slugs:
    """Gives each name its own id: the same name always the same, no two names one id."""

    def __init__(self, *, fallback: str, keep: str = "") -> None:
        """`fallback` is the id of names of which nothing is left as a slug."""
        self._fallback = fallback
        self._keep = keep
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> str:
        """The id of `name`; a number is added when another name has the same slug."""
        if name not in self._given:
            self._given[name] = self._free(slug(name, keep=self._keep) or self._fallback)
        return self._given[name]

    def _free(self, stem: str) -> str:
        candidate = stem
        while candidate in self._taken:
            self._numbers[stem] = self._numbers.get(stem, 1) + 1
            ending = f"-{self._numbers[stem]}"
            candidate = stem[: MAX_ID_CHARS - len(ending)] + ending
        self._taken.add(candidate)
        return candidate
