"""Components against SAS's documentation; rotation, parallel analysis and scores against brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from motivtui.stats.principal_components import (
    Rotation,
    above,
    bartlett,
    best_match,
    components,
    congruence,
    kaiser_meyer_olkin,
    parallel_eigenvalues,
)

if TYPE_CHECKING:
    from motivtui.stats.table import Floats

# Harman (1976), five socio-economic variables of twelve census tracts, as in SAS's documentation of PROC FACTOR.
HARMAN = np.array(
    [
        [5700, 12.8, 2500, 270, 25000],
        [1000, 10.9, 600, 10, 10000],
        [3400, 8.8, 1000, 10, 9000],
        [3800, 13.6, 1700, 140, 25000],
        [4000, 12.8, 1600, 140, 25000],
        [8200, 8.3, 2600, 60, 12000],
        [1200, 11.4, 400, 10, 16000],
        [9100, 11.5, 3300, 60, 14000],
        [9900, 12.5, 3400, 180, 18000],
        [9600, 13.7, 3600, 390, 25000],
        [9600, 9.6, 3300, 80, 12000],
        [9400, 11.4, 4000, 100, 13000],
    ]
)
Z = (HARMAN - HARMAN.mean(axis=0)) / HARMAN.std(axis=0)
R = Z.T @ Z / 12


def test_the_eigenvalues_are_those_of_sas() -> None:
    found = components(Z, 1, Rotation.VARIMAX)
    assert found.eigenvalues == pytest.approx([2.87331359, 1.79666009, 0.21483689, 0.09993405, 0.01525537], abs=1e-8)
    # SAS, Factor Pattern, Factor1
    assert found.loadings[:, 0] == pytest.approx([0.58096, 0.76704, 0.67243, 0.93239, 0.79116], abs=1e-5)


def test_two_factors_hold_what_those_of_sas_hold() -> None:
    found = components(Z, 2, Rotation.VARIMAX)
    # SAS, Final Communality Estimates
    communalities = [0.98782629, 0.88510555, 0.97930583, 0.88023562, 0.93750041]
    assert (found.loadings**2).sum(axis=1) == pytest.approx(communalities, abs=1e-8)


def test_sampling_adequacy_is_that_of_sas() -> None:
    overall, by_item = kaiser_meyer_olkin(R)
    # SAS, Kaiser's Measure of Sampling Adequacy
    assert overall == pytest.approx(0.57536759, abs=1e-8)
    assert by_item == pytest.approx([0.47207897, 0.55158839, 0.48851137, 0.80664365, 0.61281377], abs=1e-8)


def test_bartlett_is_the_likelihood_ratio() -> None:
    statistic, df, p = bartlett(R, 12)
    assert statistic == pytest.approx(-(11 - 15 / 6) * np.log(np.linalg.det(R)))
    assert (df, p < 0.001) == (10, True)
    generator = np.random.default_rng(1)
    ps = [bartlett(np.atleast_2d(np.corrcoef(generator.normal(size=(40, 5)).T)), 40)[2] for _ in range(400)]
    assert np.mean(np.array(ps) < 0.05) == pytest.approx(0.05, abs=0.035)


def _varimax(loadings: Floats) -> float:
    rows = loadings / np.sqrt((loadings**2).sum(axis=1))[:, None]
    return float((rows**2).var(axis=0).sum())


def test_no_other_angle_is_better() -> None:
    found = components(Z, 2, Rotation.VARIMAX)
    best = _varimax(found.loadings)
    for angle in np.linspace(0.001, np.pi, 700):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        assert _varimax(found.loadings @ turn) <= best + 1e-7


@pytest.mark.parametrize("rotation", list(Rotation))
def test_scores_are_standardised_and_correlate_like_their_factors(rotation: Rotation) -> None:
    found = components(Z, 2, rotation)
    assert found.scores.std(axis=0) == pytest.approx([1, 1])
    assert found.scores.T @ found.scores / 12 == pytest.approx(found.phi)
    # What scores and loadings give back is what two components hold of the items: the best of rank two.
    u, s, v = np.linalg.svd(Z)
    assert found.scores @ found.loadings.T == pytest.approx(u[:, :2] * s[:2] @ v[:2])
    if rotation is Rotation.VARIMAX:
        assert found.phi == pytest.approx(np.eye(2))
    else:
        assert abs(found.phi[0, 1]) > 0.01


def test_factors_are_in_order_and_signed_by_their_large_loadings() -> None:
    flipped = components(-Z, 2, Rotation.VARIMAX)
    found = components(Z, 2, Rotation.VARIMAX)
    assert flipped.loadings == pytest.approx(found.loadings)
    squares = (found.loadings**2).sum(axis=0)
    assert squares[0] > squares[1]
    assert (found.loadings * abs(found.loadings)).sum(axis=0).min() > 0


def test_simple_structure_is_found_again() -> None:
    generator = np.random.default_rng(2)
    true = np.array([[0.9, 0], [0.8, 0], [0.85, 0], [0, 0.9], [0, -0.8]])
    values = generator.normal(size=(20_000, 2)) @ true.T + 0.4 * generator.normal(size=(20_000, 5))
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    for rotation in Rotation:
        found = components(z, 2, rotation, np.array([1.0, 1, 1, 1, -1]))
        places, signs = best_match(congruence(true, found.loadings))
        assert (places, signs) == ((0, 1), (1.0, 1.0))
        assert np.diag(congruence(true, found.loadings)) == pytest.approx([1, 1], abs=0.005)


def test_chance_eigenvalues_are_those_of_unrelated_items() -> None:
    generator = np.random.default_rng(3)
    simulated = [np.linalg.eigvalsh(np.corrcoef(generator.normal(size=(30, 5)).T))[::-1] for _ in range(4_000)]
    found = parallel_eigenvalues(5, 30, 4_000, 1)
    assert found == pytest.approx(np.quantile(simulated, 0.95, axis=0), abs=0.03)
    assert (parallel_eigenvalues(5, 30, 200, 1) == parallel_eigenvalues(5, 30, 200, 1)).all()


def test_what_is_above_chance() -> None:
    chance = np.array([1.5, 1.2, 1.0])
    assert above(np.array([2, 1.3, 0.2]), chance) == 2
    assert above(np.array([1.4, 1.3, 1.1]), chance) == 0
    assert above(np.array([2, 2, 2]), chance) == 3


def test_factors_are_matched_whatever_their_order_and_sign() -> None:
    one = np.array([[0.9, 0.1], [0.8, 0], [0, 0.7], [0.1, 0.9]])
    assert best_match(congruence(one, -one[:, ::-1])) == ((1, 0), (-1.0, -1.0))
