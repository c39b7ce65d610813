"""Characters that no font has: told by their numbers in pictures, left alone in SVG, never a word on stderr."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from motivtui.plots.figure import Forest, ForestRow
from motivtui.plots.files import rendered
from motivtui.plots.page_fonts import legible
from tests.plots.figures import PLAIN, forest

ROOT = Path(__file__).parents[2]
FOREIGN = forest(
    ForestRow("\U0001fae0\U0001fae0 Größe Ω", 3, 1.0, 0.5, 1.5),  # a face that fonts of 2021 and before do not have
    ForestRow("\ue123\ue124\ue125\ue126 private", 3, 1.0, 0.5, 1.5),  # nobody's characters
)


@pytest.fixture
def fonts() -> Any:
    pytest.importorskip("matplotlib")
    return importlib.import_module("matplotlib.font_manager")


def test_a_character_without_a_glyph_is_told_by_its_number(fonts: Any) -> None:
    found = legible(FOREIGN, fonts)
    assert isinstance(found, Forest)
    assert "<U+E123 E124 E125 +1> private" in found.rows[1].label
    assert "Größe Ω" in found.rows[0].label
    assert found.note.endswith("the data have them.")
    assert FOREIGN.rows[0].label != found.rows[0].label
    assert found.as_table().rows[0][2:] == FOREIGN.as_table().rows[0][2:]


def test_what_can_be_drawn_is_left_alone(fonts: Any) -> None:
    assert legible(PLAIN["forest"], fonts) is not None
    assert legible(PLAIN["forest"], fonts) == PLAIN["forest"]


def test_text_of_an_svg_stays_text_and_names_a_font_that_everybody_has() -> None:
    pytest.importorskip("matplotlib")
    text = rendered(FOREIGN, "svg").decode()
    assert "\U0001fae0\U0001fae0 Größe Ω" in text
    assert "E123 E124" not in text
    assert "sans-serif, sans-serif" not in text
    assert text.count("font-family:") == text.count(", sans-serif") > 0


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_nothing_is_said_on_stderr(kind: str) -> None:
    pytest.importorskip("matplotlib")
    code = (
        "from tests.plots.figures import forest, ForestRow; from motivtui.plots.files import rendered;"
        f"rendered(forest(ForestRow('\\ue123 数学 مهمة \\U0001fae0', 1, 1.0)), {kind!r})"
    )
    command = [sys.executable, "-W", "default", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
