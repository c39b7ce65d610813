"""One plain and one hostile figure of each kind."""

from __future__ import annotations

import math

from motivtui.plots.check_plots import CalibrationBin, CalibrationGroup, Curve, Specification
from motivtui.plots.figure import (
    Bar,
    Bars,
    Box,
    Boxes,
    Calibration,
    Counts,
    Curves,
    Figure,
    Forest,
    ForestRow,
    Heat,
    Histogram,
    Points,
    Scatter,
)

NASTY = "\x1b[31mred\x07\n\t\u202e evil 日本 $x_1$ <&> =1+1" * 5
NOTE = "n = 120 tasks; 14 refusals excluded"


def forest(*rows: ForestRow, **words: str) -> Forest:
    return Forest(**{"title": "Differences", "note": NOTE, "x_label": "points of 100"} | words, rows=rows)  # type: ignore[arg-type]


def histogram(*counts: tuple[int, ...], is_cumulative: bool = False) -> Histogram:
    groups = tuple(Counts(f"group {index}", values) for index, values in enumerate(counts))
    edges = tuple(float(edge) for edge in range(0, 10 * len(counts[0]) + 1, 10))
    return Histogram(title="Scores", note=NOTE, x_label="score (1–100)", y_label="replies", edges=edges, groups=groups,
                     is_cumulative=is_cumulative)  # fmt: skip


