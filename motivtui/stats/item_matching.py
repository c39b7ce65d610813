"""At what an item of several models is compared: the other items of its dimension, without the error that is in them.

The observed mean of the others has error in it: where the levels of models differ, equal means stand for unequal
levels, and items seem to differ that do not. So each model's means are regressed towards the model's own by their
reliability (Kelley 1927; Cronbach's α of the others, or, of one item alone, its correlation with the item, as if the
two were parallel). The item itself is in no mean that it is compared at: its own error would be in both. What this
gives is tested by leaving out one family after another (jackknife), because the reliabilities are estimates too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from motivtui.stats import principal_components as pca
from motivtui.stats.estimate import ROUNDING
from motivtui.stats.joint_test import JointTest
from motivtui.stats.resampling import SEED

if TYPE_CHECKING:
    from motivtui.stats.table import Floats, Ints

LEAST_RELIABLE = 0.3
"""Below it a regressed mean is nearly the same for all tasks, and dividing by it says anything."""
DRAWS = 500
"""Of unrelated items, for how many dimensions there are."""


def dimensions(values: Floats, models: Ints) -> tuple[tuple[int, ...], ...]:
    """Which items of `values[entry, item]` belong together: places of items, those that do not vary in none.

    As many as parallel analysis says, within models; an item belongs to the rotated (varimax) component that it loads
    on most.
    """
    import numpy as np

    within = values.copy()
    for model in np.unique(models):
        within[models == model] -= within[models == model].mean(axis=0)
    places = np.flatnonzero(within.std(axis=0) > ROUNDING * abs(values).max(axis=0, initial=0.0))
    together = (tuple(places.tolist()),)
    cases = len(values) - len(np.unique(models)) + 1
    if len(places) < 4 or cases < len(places) + 3:
        return together
    z = within[:, places] / within[:, places].std(axis=0)
    eigenvalues = np.linalg.eigvalsh(z.T @ z / len(z))[::-1]
    kept = pca.above(eigenvalues, pca.parallel_eigenvalues(len(places), cases, DRAWS, SEED))
    if not 1 < kept <= len(places) // 2 or eigenvalues[-1] <= pca.SINGULAR:
        return together
    loadings = pca.components(z, kept, pca.Rotation.VARIMAX).loadings
    of = abs(loadings).argmax(axis=1)
    return tuple(tuple(places[of == factor].tolist()) for factor in range(kept) if (of == factor).any())


@dataclass(frozen=True, slots=True)
class Matched:
    """An item beside others. `regressed[entry]`: the mean that each entry is compared at, `shifts[model]`: points.

    `reliability[model]` is that of the others' mean. `uniform`, `non_uniform` and `either` test that models have one
    intercept, one slope, and both. `reason`: why there is nothing to test.
    """

    regressed: Floats
    shifts: Floats
    reliability: Floats
    uniform: JointTest
    non_uniform: JointTest
    either: JointTest
    reason: str = ""


def matched(item: Floats, others: Floats, models: Ints, families: Ints) -> Matched:
    """`item[entry]` at the same level of `others[entry, item]`; models are numbered from 0, at least two."""
    import numpy as np

    item, others = item - item.mean(), others - others.mean(axis=0)
    mean = others.mean(axis=1)
    columns = np.column_stack([np.ones(len(item)), item, mean, item**2, item * mean, mean**2, others**2, others])
    _, codes = np.unique(families, return_inverse=True)
    of_family, of_model = int(codes.max()) + 1, int(models.max()) + 1
    sums = np.zeros((of_family * of_model, columns.shape[1]))
    np.add.at(sums, codes * of_model + models, columns)
    by_family = sums.reshape(of_family, of_model, -1)
    total = by_family.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole, without = _moments(total[None]), _moments(total[None] - by_family)
        found = _differences(*whole)[0]
        left = _differences(*without)
    n, means, reliability = whole[0][0], whole[1][0], whole[4][0]
    regressed = means[models, 1] + reliability[models] * (mean - means[models, 1])
    q = of_model - 1
    levels = np.concatenate([[0.0], found[:q]])
    magnitude = float(abs(item).max())
    weakest = float(np.nan_to_num(reliability, nan=0.0).min())
    reason = f"the other items' reliability is {weakest:.2f}, {LEAST_RELIABLE} is needed"
    return Matched(
        regressed,
        levels - n @ levels / n.sum(),
        reliability,
        _jackknife(found[:q], left[:, :q], magnitude),
        _jackknife(found[q:], left[:, q:], magnitude),
        _jackknife(found, left, magnitude),
        reason if weakest < LEAST_RELIABLE else "",
    )


def _moments(sums: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Of sums[set, model, column]: n, means (item, others), their covariance, the others' variance and reliability."""
    import numpy as np

    n = sums[..., 0]
    means = sums[..., 1:3] / n[..., None]
    variance = sums[..., 3] / n - means[..., 0] ** 2
    covariance = sums[..., 4] / n - means[..., 0] * means[..., 1]
    whole = sums[..., 5] / n - means[..., 1] ** 2
    k = (sums.shape[-1] - 6) // 2
    if k == 1:
        reliability = covariance / np.sqrt(variance * whole)
    else:
        single = (sums[..., 6 : 6 + k] / n[..., None] - (sums[..., 6 + k :] / n[..., None]) ** 2).sum(axis=-1)
        reliability = k / (k - 1) * (1 - single / (k**2 * whole))
    return n, means, covariance, whole, reliability


def _differences(n: Floats, means: Floats, covariance: Floats, whole: Floats, reliability: Floats) -> Floats:
    """What the other models have more than the first: intercepts, then slopes, on the regressed means."""
    import numpy as np

    slope = (n * reliability * covariance).sum(axis=-1) / (n * reliability**2 * whole).sum(axis=-1)
    levels = means[..., 0] - slope[..., None] * means[..., 1]
    slopes = covariance / (reliability * whole)
    found: Floats = np.concatenate([one[..., 1:] - one[..., :1] for one in (levels, slopes)], axis=-1)
    return found


def _jackknife(found: Floats, left: Floats, magnitude: float) -> JointTest:
    """That all of `found` is 0, from the same without each family: left[family, value]. F as in `joint_test`."""
    import numpy as np
    from scipy.special import fdtrc

    families, q = left.shape
    if families <= q:
        return JointTest(None, None, None, None, f"{families} families for {q} differences")
    if not np.isfinite(left).all() or not np.isfinite(found).all():
        return JointTest(None, None, None, None, "a model has too few families")
    errors = left - left.mean(axis=0)
    if np.linalg.svd(errors, compute_uv=False)[-1] <= 1e-9 * max(magnitude, ROUNDING) / families:
        return JointTest(None, None, None, None, "the item is what the others say")
    covariance = (families - 1) / families * errors.T @ errors
    f = float(found @ np.linalg.solve(covariance, found)) * (families - q) / (q * (families - 1))
    return JointTest(f, float(q), float(families - q), float(fdtrc(q, families - q, f)))
