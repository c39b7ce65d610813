"""Texts that a model, a task file or a server may send to hurt a terminal or the program that draws it.

`HAND_MADE` by name, `generated(count, seed)` as many more as wanted, `in_pieces` cuts one as a stream would. Sequences
use colours and positions that the console itself never does, so that one which got through is found in its output.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

ESC, BEL, ST, CSI8, OSC8, DCS8 = "\x1b", "\x07", "\x1b\\", "\x9b", "\x9d", "\x90"

HAND_MADE: dict[str, str] = {
    "clipboard": f"{ESC}]52;c;cm0gLXJmIH4K{BEL}",
    "clipboard, ST": f"{ESC}]52;c;cm0gLXJmIH4K{ST}",
    "clipboard asked": f"{ESC}]52;c;?{BEL}",
    "link": f"{ESC}]8;;https://evil.example/{ST}click{ESC}]8;;{ST}",
    "link with id": f"{ESC}]8;id=7;file:///etc/passwd{BEL}x{ESC}]8;;{BEL}",
    "title": f"{ESC}]0;owned{BEL}",
    "title 2": f"{ESC}]2;owned{ST}",
    "icon": f"{ESC}]1;owned{BEL}",
    "palette": f"{ESC}]4;1;rgb:00/00/00{BEL}",
    "foreground": f"{ESC}]10;#000000{BEL}{ESC}]11;#000000{BEL}",
    "working folder": f"{ESC}]7;file://host/tmp{BEL}",
    "notification": f"{ESC}]9;run this{BEL}{ESC}]777;notify;a;b{BEL}",
    "iTerm file": f"{ESC}]1337;File=name=YQ==;inline=1:AAAA{BEL}",
    "unterminated OSC": f"{ESC}]0;and then for ever",
    "clear": f"{ESC}[2J{ESC}[H",
    "clear with history": f"{ESC}[3J",
    "erase line": f"{ESC}[2K{ESC}[1K{ESC}[K",
    "cursor position asked": f"{ESC}[6n",
    "status asked": f"{ESC}[5n",
    "attributes asked": f"{ESC}[c{ESC}[>c{ESC}[=c",
    "terminal's answerback": "\x05",
    "window report": f"{ESC}[21t{ESC}[18t",
    "window moved": f"{ESC}[3;0;0t{ESC}[8;1;1t",
    "mode asked": f"{ESC}[?1049$p",
    "cursor far away": f"{ESC}[777;777Hhere",
    "cursor up": f"{ESC}[99A{ESC}[99Dover",
    "cursor saved": f"{ESC}7{ESC}8{ESC}[s{ESC}[u",
    "scroll region": f"{ESC}[1;2r",
    "scroll": f"{ESC}[99S{ESC}[99T{ESC}D{ESC}M",
    "insert and delete": f"{ESC}[9L{ESC}[9M{ESC}[9@{ESC}[9P",
    "blinking red": f"{ESC}[5;31;41mred{ESC}[0;5m",
    "hidden": f"{ESC}[8mhidden",
    "alternate screen left": f"{ESC}[?47l{ESC}[?1047l",
    "mouse highlighted": f"{ESC}[?1001h{ESC}[?1005h",
    "reverse video": f"{ESC}[?5h",
    "reset": f"{ESC}c",
    "soft reset": f"{ESC}[!p",
    "keypad": f"{ESC}={ESC}>",
    "character set": f"{ESC}(0lqqk{ESC}(B\x0e\x0f",
    "UTF-8 off": f"{ESC}%@",
    "double height": f"{ESC}#3{ESC}#8",
    "tab stops": f"{ESC}[3g{ESC}H",
    "printer": f"{ESC}[5i{ESC}[4i",
    "DCS": f"{ESC}P+q544e{ST}",
    "sixel": f"{ESC}Pq#0;2;0;0;0#0~~{ST}",
    "DCS unterminated": f"{ESC}P$q",
    "APC": f"{ESC}_Ga=T,f=24,s=1,v=1;AAAA{ST}",
    "APC unterminated": f"{ESC}_G",
    "PM": f"{ESC}^private{ST}",
    "SOS": f"{ESC}Xstring{ST}",
    "C1 CSI": f"{CSI8}2J{CSI8}6n",
    "C1 OSC": f"{OSC8}0;owned\x9c",
    "C1 DCS": f"{DCS8}q\x9c",
    "C1 all": "".join(map(chr, range(0x80, 0xA0))),
    "C0 all": "".join(map(chr, range(0x20))) + "\x7f",
    "lone ESC": ESC,
    "ESC at the end": f"text{ESC}",
    "ESC flood": ESC * 500,
    "nested": f"{ESC}{ESC}[{ESC}[2J",
    "sequence cut by NUL": f"{ESC}\x00[2\x002J",
    "NUL": "a\x00b\x00",
    "bell": BEL * 50,
    "backspace": "score 10" + "\b" * 8 + "score 99",
    "carriage return": "The score is 10\rThe score is 99",
    "CRLF": "one\r\ntwo\r\n",
    "vertical tab and form feed": "a\x0bb\x0cc",
    "line separators": "a\u2028b\u2029c\x85d",
    "bidi override": "\u202egnp.exe\u202c",
    "bidi isolates": "\u2066\u2067\u2068x\u2069",
    "bidi marks": "a\u200eb\u200fc\u061cd",
    "bidi never closed": "\u202e" * 100 + "abc",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "invisible": "a\u00adb\u034fc\u115fd\u1160e\u17b4f\u3164g\uffa0h",
    "tag characters": "ok" + "".join(chr(0xE0000 + ord(char)) for char in "do evil"),
    "interlinear": "\ufff9a\ufffab\ufffb",
    "lone surrogates": "\ud800 \udfff \udc80",
    "surrogates the wrong way round": "\udc00\ud800",
    "not characters": "\ufffe\uffff\U0010ffff",
    "private use": "\ue000\U000f0000",
    "combining flood": "a" + "\u0301" * 200_000,
    "combining without base": "\u0301" * 50,
    "Zalgo": "".join(f"{char}{'̴̡̛͉̟́̀̒' * 5}" for char in "hello world"),
    "emoji family": "👨\u200d👩\u200d👧\u200d👦" * 20,
    "variation selectors": "☺\ufe0f☺\ufe0e\U000e0100",
    "flags": "🇩🇪🇫🇷🇩" * 10,
    "wide": "漢字" * 500,
    "Arabic": "السلام عليكم ٤٢",
    "Hangul jamo": "\u1112\u1161\u11ab" * 20 + "\u1161" * 50,
    "longest grapheme": "\U0001f468" + "\U0001f3fd" * 100,
    "newline flood": "\n" * 100_000,
    "lines": "a line\n" * 20_000,
    "a megabyte": "x" * 1_000_000,
    "a megabyte of words": "word " * 200_000,
    "tabs": "\t" * 5_000 + "x",
    "only blanks": " " * 10_000,
    "nothing": "",
    "closing tag": "[/",
    "closing tag whole": "[/]",
    "closing nothing": "[/red]",
    "crossed tags": "[red]x[/blue]",
    "action": "[@click=app.quit]x[/]",
    "action, quoted": "[@click='app.exit(1)']x[/]",
    "link in markup": "[link=https://evil.example]x[/link]",
    "link with a sequence": f"[link={ESC}]52;c;AA=={BEL}]x[/link]",
    "escaped markup": r"\[/ \\[/ \\\[red]",
    "markup variable": "$error [$error] ${HOME}",
    "markup never closed": "[" * 1000,
    "markup deep": "[b]" * 500 + "x" + "[/b]" * 501,
    "markup with a newline": "[b\n]x[/b\n]",
    "markup style": "[on #12345 blink bold not]x[/]",
    "emoji code": ":boom: :smile:",
    "format string": "{0.__class__} %s %n {{…}}",
    "markdown": "# a\n" + "- [x](javascript:alert(1))\n" * 50 + "```\n",
    "JSON": '{"motivation_score": "\\u001b[2J"}',
    "CSV formula": '=HYPERLINK("https://evil.example","x")',
}
"""Name → text."""

_PARTS = (
    *(text for text in HAND_MADE.values() if len(text) < 200),
    *"abc 019 ÄÖü漢字\n\t[]/@=;:?$<>!\"#%&'()*+,-.\\^_`{|}~",
    ESC,
    f"{ESC}[",
    f"{ESC}]",
    CSI8,
    "\u0301" * 9,
    "[/",
    "[b]",
)


def generated(count: int, seed: int = 20_260) -> Iterator[str]:
    """As many texts, the same for the same seed: pieces of sequences and of text in any order, and any code point."""
    chance = random.Random(seed)
    for _ in range(count):
        text = "".join(chance.choice(_PARTS) for _ in range(chance.randint(1, 12)))
        wild = "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(0, 4)))
        at = chance.randint(0, len(text))
        sequence = f"{ESC}[{';'.join(str(chance.randint(77, 9999)) for _ in range(chance.randint(0, 3)))}"
        yield text[:at] + wild + sequence + chance.choice("ABCDEFGJKLMPSTXZ@cdefghilmnpqrstu") + text[at:]


def in_pieces(text: str, most_pieces: int = 40) -> Iterator[tuple[str, str]]:
    """The text in two at every place, or at as many places as wanted, the first ones."""
    for at in range(min(len(text), most_pieces) + 1):
        yield text[:at], text[at:]
