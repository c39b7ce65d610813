"""The words by which a reply names an instrument's items.

Owns the folding of names (letter case, spaces, dashes, underscores) and the pattern that finds them in prose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from motivtui.study.instrument import Item

_GENERAL_WORDS = ("score", "rating", "answer")
_DROPPED = str.maketrans("", "", " \t\n\r_-\u00a0\u2010\u2011")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An instrument's items and their names.

    `names` and `labels` map a folded name to the item's place; `pattern` finds any of them, whole words only.
    `first_words` lets a text without any name be passed over at the speed of `in`.
    """

    items: tuple[Item, ...]
    names: Mapping[str, int]
    labels: Mapping[str, int]
    general: Mapping[str, int]
    pattern: re.Pattern[str]
    first_words: tuple[str, ...]

    def place_of(self, name: str) -> int | None:
        """The place of the item that a name, a label or (with one item only) a general word stands for."""
        folded = fold_name(name)
        for known in (self.names, self.labels, self.general):
            if folded in known:
                return known[folded]
        return None

    def is_general(self, name: str) -> bool:
        """Whether a word names the only item just because there is no other ("score")."""
        return fold_name(name) in self.general and not self.is_key(name)

    def is_key(self, name: str) -> bool:
        """Whether a JSON key names an item."""
        folded = fold_name(name)
        return folded in self.names or folded in self.labels

    def may_occur_in(self, text: str) -> bool:
        """False: no item is named anywhere in the text."""
        folded = text.casefold()
        return any(word in folded for word in self.first_words)


def fold_name(name: str) -> str:
    """`motivationscore` for "Motivation Score", "motivation_score" and "motivation-score"."""
    return name.casefold().translate(_DROPPED)


@lru_cache(maxsize=64)
def vocabulary(items: tuple[Item, ...]) -> Vocabulary:
    """The vocabulary of an instrument's items."""
    names = {fold_name(item.name): place for place, item in enumerate(items)}
    labels = {fold_name(item.label): place for place, item in enumerate(items) if fold_name(item.label)}
    general = dict.fromkeys(_GENERAL_WORDS, 0) if len(items) == 1 else {}
    spoken = {word for item in items for word in (item.name, item.label) if fold_name(word)} | set(general)
    patterns = sorted(map(_spelled, spoken), key=len, reverse=True)
    # "intrinsic motivation: 90" and "demotivation: 20" are not about motivation as a whole.
    pattern = rf"(?<![^\W_])(?<!\bde-)(?<!intrinsic )(?<!extrinsic )(?:{'|'.join(patterns) or '(?!)'})(?![^\W_])"
    first_words = {word.casefold() for text in spoken - set(general) for word in _parts(text)[:1]}
    return Vocabulary(items, names, labels, general, re.compile(pattern, re.IGNORECASE), tuple(sorted(first_words)))


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\s_-]+", name) if part]


def _spelled(name: str) -> str:
    return r"[\s_-]{0,2}".join(re.escape(part) for part in _parts(name))