def curve(name: str, *estimates: float | None) -> Curve:
    """Specifications that differ in both steps; the first is the default."""
    return Curve(
        name,
        tuple(
            Specification(
                (("mean", "first")[place % 2], ("points", "ranks")[place // 2 % 2]),
                9,
                value,
                None if value is None else value - 0.3,
                None if value is None else value + 0.3,
                is_default=place == 0,
            )
            for place, value in enumerate(estimates)
        ),
        "median +0.20",
    )


def curves(*drawn: Curve) -> Curves:
    return Curves(title="Specifications", note=NOTE, y_label="SDs", steps=("scoring", "scale"), curves=drawn)


PLAIN: dict[str, Figure] = {
    "forest": forest(
        ForestRow("money", 120, 6.0, 3.9, 8.1, second=1.3),
        ForestRow("praise", 118, -1.9, -4.7, 1.0, second=-1.9),
        ForestRow("placebo", 1, why_missing="one task only"),
        ForestRow("all", 239, 1.2, 0.4, 2.0, is_pooled=True),
        first_name="post",
        second_name="pre",
    ),
    "boxes": Boxes(
        title="Motivation",
        note=NOTE,
        x_label="score (1–100)",
        x_range=(1, 100),
        boxes=(Box("writing", 80, 5, 40, 55, 70, 98, 54.2, 50.2, 58.2), Box("数学と論理", 3, 50, 50, 50, 50, 50, 50)),
    ),
    "histogram": histogram((0, 3, 8, 5, 1)),
    "panels": histogram((0, 3, 8, 5, 1), (90, 10, 0, 0, 0), (0, 0, 0, 0, 2)),
    "cumulative": histogram((0, 3, 8, 5, 1), (90, 10, 0, 0, 0), is_cumulative=True),
    "heat": Heat(
        title="Correlations",
        note=NOTE,
        row_labels=("scale", "judge"),
        column_labels=("scale", "judge"),
        values=((1.0, -0.42), (-0.42, None)),
        counts=((120, 118), (118, 0)),
    ),
    "scatter": Scatter(
        title="Effort",
        note=NOTE,
        x_label="motivation (1–100)",
        y_label="judge (1–100)",
        groups=(Points("none", ((10, 20), (50, 60))), Points("money", ((90, 95),))),
        lines=(Points("fit", ((1, 1), (100, 100))),),
    ),
    "bars": Bars(
        title="Status",
        note=NOTE,
        x_label="trials",
        statuses=("ok", "refused", "cut"),
        bars=(Bar("gpt", (90, 9, 1)), Bar("local", (40, 0, 10)), Bar("none", (0, 0, 0))),
    ),
    "calibration": Calibration(
        title="Calibration",
        note=NOTE,
        x_label="predicted share",
        y_label="observed share",
        groups=(
            CalibrationGroup(
                "none", (CalibrationBin(20, 0.2, 0.25, 0.11, 0.47), CalibrationBin(20, 0.8, 0.7, 0.48, 0.85))
            ),
            CalibrationGroup("money", (CalibrationBin(9, 0.5, 1.0, 0.7, 1.0),)),
        ),
    ),
    "curves": curves(curve("money", 0.2, 0.5, -0.1, 0.4), curve("praise", -0.9, None, -0.8, -0.7)),
}
WORDS = {"title": NASTY, "note": NASTY, "x_label": NASTY, "y_label": NASTY}
HOSTILE: dict[str, Figure] = {
    "forest": Forest(
        **WORDS,  # type: ignore[arg-type]
        first_name=NASTY,
        second_name=NASTY,
        rows=(
            *(ForestRow(NASTY, 10**9, 1e300, -1e308, 1e308, second=-1e300, group=NASTY) for _ in range(9)),
            ForestRow("", None, 0.0),
            ForestRow("nan", 0, math.nan, -math.inf, math.inf),
        ),
    ),
    "forest of nothing": forest(ForestRow("a", 0, why_missing=NASTY), ForestRow("b", None)),
    "boxes": Boxes(
        **WORDS,  # type: ignore[arg-type]
        boxes=(Box(NASTY, 10**9, -1e11, 0, 0, 0, 1e11, 0, -math.inf, math.nan), Box("none", 0)),
    ),
    "no boxes": Boxes(title="", note="", boxes=()),
    "heat": Heat(
        **WORDS,  # type: ignore[arg-type]
        row_labels=(NASTY,) * 12,
        column_labels=(NASTY,) * 30,
        values=((math.nan, 5.0, None) * 10,) * 12,
    ),
    "no heat": Heat(title="", note="", row_labels=(), column_labels=(), values=()),
    "bars": Bars(
        **WORDS,
        statuses=tuple(f"{NASTY}{index}" for index in range(20)),
        bars=tuple(Bar(NASTY, tuple(range(20))) for _ in range(30)),
        is_share=True,
    ),
    "no bars": Bars(title="", note="", statuses=(), bars=()),
    "scatter": Scatter(
        **WORDS,  # type: ignore[arg-type]
        groups=tuple(Points(NASTY, ((1e11, -1e11), (math.nan, 1), (0, 0))) for _ in range(12)),
        lines=(Points(NASTY, ((-1e12, -1e12), (1e12, 1e12))),),
    ),
    "no points": Scatter(title="", note="", groups=()),
    "one place": Scatter(title="", note="", groups=(Points("_a", ((5.0, 5.0),) * 3),)),
    "histogram": Histogram(
        **WORDS,  # type: ignore[arg-type]
        edges=tuple(range(1, 302)),
        groups=tuple(Counts(NASTY, (*(0,) * 299, 10**9)) for _ in range(15)),
    ),
    "uneven bins": Histogram(title="", note="", edges=(1, 1.5, 100), groups=(Counts("a", (3, 1)),)),
    "calibration": Calibration(
        **WORDS,
        groups=tuple(
            CalibrationGroup(NASTY, (CalibrationBin(10**9, math.nan, 1e300, None, math.inf),)) for _ in range(9)
        ),
    ),
    "no calibration": Calibration(title="", note="", groups=()),
    "curves": Curves(
        **WORDS,
        steps=(NASTY,),
        curves=tuple(
            Curve(
                NASTY,
                tuple(
                    Specification((f"{NASTY}{place % 7}",), None, place - 150.0, -math.inf, 1e300)
                    for place in range(300)
                ),
                NASTY,
            )
            for _ in range(9)
        ),
    ),
    "curve without numbers": curves(curve("none", None, math.nan, math.inf)),
    "no curves": curves(),
    "no groups": Histogram(title="", note="", edges=(1, 2), groups=()),
}
ALL = [(name, figure) for figures in (PLAIN, HOSTILE) for name, figure in figures.items()]
