"""Words of high scores and of low ones: log odds by hand, strata, families, TF-IDF of scikit-learn."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student_t

from motivtui.errors import UsageError
from motivtui.stats.preset import Preset
from motivtui.stats.rationales import BANDS, Rationale, band_of, corpora, words_of
from motivtui.stats.tf_idf import tf_idf
from motivtui.stats.vocabulary import Vocabulary, vocabularies


def reasons(texts: dict[float, list[str]], model: str = "m", families: int = 10) -> list[Rationale]:
    return [
        Rationale(model, f"f{number % families}", score, text)
        for score, own in texts.items()
        for number, text in enumerate(own)
    ]


TWO = {10.0: ["dull work", "dull and long", "work again"] * 10, 90.0: ["fun work", "fun and new"] * 15}


def vocabulary(rationales: list[Rationale], preset: Preset = Preset.ROBUST, model: str | None = "m") -> Vocabulary:
    (found,) = [one for one in vocabularies(rationales, preset) if one.model == model]
    return found


@pytest.mark.parametrize(
    ("score", "band"), [(1, 0), (19, 0), (19.5, 0), (20, 1), (39, 1), (40, 2), (79, 3), (80, 4), (99, 4), (100, 4)]
)
def test_bands_end_below_the_next(score: float, band: int) -> None:
    assert band_of(score) == band


def test_words_are_letters_in_lower_case() -> None:
    assert words_of("It's a WELL-known Übung, 3 times; naïve I_said don’t") == [
        "it's", "well-known", "übung", "times", "naïve", "said", "don’t",
    ]  # fmt: skip


def test_log_odds_are_tidylos() -> None:
    """As bind_log_odds(uninformative = FALSE) of R's tidylo 0.2 computes them: a word's prior is its own count."""
    found = vocabulary(reasons(TWO))
    low = {one.word: one for one in found.bands[0].words}
    words = [word for texts in TWO.values() for text in texts for word in text.split()]
    inside = [word for text in TWO[10.0] for word in text.split()]
    n, y, total, size = inside.count("dull"), words.count("dull"), len(words), len(inside)
    one = (n + y) / (total + size - n - y)
    other = (y - n + y) / (total + (total - size) - (y - n) - y)
    assert low["dull"].log_odds == pytest.approx(math.log(one) - math.log(other))
    wanted = (math.log(one) - math.log(other)) / math.sqrt(1 / (n + y) + 1 / (y - n + y))
    assert low["dull"].z_published == pytest.approx(wanted)
    assert (low["dull"].count, low["dull"].texts) == (n, 20)
    assert found.bands[4].words[0].word == "fun"
    assert "1-19: dull" in found.sentence


def test_bands_with_few_reasons_are_na() -> None:
    found = vocabulary(reasons(TWO | {50.0: ["so so"] * 19}))
    assert [one.reason for one in found.bands] == [
        "",
        "0 reasons, 20 are needed",
        "19 reasons, 20 are needed",
        "0 reasons, 20 are needed",
        "",
    ]
    alone = vocabulary(reasons({90.0: ["fun"] * 30}))
    assert alone.bands[4].reason == "no model has 20 reasons in this band and 20 in others"


def test_a_word_of_few_families_is_not_tested() -> None:
    rare = [Rationale("m", f"f{number % 2}", 90, "sudoku") for number in range(20)]
    found = vocabulary(reasons(TWO) + rare)
    assert "sudoku" not in {one.word for one in found.bands[4].words}
    often = [Rationale("m", f"f{number % 8}", 90, "sudoku") for number in range(20)]
    assert "sudoku" in {one.word for one in vocabulary(reasons(TWO) + often).bands[4].words}


def test_words_of_one_family_weigh_less_than_words_of_many() -> None:
    def z(*, concentrated: bool) -> float:
        plain = reasons({10.0: ["plain answer here"] * 60, 90.0: ["plain answer here"] * 60}, families=30)
        family = [number % (3 if concentrated else 30) for number in range(30)]
        marked = [Rationale("m", f"f{one}", 90, "sparkle " * (15 + n % 11)) for n, one in enumerate(family)]
        return next(one.z or 0 for one in vocabulary(plain + marked).bands[4].words if one.word == "sparkle")

    assert z(concentrated=True) < z(concentrated=False)


def test_z_is_clustered_by_family_and_t_has_the_families_that_count() -> None:
    """By hand: the influence of each family on the log odds, CR1, and t on (Σe²)²/Σe⁴ - 1."""
    texts = {score: [text + " fog" * (n % 4 == 1) for n, text in enumerate(own)] for score, own in TWO.items()}
    low = {one.word: one for one in vocabulary(reasons(texts, families=7)).bands[0].words}["dull"]
    inside, outside = (
        np.array(
            [
                [
                    sum((word == "dull") == is_it for t in texts[score][family::7] for word in t.split())
                    for is_it in (1, 0)
                ]
                for family in range(7)
            ],
            dtype=float,
        )
        for score in (10.0, 90.0)
    )
    influence = np.zeros(7)
    for side in (inside, outside):
        own, others = side.sum(axis=0) + (inside + outside).sum(axis=0)
        influence = (side[:, 0] / own - side[:, 1] / others) - influence
    errors = -influence - (-influence).mean()
    variance, effective = (errors**2).sum() * 7 / 6, (errors**2).sum() ** 2 / (errors**4).sum()
    assert low.log_odds is not None
    assert low.z == pytest.approx(low.log_odds / math.sqrt(variance))
    assert low.df == pytest.approx(effective - 1)
    assert low.p == pytest.approx(2 * student_t.sf(low.z, effective - 1))


def test_a_word_that_all_families_use_alike_is_not_tested() -> None:
    """Without variance there is no test; a band of such words only says so."""
    same = [Rationale("m", f"f{n % 4}", score, "gray") for score in (10.0, 90.0) for n in range(24)]
    found = vocabulary(same).bands[0]
    assert (found.tested, found.untested, found.words) == (0, 1, ())
    assert found.reason == "no word of 3 families or more that use it differently"
    rare = [Rationale("m", f"f{number % 2}", 90, "sudoku") for number in range(20)]
    assert vocabulary(reasons(TWO) + rare).bands[4].untested == 1


def test_a_model_that_likes_a_word_and_scores_high_is_no_evidence() -> None:
    chatty = reasons({90.0: ["truly fine"] * 40, 10.0: ["truly fine"] * 20}, "chatty")
    terse = reasons({90.0: ["fine"] * 20, 10.0: ["fine"] * 40}, "terse")
    found = vocabulary(chatty + terse, model=None)
    assert "truly" not in {one.word for one in found.bands[4].words}
    assert found.models == ("chatty", "terse")
    assert "2 models as strata" in found.sentence


def test_strata_weigh_by_their_precision() -> None:
    many = {score: texts * 10 for score, texts in TWO.items()}
    few = {score: [text + " rain" for text in texts] for score, texts in TWO.items()}
    found = {one.model: one for one in vocabularies(reasons(many, "a") + reasons(few, "b"))}
    odds, weights = [], []
    for model in "ab":
        word = next(one for one in found[model].bands[0].words if one.word == "long")
        assert word.log_odds is not None
        assert word.z_published is not None
        odds.append(word.log_odds)
        weights.append((word.z_published / word.log_odds) ** 2)
    both = next(one for one in found[None].bands[0].words if one.word == "long")
    assert both.log_odds == pytest.approx(np.average(odds, weights=weights))
    assert both.log_odds != pytest.approx(np.mean(odds), rel=1e-6)


def test_what_cannot_be_used_is_counted() -> None:
    bad = [Rationale("m", "f1", None, "why not"), Rationale("m", "f1", 50, " 12 !"), Rationale("m", "f1", None, "")]
    found = vocabulary(reasons(TWO) + bad)
    assert (found.total, found.n, found.excluded) == (63, 60, {"no reason given": 1, "no score": 2})
    assert "60 of 63 reasons, excluded: 1 no reason given, 2 no score" in found.sentence
    empty = vocabulary([Rationale("m", "f", None, "x")])
    assert empty.bands[0].reason == "0 reasons, 20 are needed"
    assert vocabularies([]) == ()


def test_other_scales_are_refused() -> None:
    with pytest.raises(UsageError, match="scores from 1 to 100"):
        corpora([Rationale("m", "f", 850, "far too much")])


@pytest.mark.parametrize("preset", list(Preset))
def test_one_word_only_is_no_error(preset: Preset) -> None:
    found = vocabulary(reasons({10.0: ["fun"] * 20, 90.0: ["fun"] * 20}), preset)
    assert found.n == 40


# scikit-learn's user guide, "Tf-idf term weighting": counts of six texts, and TfidfTransformer()'s weights for them.
COUNTS = [[3, 0, 1], [2, 0, 0], [3, 0, 0], [4, 0, 0], [3, 2, 0], [3, 0, 2]]
WEIGHTS = [
    [0.85151335, 0, 0.52433293], [1, 0, 0], [1, 0, 0], [1, 0, 0],
    [0.55422893, 0.83236428, 0], [0.63035731, 0, 0.77630514],
]  # fmt: skip


def test_weights_are_those_of_scikit_learn() -> None:
    texts = np.array([text for text, row in enumerate(COUNTS) for count in row for _ in range(count)])
    words = np.array([word for row in COUNTS for word, count in enumerate(row) for _ in range(count)])
    text, word, weight = tf_idf(texts, words, 6)
    found = np.zeros((6, 3))
    found[text, word] = weight
    assert found == pytest.approx(np.array(WEIGHTS), abs=1e-8)


def test_the_published_way_has_weights_and_no_test() -> None:
    found = vocabulary(reasons(TWO), Preset.REPLICATE)
    top = found.bands[4].words[0]
    assert (top.word, top.z, top.p) == ("fun", None, None)
    assert top.weight is not None
    assert "no test" in found.flags[0]


sentences = st.lists(st.sampled_from(["fun", "dull", "work", "new", "long"]), min_size=1, max_size=4).map(" ".join)


@given(st.lists(sentences, min_size=20, max_size=30), st.lists(sentences, min_size=20, max_size=30))
def test_two_bands_mirror_each_other(low: list[str], high: list[str]) -> None:
    found = vocabularies(reasons({10.0: low, 90.0: high}), top=99)[0]
    one, other = ({word.word: word.z for word in found.bands[band].words} for band in (0, 4))
    assert not set(one) & set(other)  # what stands out above stands back below
    assert found.bands[0].tested == found.bands[4].tested
    assert {band.band for band in found.bands} == set(BANDS)


def level(seeds: int) -> None:
    """Families have words of their own; scores know nothing of words: the share of words found is that of chance."""
    generator = np.random.default_rng(1)
    tested = rejected = 0
    names = np.array([f"w{chr(97 + place)}{chr(97 + other)}" for place in range(5) for other in range(8)])
    for _ in range(seeds):
        rows = []
        for family in range(30):
            liked = generator.dirichlet(np.full(40, 0.5))
            score = 90.0 if family % 2 else 10.0
            rows += [
                Rationale("m", f"f{family}", score, " ".join(generator.choice(names, 8, p=liked))) for _ in range(4)
            ]
        (found,) = vocabularies(rows, top=999)
        for band in (found.bands[0], found.bands[4]):
            tested += band.tested
            rejected += sum(one.p is not None and one.p < 0.05 for one in band.words)
    # A list holds the words that stand out above chance: half of the two-sided findings of each band.
    assert 2 * rejected / tested == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / (20 * seeds)) + 0.01)


def test_chance_finds_few_words() -> None:
    level(20)


@pytest.mark.soak
def test_chance_finds_few_words_at_full_size() -> None:
    level(200)


def test_rare_words_are_no_discoveries() -> None:
    """Most words are of few families: t with all families' degrees of freedom finds some of them in 4 of 10 studies."""
    generator = np.random.default_rng(2)
    names = np.array([f"w{chr(97 + place // 26)}{chr(97 + place % 26)}" for place in range(400)])
    base = 300 / np.arange(1, 401) / (1 / np.arange(1, 401)).sum()
    discoveries = 0
    for _ in range(20):
        liked = [generator.dirichlet(base) for _ in range(40)]
        rows = [
            Rationale(
                "m", f"f{n % 40}", 90.0 if n % 2 else 10.0, " ".join(generator.choice(names, 15, p=liked[n % 40]))
            )
            for n in range(200)
        ]
        found = vocabulary(rows)
        discoveries += any((one.p_adj or 1) < 0.05 for band in found.bands for one in band.words)
    assert discoveries <= 4


def test_it_survives_json() -> None:
    found = vocabularies(reasons(TWO))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Vocabulary, ...]) == found
