"""TF-IDF as the published analysis has it (scikit-learn's default: smoothed, each text of length 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from motivtui.stats.rationales import BANDS, Corpus

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints


def mean_tf_idf(parts: Sequence[Corpus], words: int) -> Floats:
    """The mean weight of each word over the reasons of each band, weights[band, word]; models in one pot."""
    import numpy as np

    offsets = np.cumsum([0, *(len(one.bands) for one in parts)])
    texts = np.concatenate([one.texts + start for one, start in zip(parts, offsets[:-1], strict=True)])
    bands = np.concatenate([one.bands for one in parts])
    text, word, weight = tf_idf(texts, np.concatenate([one.words for one in parts]), len(bands))
    cells = bands[text] * words + word
    sums = np.bincount(cells, weights=weight, minlength=len(BANDS) * words).reshape(len(BANDS), words)
    means: Floats = sums / np.maximum(np.bincount(bands, minlength=len(BANDS)), 1)[:, None]
    return means


def tf_idf(texts: Ints, words: Ints, n: int) -> tuple[Ints, Ints, Floats]:
    """Text, word and weight of every word that occurs in a text, of the tokens of `n` texts.

    Count times ln((1+n)/(1+texts with the word)) + 1, then divided by the text's Euclidean length.
    """
    import numpy as np

    width = int(words.max(initial=-1)) + 1
    cells, counts = np.unique(texts * max(width, 1) + words, return_counts=True)
    text, word = np.divmod(cells, max(width, 1))
    frequency = np.bincount(word, minlength=width)
    weight = counts * (np.log((1 + n) / (1 + frequency)) + 1)[word]
    length = np.sqrt(np.bincount(text, weights=weight**2, minlength=n))
    return text, word, weight / length[text]
