from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from motivtui.plots.figure import Bar, Bars, Counts, Figure, Forest, ForestRow, Heat, Histogram
from motivtui.report.pictures import picture
from motivtui.visible_text import visible

NAME = "</title><script>x</script> \u202e&"
FIGURES: tuple[Figure, ...] = (
    Heat(title=NAME, note="n", row_labels=(NAME, "b"), column_labels=("a", "b"), values=((None, 0.5), (-0.5, 1.0))),
    Forest(title=NAME, note="n", rows=(ForestRow(NAME, 3, 1.0, 0.5, 1.5),)),
    Histogram(title=NAME, note="n", edges=(0.0, 1.0, 2.0), groups=(Counts(NAME, (1, 2)),)),
    Bars(title=NAME, note="n", statuses=("ok", NAME), bars=(Bar("x", (1, 2)),)),
)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_picture_refers_to_itself_only(figure: Figure) -> None:
    pytest.importorskip("matplotlib")
    text = picture(figure, 7).element.html
    root = ET.fromstring(text)  # noqa: S314 (ours)
    ids = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(ids) == len(set(ids))
    assert all(one.startswith("f7-") for one in ids)
    links = [one.attrib["href"] for one in root.iter() if "href" in one.attrib]
    assert "xlink" not in text
    assert {one.partition("base64")[0] for one in links if not one.startswith("#")} <= {"data:image/png;"}
    wanted = {one[1:] for one in links if one.startswith("#")} | set(re.findall(r"url\(#([^)]+)\)", text))
    assert wanted <= set(ids)
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert {one.tag.rpartition("}")[2] for one in root.iter()}.isdisjoint({"script", "metadata", "foreignObject"})
    assert f"{visible(NAME)}. n" in [one.text for one in root.iter()]
    assert "\u202e" not in text


def test_two_pictures_of_one_figure_share_no_id() -> None:
    pytest.importorskip("matplotlib")
    one, two = (set(re.findall(r'id="([^"]+)"', picture(FIGURES[0], number).element.html)) for number in (1, 2))
    assert one
    assert one.isdisjoint(two)


def test_pixels_keep_their_colours_and_lines_take_the_pages() -> None:
    pytest.importorskip("matplotlib")
    heat, forest = (picture(figure, 1).element.html for figure in FIGURES[:2])
    assert 'class="paper"' in heat
    assert "data:image/png;base64," in heat
    assert "var(--page)" not in heat
    assert 'class="ink"' in forest
    assert "currentColor" in forest
    assert "#000000" not in forest
