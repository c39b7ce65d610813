"""Saved plots: whole, the same each time, with their data beside them, never over another file."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from motivtui.errors import MotivError, UsageError
from motivtui.plots.figure import Boxes, Figure, ForestRow, Points, Scatter
from motivtui.plots.files import MOST_ROWS, rendered, save
from tests.plots.figures import ALL, NOTE, PLAIN, forest, histogram

BEGINNINGS = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}


@pytest.fixture
def _charts() -> None:
    pytest.importorskip("matplotlib")


def svg_text(figure: Figure) -> str:
    tree = ET.fromstring(rendered(figure, "svg"))  # noqa: S314 - made by us
    return "\n".join("".join(text.itertext()) for text in tree.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.usefixtures("_charts")
@pytest.mark.parametrize("figure", [figure for _, figure in ALL], ids=[name for name, _ in ALL])
def test_every_figure_can_be_saved_as_svg_with_its_words_as_text(figure: Figure) -> None:
    text = svg_text(figure)
    assert "\x1b" not in text
    if figure.note == NOTE:
        assert NOTE in text


@pytest.mark.usefixtures("_charts")
@pytest.mark.parametrize("kind", BEGINNINGS)
def test_the_suffix_chooses_the_format_and_the_bytes_are_the_same_each_time(kind: str, tmp_path: Path) -> None:
    picture, _ = save(PLAIN["forest"], tmp_path / f"one.{kind.upper()}")
    again, _ = save(PLAIN["forest"], tmp_path / f"two.{kind}")
    assert picture.read_bytes().startswith(BEGINNINGS[kind])
    assert picture.read_bytes() == again.read_bytes()


@pytest.mark.usefixtures("_charts")
def test_settings_of_the_user_change_nothing_and_are_not_changed() -> None:
    import matplotlib as mpl

    before = rendered(PLAIN["bars"], "png")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert rendered(PLAIN["bars"], "png") == before
        assert mpl.rcParams["font.size"] == 30


@pytest.mark.usefixtures("_charts")
def test_the_data_stand_beside_the_picture(tmp_path: Path) -> None:
    figure = forest(ForestRow("=1+1", 3, float("nan"), None, 2.5))
    _, data = save(figure, tmp_path / "plot.svg")
    with data.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert data == tmp_path / "plot.csv"
    assert rows[0]["label"] == "'=1+1"
    assert (rows[0]["estimate"], rows[0]["low"], rows[0]["high"]) == ("", "", "2.5")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plot.csv", "plot.svg"]


@pytest.mark.usefixtures("_charts")
@pytest.mark.parametrize("name", ["plot.png", "plot.csv"])
def test_nothing_is_overwritten_unless_it_is_asked_for(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="already there"):
        save(PLAIN["heat"], tmp_path / "plot.png")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    save(PLAIN["heat"], tmp_path / "plot.png", overwrite=True)
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "plot.csv").read_text().startswith("row,column")


@pytest.mark.parametrize("name", ["plot.jpeg", "plot", "plot.csv"])
def test_other_suffixes_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no picture goes by") as caught:
        save(PLAIN["heat"], tmp_path / name)
    assert ".svg" in caught.value.hint


def test_without_matplotlib_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match="matplotlib") as caught:
        save(PLAIN["heat"], tmp_path / "plot.svg")
    assert "pip install 'motivtui[charts]'" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_charts")
def test_a_matplotlib_that_does_not_start_is_no_traceback() -> None:
    code = (
        "from tests.plots.figures import PLAIN; from motivtui.plots import files; files.rendered(PLAIN['heat'], 'svg')"
    )
    environment = {**os.environ, "MPLBACKEND": "nonsense", "PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert result.stderr.splitlines()[-1].startswith("motivtui.errors.UsageError: matplotlib did not start")


@pytest.mark.usefixtures("_charts")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(MotivError, match="nowhere"):
        save(PLAIN["heat"], tmp_path / "nowhere" / "plot.svg")


def test_too_many_rows_for_a_page_are_refused(tmp_path: Path) -> None:
    figure = forest(*(ForestRow(str(index), 1, 1.0) for index in range(MOST_ROWS + 1)))
    with pytest.raises(UsageError, match="251 rows"):
        save(figure, tmp_path / "plot.svg")


@pytest.mark.usefixtures("_charts")
def test_signs_of_mathematics_and_underscores_stay_as_they_are() -> None:
    figure = Scatter(title="$x_1$", note="$", groups=(Points("_hidden", ((1, 1),)),))
    assert "$x_1$" in svg_text(figure)
    assert "hidden" in svg_text(figure)


@pytest.mark.usefixtures("_charts")
def test_what_holds_nothing_says_so() -> None:
    assert "no values to draw" in svg_text(Boxes(title="", note="", boxes=()))


@pytest.mark.usefixtures("_charts")
def test_all_panels_of_a_histogram_have_a_scale_that_holds_the_highest_bar() -> None:
    figures = pytest.importorskip("matplotlib.figure")
    from motivtui.plots.page_axes import paint_histogram

    page = figures.Figure()
    paint_histogram(page, histogram((1, 1, 1, 1), (0, 0, 9, 0)))
    assert all(axes.get_ylim()[1] > 100 for axes in page.axes)
