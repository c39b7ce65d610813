"""Which words go with high scores and which with low ones, in the reasons that models give.

Log odds of a word in a band against all other bands, with an informative Dirichlet prior (Monroe, Colaresi & Quinn
2008; the prior is the model's own reasons, as in R's tidylo), model by model and over models as strata, so that a model
that likes a word and scores high does not make it a word of high scores. Words of one family of tasks hang together:
the variance is clustered by family, and t has as many degrees of freedom as families that the word rests on. The
published variance tests nothing: with the reasons themselves as the prior it is several times too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats.estimate import ROUNDING
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

    `z` is by the variance of the `log_odds` that is clustered by family, `df` the effective number of families less 1,
    `p` that of t on these. `z_published` is by the published variance, words taken as independent. All of these are
    None under `Preset.REPLICATE`, and `weight`, the mean TF-IDF, else.
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
    df: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The words that stand out most in one band, by p or weight. None tested: `reason` says why.

    `untested`: words of fewer than FEWEST_FAMILIES families, or used alike in all of them.
    """

    band: str
    texts: int
    tested: int
    words: tuple[Word, ...]
    reason: str = ""
    untested: int = 0


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


@dataclass(frozen=True, slots=True)
class _Test:
    """Of one band, by word. `places`: the words that can be tested; of the others the numbers say nothing."""

    log_odds: Floats
    z: Floats
    z_published: Floats
    df: Floats
    p: Floats
    places: Ints
    reason: str


def _tested(read: Corpora, own: Mapping[str, Corpus], top: int) -> tuple[Band, ...]:
    tests = [_test(read, own, band) for band in range(len(BANDS))]
    p_values: list[float | None] = [float(one) for test in tests for one in test.p[test.places]]
    adjusted = iter(benjamini_hochberg(p_values))
    bands = []
    for band, test in enumerate(tests):
        p_adj = dict(zip(test.places.tolist(), adjusted, strict=False))
        ranked = sorted((place for place in p_adj if test.z[place] > 0), key=lambda at: (test.p[at], -test.z[at], at))
        words = [
            Word(
                read.words[place],
                *_uses(own, place, band),
                log_odds=float(test.log_odds[place]),
                z=float(test.z[place]),
                z_published=float(test.z_published[place]),
                p=float(test.p[place]),
                p_adj=p_adj[place],
                df=float(test.df[place]),
            )
            for place in ranked[:top]
        ]
        untested = 0 if test.reason and not len(test.z) else len(read.words) - len(test.places)
        bands.append(Band(BANDS[band], _texts(own, band), len(test.places), tuple(words), test.reason, untested))
    return tuple(bands)


def _test(read: Corpora, own: Mapping[str, Corpus], band: int) -> _Test:
    import numpy as np
    from scipy.special import stdtr

    odds, reason, is_common = _odds(read, own, band)
    none = np.empty(0)
    if reason:
        return _Test(none, none, none, none, none, np.empty(0, dtype=np.int64), reason)
    variance, df = _clustered(odds)
    # A word of families that all use it alike has no variance: there is nothing to test it by.
    is_tested = is_common & (variance > 0) & (df > 0)
    se = np.sqrt(np.where(is_tested, variance, 1.0))
    z = odds.log_odds / se
    p = 2 * stdtr(np.where(is_tested, df, 1.0), -abs(z))
    if not is_tested.any():
        reason = f"no word of {FEWEST_FAMILIES} families or more that use it differently"
    return _Test(odds.log_odds, z, odds.log_odds / np.sqrt(odds.variance), df, p, np.flatnonzero(is_tested), reason)


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


def _clustered(odds: _Odds) -> tuple[Floats, Floats]:
    """The variance of the log odds from the families' influence on them (CR1), 0 where it is rounding, and its df.

    The families that a word effectively rests on are (Σe²)²/Σe⁴: all of them where they weigh alike, and as few as the
    word has where most never use it.
    """
    import numpy as np

    families = len(odds.influence)
    errors = odds.influence - odds.influence.mean(axis=0)
    errors[:, abs(errors).max(axis=0) <= ROUNDING * np.maximum(abs(odds.influence).max(axis=0), odds.variance)] = 0.0
    squares, fourths = (errors**2).sum(axis=0), (errors**4).sum(axis=0)
    effective = np.where(fourths > 0, squares**2 / np.where(fourths > 0, fourths, 1.0), 0.0)
    return squares * families / max(families - 1, 1), np.maximum(effective - 1, 0.0)


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
