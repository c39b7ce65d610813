"""The characters that drawings are made of: one set in Unicode, one in ASCII for terminals without it."""

from __future__ import annotations

from dataclasses import dataclass

from motivtui.plots.cells import shown


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of characters, each a cell wide. `levels` go from empty to full, `fills` and `markers` by series."""

    is_plain: bool
    ellipsis: str
    rule: str
    wall: str
    corner: str
    tick_down: str
    tick_left: str
    reference: str
    crossing: str
    level: str
    low_end: str
    high_end: str
    interval: str
    beyond_low: str
    beyond_high: str
    first: str
    second: str
    both: str
    pooled: str
    mean: str
    box: str
    median: str
    line: str
    missing: str
    levels: str
    fills: str
    markers: str

    def text(self, text: str) -> str:
        """Text as these characters allow it, harmless and on one line."""
        return shown(text, is_plain=self.is_plain)

    def marker(self, index: int) -> str:
        """The marker of a series; after the last one letters follow."""
        return self.markers[index] if index < len(self.markers) else letter(index - len(self.markers))

    def fill(self, index: int) -> str:
        """The filling of a series; after the last one letters follow."""
        return self.fills[index] if index < len(self.fills) else letter(index - len(self.fills))


def letter(index: int) -> str:
    """A to Z, then a to z, then from the beginning."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[index % 52]


UNICODE = Glyphs(
    is_plain=False, ellipsis="…", rule="─", wall="│", corner="└", tick_down="┬", tick_left="┤", reference="│",
    crossing="┼", level="╌", low_end="├", high_end="┤", interval="─", beyond_low="◂", beyond_high="▸",
    first="●", second="○", both="◉", pooled="◆", mean="◆", box="▒", median="█", line="•",
    missing="·", levels=" ▁▂▃▄▅▆▇█", fills="█▒░▚▓╱",
    markers="●○▲△■□◆◇",
)  # fmt: skip
ASCII = Glyphs(
    is_plain=True, ellipsis="~", rule="-", wall="|", corner="+", tick_down="+", tick_left="+", reference=":",
    crossing="+", level=".", low_end="|", high_end="|", interval="-", beyond_low="<", beyond_high=">",
    first="*", second="o", both="@", pooled="#", mean="o", box="=", median="#", line=".",
    missing=".", levels=" .:#", fills="#=-/:.",
    markers="ox+*#@%&",
)  # fmt: skip
