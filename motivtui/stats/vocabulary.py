"""Which words go with high scores and which with low ones, in the reasons that models give.

Log odds of a word in a band against all other bands, with an informative Dirichlet prior (Monroe, Colaresi & Quinn
2008; the prior is the model's own reasons, as in R's tidylo), model by model and over models as strata, so that a model
that likes a word and scores high does not make it a word of high scores. Words of one family of tasks hang together:
the variance is clustered by family, and never below the published one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.multiplicity import benjamini_hochberg
from motivtui.stats.preset import Preset
from motivtui.stats.rationales import BANDS, Corpora, Corpus, Rationale, corpora
from motivtui.stats.tf_idf import mean_tf_idf
from motivtui.stats.wording import count, left_out

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Floats, Ints

FEWEST_TEXTS = 20
FEWEST_FAMILIES = 3
"""A word of fewer families is a word of their tasks; it is counted, not tested."""
TOP = 20
CAUTION = "the tasks of a band differ from those of others: a word may be theirs, not the score's"
INDEPENDENT = "no test; words of one task's repeats count each time"


@dataclass(frozen=True, slots=True)
class Word:
    """One word in one band: `count` uses in `texts` reasons.

    `z` is by the larger of two variances of the `log_odds`: clustered by family, and the published one, by which
    `z_published` is, words taken as independent. These, `p` and `p_adj` are None under `Preset.REPLICATE`, and
    `weight`, the mean TF-IDF, else.
    """

    word: str
    count: int
    texts: int
    log_odds: float | None = None
    z: float | None = None
    z_published: float | None = None
    p: float | None = None
    p_adj: float | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The words that stand out most in one band, by `z` or weight. None tested: `reason` says why."""

    band: str
    texts: int
    tested: int
    words: tuple[Word, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The bands of one model's reasons. `model` None: all models, as strata."""

    model: str | None
    models: tuple[str, ...]
    total: int
    n: int
    excluded: Mapping[str, int]
    bands: tuple[Band, ...]
    flags: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What can be said, of these reasons only."""
        who = self.model or f"{count(len(self.models), 'model')} as strata"
        said = []
        for band in self.bands:
            words = [one.word for one in band.words if one.p_adj is None or one.p_adj < 0.05][:5]
            said.append(f"{band.band}: {band.reason or ', '.join(words) or 'none'}")
        return (
            f"{who}, words that stand out by score: {'; '.join(said)}; "
            f"{self.n:,} of {self.total:,} reasons, {left_out(self.excluded)}."
        )


@dataclass(frozen=True, slots=True)
class _Odds:
    """Of one band against the others: by word, and influence[family, word] on the log odds."""

    log_odds: Floats
    variance: Floats
    influence: Floats


def vocabularies(
    rationales: Iterable[Rationale], preset: Preset = Preset.ROBUST, *, top: int = TOP
) -> tuple[Vocabulary, ...]:
    """One for each model, and one over them where there are several. p is adjusted over all words and bands of one.

    `Preset.REPLICATE`: the words of the highest mean TF-IDF, without a test. Raises UsageError for a score that is not
    from 1 to 100.
    """
    read = corpora(rationales)
    strata: list[tuple[dict[str, Corpus], str | None]] = [
        ({model: corpus}, model) for model, corpus in read.by_model.items()
    ]
    if len(strata) > 1:
        strata.append((dict(read.by_model), None))
    return tuple(_vocabulary(read, own, model, preset, top) for own, model in strata)


def _vocabulary(read: Corpora, own: Mapping[str, Corpus], model: str | None, preset: Preset, top: int) -> Vocabulary:
    excluded: dict[str, int] = {}
    for corpus in own.values():
        for reason, n in corpus.excluded.items():
            excluded[reason] = excluded.get(reason, 0) + n
    is_robust = preset is Preset.ROBUST
    bands = _tested(read, own, top) if is_robust else _weighed(read, own, top)
    total = sum(corpus.total for corpus in own.values())
    return Vocabulary(
        model,
        tuple(own),
        total,
        total - sum(excluded.values()),
        excluded,
        bands,
        (CAUTION,) if is_robust else (INDEPENDENT,),
    )


def _tested(read: Corpora, own: Mapping[str, Corpus], top: int) -> tuple[Band, ...]:
    import numpy as np
    from scipy.special import ndtr

    found = [_odds(read, own, band) for band in range(len(BANDS))]
    p_values: list[float | None] = []
    z_scores, places = [], []
    for odds, reason, has in found:
        se = np.sqrt(np.maximum(odds.variance, _clustered(odds))) if not reason else np.ones(len(read.words))
        z = np.where(has, odds.log_odds / se, 0.0)
        places.append(np.flatnonzero(has) if not reason else np.empty(0, dtype=np.int64))
        z_scores.append(z)
        p_values += [float(one) for one in 2 * ndtr(-abs(z[places[-1]]))]
    p_adjusted = benjamini_hochberg(p_values)
    bands, done = [], 0
    for band, (odds, reason, _) in enumerate(found):
        z, own_places = z_scores[band], places[band]
        ranked = sorted(range(len(own_places)), key=lambda at: (-z[own_places[at]], own_places[at]))
        words = [
            Word(
                read.words[place],
                *_uses(own, place, band),
                log_odds=float(odds.log_odds[place]),
                z=float(z[place]),
                z_published=float(odds.log_odds[place] / np.sqrt(odds.variance[place])),
                p=p_values[done + at],
                p_adj=p_adjusted[done + at],
            )
            for at in ranked[:top]
            if z[place := own_places[at]] > 0
        ]
        done += len(own_places)
        bands.append(Band(BANDS[band], _texts(own, band), len(own_places), tuple(words), reason))
    return tuple(bands)


def _odds(read: Corpora, own: Mapping[str, Corpus], band: int) -> tuple[_Odds, str, Bools]:
    """Over models by inverse variance; why a band is not tested; and which words are."""
    import numpy as np

    size = (len(read.families), len(read.words))
    parts = [
        _log_odds(corpus.counts(band, size), corpus.counts(band, size, is_inside=False))
        for corpus in own.values()
        if corpus.band_texts(band) >= FEWEST_TEXTS and len(corpus.bands) - corpus.band_texts(band) >= FEWEST_TEXTS
    ]
    if not parts:
        none = np.zeros(size[1])
        return _Odds(none, none, none), _too_few(own, band), none > 0
    weights = np.array([1 / one.variance for one in parts])
    shares = weights / weights.sum(axis=0)
    odds = _Odds(
        sum(one.log_odds * share for one, share in zip(parts, shares, strict=True)),
        1 / weights.sum(axis=0),
        sum(one.influence * share for one, share in zip(parts, shares, strict=True)),
    )
    return odds, "", _families(own, size) >= FEWEST_FAMILIES


def _families(own: Mapping[str, Corpus], size: tuple[int, int]) -> Ints:
    """In how many families' reasons each word occurs; `size`: how many families and words there are."""
    import numpy as np

    pairs = np.concatenate([corpus.families[corpus.texts] * size[1] + corpus.words for corpus in own.values()])
    return np.bincount(np.unique(pairs) % size[1], minlength=size[1])


def _too_few(own: Mapping[str, Corpus], band: int) -> str:
    texts = _texts(own, band)
    if texts < FEWEST_TEXTS:
        return f"{count(texts, 'reason')}, {FEWEST_TEXTS} are needed"
    return f"no model has {FEWEST_TEXTS} reasons in this band and {FEWEST_TEXTS} in others"


def _log_odds(inside: Floats, outside: Floats) -> _Odds:
    """Of counts[family, word] in a band and out of it; the prior of a word is its count in both, taken as given."""
    import numpy as np

    prior = inside.sum(axis=0) + outside.sum(axis=0)
    used = prior > 0
    sides = []
    for counts in (inside, outside):
        own, everything = np.where(used, counts.sum(axis=0) + prior, 1.0), float(counts.sum() + prior.sum())
        others = np.maximum(everything - own, 1.0)  # one word only: there are no others
        errors = counts - counts.sum(axis=1)[:, None] * (own / everything)
        sides.append((np.log(own / others), 1 / own, errors * (everything / (own * others))))
    (log_one, variance_one, one), (log_other, variance_other, other) = sides
    return _Odds(np.where(used, log_one - log_other, 0.0), variance_one + variance_other, (one - other) * used)


def _clustered(odds: _Odds) -> Floats:
    """The variance of the log odds from the families' influence on them: CR1."""
    families = len(odds.influence)
    errors = odds.influence - odds.influence.mean(axis=0)
    variance: Floats = (errors**2).sum(axis=0) * families / max(families - 1, 1)
    return variance


def _texts(own: Mapping[str, Corpus], band: int) -> int:
    return sum(corpus.band_texts(band) for corpus in own.values())


def _uses(own: Mapping[str, Corpus], word: int, band: int) -> tuple[int, int]:
    """How often a word is used in a band, and in how many reasons."""
    import numpy as np

    uses = texts = 0
    for corpus in own.values():
        found = corpus.texts[(corpus.words == word) & (corpus.bands[corpus.texts] == band)]
        uses += len(found)
        texts += int(len(found) > 0) + int(np.count_nonzero(np.diff(found)))  # they are in order
    return uses, texts


def _weighed(read: Corpora, own: Mapping[str, Corpus], top: int) -> tuple[Band, ...]:
    import numpy as np

    weights = mean_tf_idf(list(own.values()), len(read.words))
    bands = []
    for band, name in enumerate(BANDS):
        texts = _texts(own, band)
        if texts < FEWEST_TEXTS:
            bands.append(Band(name, texts, 0, (), f"{count(texts, 'reason')}, {FEWEST_TEXTS} are needed"))
            continue
        ranked = np.argsort(-weights[band], kind="stable")[:top].tolist()
        words = [
            Word(read.words[place], *_uses(own, place, band), weight=float(weights[band][place]))
            for place in ranked
            if weights[band][place] > 0
        ]
        bands.append(Band(name, texts, 0, tuple(words)))
    return tuple(bands)
