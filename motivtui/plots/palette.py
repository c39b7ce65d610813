"""Colours of saved plots: Okabe & Ito's, which people with any colour vision tell apart, also in print.

Colour is never the only sign: series also differ by marker, dash or hatching.
"""

from __future__ import annotations

INK, QUIET, FAINT = "#000000", "#666666", "#BBBBBB"
BLUE, VERMILLION = "#0072B2", "#D55E00"
SERIES = (BLUE, VERMILLION, "#009E73", "#E69F00", "#CC79A7", "#56B4E9", INK, "#F0E442")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 3)))
HATCHES = ("", "///", "xx", "\\\\\\", "---", "++", "|||", "//--")
"""Lines only: dots would be thousands of curves in a file."""


def colour(index: int) -> str:
    """The colour of a series, counted from 0; the ninth begins again."""
    return SERIES[index % len(SERIES)]
