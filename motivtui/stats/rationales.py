"""Reasons that models gave for their scores, as counts of words by band of scores and by family.

Owns what a word is and which reasons can be used; computes no statistic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from motivtui.errors import UsageError

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

BANDS = ("1-19", "20-39", "40-59", "60-79", "80-100")
"""Each from its first score to below the next one's; the last one holds 100."""
WIDTH = 20
HIGHEST = 100
NO_SCORE = "no score"
NO_WORD = "no reason given"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Rationale(NamedTuple):
    """One reason, with the score that it was given for (1 to 100; None: none could be read)."""

    model: str
    family: str
    score: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The usable reasons of one model. `words[token]`, `texts[token]`: which word stands in which reason, by code.

    `bands[text]` and `families[text]`: codes of what a reason belongs to.
    """

    words: Ints
    texts: Ints
    bands: Ints
    families: Ints
    total: int
    excluded: Mapping[str, int]

    def band_texts(self, band: int) -> int:
        """How many reasons a band has."""
        return int((self.bands == band).sum())

    def counts(self, band: int, size: tuple[int, int], *, is_inside: bool = True) -> Floats:
        """counts[family, word] of the tokens of a band, or of all others; `size`: how many families and words."""
        import numpy as np

        chosen = (self.bands[self.texts] == band) == is_inside
        cells = self.families[self.texts[chosen]].astype(np.int64) * size[1] + self.words[chosen]
        return np.bincount(cells, minlength=size[0] * size[1]).reshape(size).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Corpora:
    """Every model's reasons, with the words and families that their codes stand for."""

    words: tuple[str, ...]
    families: tuple[str, ...]
    by_model: Mapping[str, Corpus]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in its order: two letters or more, hyphens and apostrophes within them."""
    return [word for word in _WORD.findall(text.casefold()) if len(word) > 1]


def corpora(rationales: Iterable[Rationale]) -> Corpora:
    """The reasons of each model, in the models' order. Raises UsageError where a score is not from 1 to 100."""
    import numpy as np

    read = sorted(rationales, key=lambda one: (one.model, one.family, one.text, one.score or 0))
    used: list[tuple[Rationale, list[str]]] = []
    excluded: dict[str, Counter[str]] = {one.model: Counter() for one in read}
    for one in read:
        found = words_of(one.text)
        if one.score is not None and not 1 <= one.score <= HIGHEST:
            raise UsageError(
                f"A reason of {one.model} comes with the score {one.score:g}; bands are of scores from 1 to {HIGHEST}.",
                hint="Give the reasons of an instrument with that scale.",
            )
        reason = NO_SCORE if one.score is None else "" if found else NO_WORD
        if reason:
            excluded[one.model][reason] += 1
        else:
            used.append((one, found))
    words = {word: code for code, word in enumerate(sorted({word for _, found in used for word in found}))}
    families = {name: code for code, name in enumerate(sorted({one.family for one, _ in used}))}
    by_model = {}
    for model, left in excluded.items():
        own = [(one, found) for one, found in used if one.model == model]
        by_model[model] = Corpus(
            np.array([words[word] for _, found in own for word in found], dtype=np.int64),
            np.repeat(np.arange(len(own)), [len(found) for _, found in own]).astype(np.int64),
            np.array([band_of(one.score or 0) for one, _ in own], dtype=np.int64),
            np.array([families[one.family] for one, _ in own], dtype=np.int64),
            len(own) + sum(left.values()),
            dict(sorted(left.items())),
        )
    return Corpora(tuple(words), tuple(families), by_model)


def band_of(score: float) -> int:
    """The band of a score, by its place in BANDS."""
    return min(int(score // WIDTH), len(BANDS) - 1)
