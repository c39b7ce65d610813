"""Agreement against Shrout & Fleiss, Krippendorff and statsmodels; intervals against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.stats.agreement import intraclass, krippendorff, quadratic_kappa
from motivtui.stats.estimate import Size

# Shrout & Fleiss (1979), table 2: four judges of six targets, as in R's documentation of psych::ICC.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
SIX = Size(24, 6)
# Krippendorff (2011), section C: four observers of twelve units, as in R's documentation of irr::kripp.alpha.
NAN = np.nan
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T


def test_intraclass_correlations_are_those_of_psych() -> None:
    found = intraclass(JUDGES, np.arange(6), size=SIX, draws=100, seed=1, is_published=True)
    # R: psych::ICC(sf): ICC2 0.29 [0.019, 0.76], ICC3 0.71 [0.342, 0.95], ICC2k 0.62 [0.071, 0.93], ICC3k 0.91
    # [0.676, 0.99], each with F = 11 on 5 and 15, p = 0.00013
    for one, value, low, high in (
        (found.a1, 0.29, 0.019, 0.76),
        (found.c1, 0.71, 0.342, 0.95),
        (found.ak, 0.62, 0.071, 0.93),
        (found.ck, 0.91, 0.676, 0.99),
    ):
        assert [one.value, one.high] == pytest.approx([value, high], abs=0.005)
        assert one.low == pytest.approx(low, abs=0.0005)
        assert [one.statistic, one.df, one.df2] == pytest.approx([11.027, 5, 15], abs=0.001)
        assert one.p == pytest.approx(0.00013, abs=0.00001)
        assert one.flags == ("tasks taken as independent",)
    assert found.ak.method == "ICC(A,4), two-way, F interval, tasks taken as independent"


def test_resampled_intervals_have_the_same_values() -> None:
    found = intraclass(JUDGES, np.arange(6), size=SIX, draws=300, seed=1)
    published = intraclass(JUDGES, np.arange(6), size=SIX, draws=300, seed=1, is_published=True)
    assert found.a1.value == published.a1.value
    assert found.a1.method == "ICC(A,1), two-way, families resampled"
    assert found.a1.flags == ("few families (6)",)
    assert found.a1.low is not None
    assert found.a1.low < found.a1.value < (found.a1.high or 0)  # type: ignore[operator]


def test_a_level_of_a_rater_costs_agreement_but_no_consistency() -> None:
    shifted = intraclass(JUDGES + np.array([0, 5, 0, 0]), np.arange(6), size=SIX, draws=50, seed=1)
    found = intraclass(JUDGES, np.arange(6), size=SIX, draws=50, seed=1)
    assert shifted.c1.value == pytest.approx(found.c1.value)
    assert shifted.a1.value != pytest.approx(found.a1.value)
    only_level = intraclass(
        JUDGES[:, :1] + np.array([0, 5]), np.arange(6), size=SIX, draws=50, seed=1, is_published=True
    )
    assert only_level.c1.value == pytest.approx(1)
    assert (only_level.c1.low, only_level.c1.reason) == (None, "raters differ by level only")


def test_alpha_is_krippendorffs() -> None:
    parents, size = np.arange(12), Size(41, 12)
    ordinal = krippendorff(OBSERVERS, parents, is_ordinal=True, size=size, draws=100, seed=1)
    interval = krippendorff(OBSERVERS, parents, is_ordinal=False, size=size, draws=100, seed=1)
    # R: irr::kripp.alpha(nmm, "ordinal") 0.815, "interval" 0.849
    assert [ordinal.value, interval.value] == pytest.approx([0.815, 0.849], abs=0.0005)
    assert ordinal.low is not None


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=3, max_size=30))
def test_kappa_is_that_of_statsmodels(pairs: list[tuple[int, int]]) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    x, y = np.array(pairs, dtype=float).T
    counts = np.zeros((7, 7))
    for one, other in pairs:
        counts[one - 1, other - 1] += 1
    found = quadratic_kappa(x, y, np.arange(len(x)), size=Size(len(x), len(x)), draws=50, seed=1)
    if len(set(x) | set(y)) == 1:
        assert (found.value, found.reason) == (None, "the scores do not vary")
    else:
        assert found.value == pytest.approx(cohens_kappa(counts, wt="quadratic", return_results=False))


def test_why_there_is_no_agreement() -> None:
    parents = np.arange(6)
    one = intraclass(JUDGES[:, :1], parents, size=SIX, draws=50, seed=1)
    assert {one.a1.reason, one.ck.reason} == {"one rater: nobody to agree with"}
    assert intraclass(JUDGES[:2], parents[:2], size=SIX, draws=50, seed=1).a1.reason == "2 rated by all, 3 are needed"
    assert intraclass(JUDGES * 0 + 4.2, parents, size=SIX, draws=50, seed=1).c1.reason == "the scores do not vary"
    options = {"size": SIX, "draws": 50, "seed": 1}
    single = np.where(np.arange(4) == 0, JUDGES, np.nan)
    assert krippendorff(single, parents, is_ordinal=True, **options).reason == "nothing was rated twice"  # type: ignore[arg-type]
    same = krippendorff(JUDGES * 0 + 3, parents, is_ordinal=False, **options)  # type: ignore[arg-type]
    assert same.reason == "the scores do not vary"
    together = krippendorff(JUDGES, parents * 0, is_ordinal=False, **options)  # type: ignore[arg-type]
    assert (together.low, together.reason) == (None, "one family only")


def covers(seeds: int, draws: int) -> None:
    """True ICC(A,1) 4/(4+1+2), ICC(C,1) 4/6: families share half of what is rated; raters are these three."""
    generator = np.random.default_rng(3)
    parents = np.repeat(np.arange(40), 3)
    levels = np.array([-1.0, 0, 1])  # variance 1 with k-1, as McGraw & Wong count fixed raters
    covered = {"a1": 0, "c1": 0, "alpha": 0}
    for _ in range(seeds):
        true = np.sqrt(2) * (generator.normal(size=40)[parents] + generator.normal(size=120))
        scores = true[:, None] + levels + np.sqrt(2) * generator.normal(size=(120, 3))
        size = Size(360, 120)
        icc = intraclass(scores, parents, size=size, draws=draws, seed=1)
        alpha = krippendorff(scores, parents, is_ordinal=False, size=size, draws=draws, seed=1)
        for name, one, value in (
            ("a1", icc.a1, 4 / 7),
            ("c1", icc.c1, 4 / 6),
            ("alpha", alpha, 1 - 3 / (4 + 2 + 2 / 3)),
        ):
            assert one.low is not None
            assert one.high is not None
            covered[name] += one.low <= value <= one.high
    for name, count in covered.items():
        if name != "alpha":  # its expectation is only nearly that
            assert count / seeds == pytest.approx(0.95, abs=3 * np.sqrt(0.05 * 0.95 / seeds) + 0.01), name
    assert covered["alpha"] / seeds > 0.85


def test_intervals_cover() -> None:
    covers(60, 400)


@pytest.mark.soak
def test_intervals_cover_at_full_size() -> None:
    covers(500, 2_000)
