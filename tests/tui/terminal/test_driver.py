from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.tui.terminal.driver import TerminalFile, harmless
from motivtui.tui.terminal.modes import Modes
from tests.tui.hostile import HAND_MADE, generated
from tests.tui.pty_screen import control_bytes, left_changed

START = (
    "\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?1004h\x1b[>25u\x1b[?2026$p\x1b[?2048$p"
    "\x1b[?2004h\x1b[?7l\x1b[?2026h"
)
FRAME = "\x1b[1;1H\x1b[1;38;2;1;2;3;48;2;4;5;6mtext ─ 漢字\x1b[0m\n\x1b[2;1H\x1b[0m\n\n\x1b[4;1H "
SWITCHES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["7", "25", "1000", "1003", "1006", "1016", "1049", "2026", "5"]), st.sampled_from("hl")
        ).map(lambda switch: f"\x1b[?{switch[0]}{switch[1]}"),
        st.sampled_from(["\x1b[>25u", "\x1b[<u", "text", FRAME]),
    )
)


def test_what_textual_says_passes_untouched() -> None:
    for own in (START, FRAME, "\a", "\x1b]22;pointer\a", "\x1b]52;c;aGVsbG8=\a"):
        assert harmless(own) is own


def test_what_it_says_by_itself_does_not_pass_within_a_frame() -> None:
    for own in ("\a", "\x1b]22;pointer\a", "\x1b]52;c;aGVsbG8=\a"):
        assert "\x1b]" not in harmless(FRAME + own)
        assert "\a" not in harmless(FRAME + own)


def test_nothing_foreign_passes() -> None:
    for text in [*HAND_MADE.values(), *generated(2_000)]:
        written = harmless(FRAME + text[:5_000] + FRAME)
        left = control_bytes(written.replace("\n", "\r\n").encode("utf-8", "surrogatepass"))
        # Colours and positions are Textual's own language: only the boundary under the widgets can tell them apart.
        assert [one for one in left if not re.fullmatch(r"\x1b\[[0-9;]*[mH]", one) and not _is_mark(one)] == []


def _is_mark(char: str) -> bool:
    """What only hides: the boundary's affair."""
    return len(char) == 1 and ord(char) > 0xA0


class _Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(5, f"Input/output error in {len(text)} characters")


def test_a_terminal_that_is_gone_takes_everything() -> None:
    file = TerminalFile(_Gone())
    for _ in range(100):
        file.write("x")
        file.flush()
    assert not file.is_writing


def test_nothing_is_written_after_the_end() -> None:
    inner = io.StringIO()
    file = TerminalFile(inner)
    file.write(START)
    undo, _ = file.closed_with(is_flushed=True)
    file.write("more")
    assert inner.getvalue() == START
    assert left_changed((START + undo).encode()) == []


def test_textuals_own_end_leaves_nothing_to_undo() -> None:
    modes = Modes()
    modes.see(START)
    modes.see("\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h")
    assert modes.undo() == "\x1b[0m\x1b[?1004l"
    modes.see("\x1b[?1004l")
    assert modes.undo() == ""


def test_the_kitty_keyboard_goes_before_the_screen_it_is_on() -> None:
    modes = Modes()
    modes.see(START)
    assert modes.undo().index("\x1b[<u") < modes.undo().index("\x1b[?1049l")


@given(SWITCHES)
def test_whatever_was_switched_is_undone(written: list[str]) -> None:
    modes = Modes()
    for piece in written:
        modes.see(piece)
    undone = "".join(written) + modes.undo()
    # A keyboard that was given back once too often was never ours.
    assert [what for what in left_changed(undone.encode()) if what != "keyboard"] == []


@given(SWITCHES, st.data())
def test_what_was_lost_on_the_way_is_undone_too(written: list[str], data: st.DataObject) -> None:
    modes = Modes()
    for piece in written:
        modes.see(piece)
    arrived = "".join(written[: data.draw(st.integers(0, len(written)))])
    assert left_changed((arrived + modes.undo_all()).encode()) == []


@pytest.mark.parametrize("mode", [1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2026, 2048])
def test_every_mode_is_known(mode: int) -> None:
    modes = Modes()
    modes.see(f"\x1b[?{mode}h")
    assert f"\x1b[?{mode}l" in modes.undo()
