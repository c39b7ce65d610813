from __future__ import annotations

import sys

import pytest

from tests.tui.hostile import HAND_MADE, generated
from tests.tui.pty_screen import PtyScreen, control_bytes, left_changed, tokens

FRAME = "\x1b[?2026h\x1b[2;3H\x1b[1;38;2;1;2;3;48;2;4;5;6mtext ─\x1b[0m\r\n\x1b[3;1Hmore\x1b[?2026l"
HARMLESS = {
    *("closing tag", "closing tag whole", "closing nothing", "crossed tags", "action", "action, quoted"),
    *("link in markup", "escaped markup", "markup variable", "markup never closed", "markup deep", "markup style"),
    *("emoji code", "format string", "JSON", "CSV formula", "nothing", "only blanks", "a megabyte", "wide", "Arabic"),
    *("a megabyte of words", "combining flood", "combining without base", "Zalgo", "Hangul jamo", "flags"),
    *("longest grapheme", "not characters", "private use", "variation selectors"),
}
"""They hurt a layout or a parser, not a terminal."""


@pytest.mark.parametrize("name", [name for name in HAND_MADE if name not in HARMLESS])
def test_every_smuggled_sequence_is_found_in_a_frame(name: str) -> None:
    raw = f"{FRAME}a{HAND_MADE[name]}z{FRAME}".encode("utf-8", "surrogatepass")
    assert control_bytes(raw)


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_only_text_is_not(name: str) -> None:
    assert control_bytes(f"{FRAME}a{HAND_MADE[name]}z{FRAME}".encode()) == []


def test_every_generated_text_is_found() -> None:
    for text in generated(2_000):
        assert control_bytes(f"{FRAME}a{text}z{FRAME}".encode("utf-8", "surrogatepass")), repr(text)


def test_nothing_is_left_out() -> None:
    for text in [*HAND_MADE.values(), *generated(500)]:
        assert "".join(token.text for token in tokens(text)) == text


def test_what_is_left_changed_is_found() -> None:
    assert left_changed(b"\x1b[?1049h\x1b[?25l\x1b[>1u\x1b[7mx") == [
        "mode 1049 on",
        "mode 25 off",
        "keyboard",
        "colour",
    ]
    assert left_changed(b"\x1b[?1049h\x1b[?25l\x1b[>1u\x1b[7mx\x1b[0m\x1b[<u\x1b[?1049l\x1b[?25h") == []


def test_a_program_is_asked_and_answered() -> None:
    program = (
        "import sys, tty; tty.setraw(0); print('\\x1b[?2026$p', end='', flush=True); print(repr(sys.stdin.read(11)))"
    )
    with PtyScreen([sys.executable, "-c", program]) as screen:
        screen.wait_for("2026;2$y")
        assert screen.wait_end() == 0
        assert screen.left_changed() == ["attributes"]


def test_waiting_for_what_never_comes_fails() -> None:
    with PtyScreen([sys.executable, "-c", "print('hello')"]) as screen, pytest.raises(AssertionError, match="ended"):
        screen.wait_for("goodbye")
