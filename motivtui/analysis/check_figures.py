"""Figures that check a result: are predicted choices right, and does an effect hang on how it is computed? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from motivtui.analysis.forest_figures import forest, forest_row, headline_forests
from motivtui.analysis.result_labels import by_label, group_of, in_pieces, items_together, note_of, told
from motivtui.plots.check_plots import CalibrationBin, CalibrationGroup, Curve, Specification
from motivtui.plots.figure import Calibration, Curves, Figure, Forest
from motivtui.stats.estimate import share
from motivtui.stats.logistic_choice import CalibrationBin as Bin
from motivtui.stats.logistic_choice import LogisticChoice
from motivtui.stats.multiverse import Multiverse
from motivtui.stats.multiverse import Specification as Way
from motivtui.stats.specifications import DEFAULT

MOST_CURVES = 8
"""More curves, or panels of a calibration, make another figure."""
_STEPS = ("scoring", "scores", "wording", "scale", "order")
_CURVES = (
    "Every defensible way to compute each effect, the smallest estimate first, with 95 % intervals; below, what was"
    " chosen for it. Single ways are no independent evidence: the joint p is of all together."
)
_BINS = (
    "Up to ten bins of the predicted share that the task shown first is chosen; lines are 95 % Wilson intervals,"
    " choices of a bin taken as independent. Right predictions lie on the diagonal. They are of the choices that were"
    " fitted."
)


def logistic_choices(results: Sequence[LogisticChoice], shown: Sequence[str]) -> list[Figure]:
    """The slopes as a forest, then predicted against observed for each report."""
    figures = headline_forests(results, shown)
    for label, same in by_label(results).items():
        reports = dict.fromkeys((one.report_instrument, one.report_item, one.report_decoding) for one in same)
        for report in reports:
            of_report = [
                one
                for one in same
                if (one.report_instrument, one.report_item, one.report_decoding) == report and one.calibration
            ]
            groups = [
                CalibrationGroup(told(group_of(one, same), one.manipulation), tuple(map(_bin, one.calibration)))
                for one in of_report
            ]
            figures += [
                Calibration(
                    title=f"{label}: choices predicted from {' · '.join(report)}",
                    note=f"{note_of(of_report, 'choices', has_intervals=False)} {_BINS}",
                    x_label="predicted share of the first",
                    y_label="observed share of the first",
                    groups=piece,
                )
                for piece in in_pieces(groups, MOST_CURVES)
            ]
    return figures


def multiverses(results: Sequence[Multiverse]) -> list[Figure]:
    """A curve an effect, then all effects as they are reported elsewhere beside the median of their specifications."""
    figures: list[Figure] = []
    for label, found in by_label(results).items():
        same: list[Multiverse] = items_together(found)
        curves = [
            Curve(_name(one, same), tuple(_way(way) for way in one.specifications), _summary(one)) for one in same
        ]
        title = told(label, "" if len({one.item for one in same}) > 1 else same[0].item)
        figures += [
            Curves(
                title=f"{title}: specification curves",
                note=f"{note_of(same, has_intervals=False)} {_CURVES}",
                y_label=same[0].default.unit,
                steps=_STEPS,
                curves=piece,
            )
            for piece in in_pieces(curves, MOST_CURVES)
        ]
    return figures + (_medians(results) if len(results) > 1 else [])


def _medians(results: Sequence[Multiverse]) -> list[Figure]:
    """All effects under each other."""
    figures: list[Figure] = []
    for label, found in by_label(results).items():
        models = list(dict.fromkeys(one.model for one in found))
        same: list[Multiverse] = items_together(sorted(found, key=lambda one: models.index(one.model)))
        rows = [
            replace(forest_row(one.manipulation, one.default, group=group_of(one, same)), second=one.median)
            for one in same
        ]
        drawn = forest(told(label, "as reported elsewhere, and the median"), same, rows, same[0].default.unit)
        figures += [
            replace(one, first_name="as reported elsewhere", second_name="median of all specifications")
            for one in drawn
            if isinstance(one, Forest)
        ]
    return figures


def _bin(one: Bin) -> CalibrationBin:
    interval = share(round(one.observed * one.n), one.n)
    return CalibrationBin(one.n, one.predicted, one.observed, interval.low, interval.high)


def _name(one: Multiverse, among: Sequence[Multiverse]) -> str:
    return told(group_of(one, among), one.manipulation)


def _summary(one: Multiverse) -> str:
    if one.median is None or one.same_sign is None:
        return ""
    test = "" if one.median_p is None else f", joint p {'< .001' if one.median_p < 0.001 else f'= {one.median_p:.3f}'}"
    ways = sum(way.effect.value is not None for way in one.specifications)
    return f"median {one.median:+.2f} of {ways}{test}".replace("-", "−")


def _way(way: Way) -> Specification:
    wording = "all" if way.wording is None else f"number {way.wording}"
    effect = way.effect
    return Specification(
        (way.scoring.value, way.exclusion.value, wording, way.scale.value, way.order.value),
        effect.n_tasks or None,
        effect.value,
        effect.low,
        effect.high,
        is_default=(way.scoring, way.exclusion, way.wording, way.scale, way.order) == DEFAULT,
    )
