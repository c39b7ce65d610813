"""The true values of a simulated run by key: those of the generator, and those that follow from them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import fmean

from motivtui.simulation.estimands import PANEL, true_values
from motivtui.simulation.truth import PREFIX, Truth
from motivtui.study.manipulation import CONTROL_ID

Key = tuple[str, str, str, str | None, str | None]
"""Analysis and estimand (as in `true_values`), model, manipulation, category."""


def known_values(truth: Truth, seed: int) -> dict[Key, float]:
    """The true values by key, with those that follow from them."""
    known: dict[Key, float] = {
        (one.analysis, one.estimand, one.model, one.manipulation, one.category): one.value
        for one in true_values(truth, seed)
    }
    for name, own in truth.models.items():
        known.update(_following(truth, PREFIX + name, known))
        known["logistic", "slope", PREFIX + name, CONTROL_ID, None] = own.choice_slope
    for manipulation, of in truth.manipulations.items():
        if of.choice == 0:  # else the mean of log odds is not the log odds of the mean
            known["pooled choices", "task with the note", PANEL, manipulation, None] = 0.5
    return known


def _following(truth: Truth, name: str, known: dict[Key, float]) -> Iterator[tuple[Key, float]]:
    """What follows from the true values of one model."""
    if not any(one.effect for one in truth.categories.values()):
        yield ("categories", "test", name, None, None), 0.0
    refused = known.get(("statuses", "refused", name, CONTROL_ID, None))
    groups: dict[str, list[float]] = defaultdict(list)
    for manipulation, of in truth.manipulations.items():
        under = known.get(("statuses", "refused", name, manipulation, None))
        if refused is not None and under is not None:
            yield ("attrition", "refused", name, manipulation, None), under - refused
        effect = known.get(("manipulations", "difference", name, manipulation, None))
        if effect is not None:
            groups[str(of.group)].append(effect)
        log_ratio = known.get(("effort", "difference of log tokens", name, manipulation, None))
        if log_ratio is not None:
            yield ("effort", "ratio of tokens", name, manipulation, None), math.exp(log_ratio)
    one, other = groups["positive-extrinsic"], groups["positive-intrinsic"]
    if one and other:
        yield ("contrasts", "extrinsic - intrinsic", name, None, None), fmean(one) - fmean(other)
