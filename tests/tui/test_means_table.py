"""The running means in cells: as wide as there is room, never wider, whatever is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.widgets import Static

from motivtui.analysis.means import MeanRow
from motivtui.stats.estimate import Estimate
from motivtui.tui.widgets.means_table import MeansTable, means_content


def row(manipulation: str, mean: float | None, difference: float | None = None, **more: object) -> MeanRow:
    made = Estimate(None, reason="no usable score") if mean is None else Estimate(mean, mean - 4, mean + 4)
    beside = None if difference is None else Estimate(difference, difference - 3, difference + 3)
    values: dict[str, object] = {
        "model": "openai/m-one",
        "instrument": "pre",
        "judge": None,
        "item": "motivation",
        "decoding": "free",
        "manipulation": manipulation,
        "total": 40,
        "n": 0 if mean is None else 38,
        "excluded": {},
        "mean": made,
        "difference": beside,
    }
    return MeanRow(**(values | more))  # type: ignore[arg-type]


ROWS = (row("none", 60.0), row("money", 66.0, 6.0), row("futility", 50.0, -10.0), row("guilt", 61.0, 1.0))


def lines(*rows: MeanRow, width: int = 90) -> list[str]:
    return means_content(rows, None, width).plain.split("\n")


def test_golden() -> None:
    assert lines(*ROWS, width=80) == [
        "pre · motivation",
        "                 n  mean 46                          70         from none [95 %]",
        "none         38/40  60.0             ─────●─────                               –",
        "money        38/40  66.0                  ┊ ─────●─────    +6.0 [  +3.0,   +9.0]",
        "futility     38/40  50.0 ─────●─────      ┊               −10.0 [ −13.0,   −7.0]",
        "guilt        38/40  61.0              ─────●─────          +1.0 [  −2.0,   +4.0]",
    ]


def test_missing_ones_are_a_dash_with_their_reason() -> None:
    shown = lines(row("none", None), row("money", None, None))
    assert all(line.count("–") >= 1 and "no usable" in line for line in shown[2:])
    assert not any(" 0.0" in line for line in shown)
    lonely = replace(row("money", 61.0), difference=Estimate(1.0, reason="one family only"))
    assert "+1.0 (one family only)" in lines(row("none", 60.0), lonely)[3]


def test_without_room_a_star_says_that_zero_is_left_out() -> None:
    shown = lines(*ROWS, width=44)
    assert [line.split()[-1] for line in shown[2:]] == ["–", "+6.0*", "−10.0*", "+1.0"]


def test_several_models_stand_under_their_names() -> None:
    shown = lines(*ROWS, *(row(one.manipulation, 40.0, model="local/m-two") for one in ROWS))
    assert shown[2] == "m-one"
    assert shown[7] == "m-two"
    assert len(shown) == 2 + 2 * 5


@given(
    st.lists(
        st.builds(
            row,
            st.text(max_size=30),
            st.none() | st.floats(-1e6, 1e6),
            st.none() | st.floats(-1e6, 1e6),
            model=st.sampled_from(["a/x", "b/x", "語/模型"]),
            n=st.integers(0, 10**5),
        ),
        max_size=12,
    ),
    st.integers(44, 160),
)
def test_no_line_is_wider_than_the_table_or_acts(rows: list[MeanRow], width: int) -> None:
    content = means_content(rows, None, width, note="n = 300 of 1,840 trials", empty="Nothing yet.")
    for line in content.split("\n"):
        assert line.cell_length <= width + 8  # counts of more than six digits need more than their column
    assert not set(content.plain) & {"\x1b", "\r", "\u202e", "\x00"}


class Stage(App[None]):
    def compose(self) -> ComposeResult:
        yield MeansTable(empty="No score yet.")


async def test_brackets_go_from_item_to_item() -> None:
    items = [row("none", 60.0), row("none", 50.0, item="fear")]
    async with Stage().run_test(size=(100, 20)) as pilot:
        table = pilot.app.query_one(MeansTable)
        assert "No score yet." in str(table.query_one(Static).content)
        table.show(items, "n = 2 of 4 trials")
        table.focus()
        seen = []
        for _ in range(3):
            await pilot.pause()
            seen.append(str(table.query_one(Static).content).split("\n")[0].split(" (")[0])
            await pilot.press("right_square_bracket")
        assert seen == ["pre · motivation", "pre · fear", "pre · motivation"]
        assert table.measure is not None
        table.show(items)
        await pilot.pause()
        assert "fear" in str(table.query_one(Static).content).split("\n")[0]


@pytest.mark.parametrize("value", [0.0, 55.5])
async def test_equal_means_are_drawn(value: float) -> None:
    same = Estimate(value, reason="no variation between families")
    rows = [replace(one, mean=same, difference=None) for one in ROWS]
    assert all("●" in line for line in lines(*rows)[2:])
