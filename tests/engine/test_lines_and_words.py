"""Lines in, lines out, keys nowhere."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui import errors
from motivtui.conduct.request import StudyRequest
from motivtui.engine import commands
from motivtui.engine.commands import NotUnderstoodError
from motivtui.engine.events import Text
from motivtui.engine.log import Log
from motivtui.engine.redaction import Redactor
from motivtui.wire.encoding import line_of
from motivtui.wire.lines import Lines
from motivtui.wire.problems import error_of, problem_of

KEY = "sk-canary-0815-4711"
ALL = {commands.wire_name(one.__name__) for one in commands.Command.__subclasses__()}


@given(st.lists(st.binary(max_size=40)), st.integers(1, 30))
def test_lines_are_the_same_however_they_come(pieces: list[bytes], size: int) -> None:
    data = b"\n".join(pieces)
    lines, found = Lines(30), []
    for start in range(0, len(data), size):
        found += list(lines.feed(data[start : start + size]))
    found += list(lines.end())
    wanted = [line if len(line) <= 30 else None for line in data.split(b"\n")]
    assert found == [line for line in wanted if line is None or line.strip()]


def test_a_line_that_never_ends_takes_no_memory() -> None:
    lines = Lines(1000)
    for _ in range(100):
        assert list(lines.feed(b"x" * 1000)) == []
        assert len(lines._begun) <= 1000
    assert list(lines.feed(b"\nnext\n")) == [None, b"next"]


@given(st.text(st.characters(), max_size=50))
def test_any_text_makes_a_line_of_as_many_characters(text: str) -> None:
    line = line_of(Text(run="r", ordinal=1, start=0, text=text))
    assert line.count(b"\n") == 1
    back = msgspec.json.decode(line, type=Text).text
    assert len(back) == len(text)
    assert all(one == other or "\ud800" <= other <= "\udfff" for one, other in zip(back, text, strict=True))


def test_what_json_cannot_hold_is_null() -> None:
    line = line_of(Text(run="\ud800", ordinal=2**70, start=0, text="x"))
    assert json.loads(line) == {"event": "text", "run": "\ufffd", "ordinal": None, "start": 0, "text": "x"}


@given(st.binary(max_size=200))
def test_no_line_raises_anything_else(line: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        commands.decoded(line)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(sorted(ALL)),
    st.sampled_from(["run", "request", "models", "ordinals", "calls", "how", "name", "tags", "watch", "surprise"]),
)
def test_a_wrong_field_is_told_with_the_commands_number(value: Any, command: str, field: str) -> None:
    line = json.dumps({"id": 9, "command": command, field: value}).encode()
    number: int | None
    try:
        number = commands.decoded(line).id
    except NotUnderstoodError as error:
        number = error.id
    # Only what is no JSON at all (NaN, half a surrogate pair) leaves no number to answer to.
    assert number == 9 or any(sign in line for sign in (b"NaN", b"Infinity", b"\\ud"))


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"id": 1, "command": "plan", "request": ' + b'{"tasks":' * 50_000,
        b'{"id": 1, "command": "state", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"id": 1e400, "command": "state"}',
        b'{"id": -1, "command": "state"}',
        b'{"id": 1, "id": true, "command": "state"}',
        b'{"id": 1, "command": "watch", "run": "x", "ordinals": [0]}',
        b'{"id": 1, "command": "concurrency", "run": "x", "calls": 100000}',
        b'{"id": 1, "command": "start", "request": {"limits": {"concurrency": "8"}}}',
        b"\xff\xfe",
        b"null",
    ],
    ids=range(11),
)
def test_hostile_lines(line: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        commands.decoded(line)


def test_every_command_comes_back_as_it_was() -> None:
    request = StudyRequest.from_record({"models": ["scripted/steady"], "tasks": {"limit": 3}})
    for one in (
        commands.Warm(id=1, models=("a",)),
        commands.Plan(id=2, request=request, prompts=3, task="x", study_file="y"),
        commands.Start(id=3, request=request, kind="probe", may_pay=True, watch="all"),
        commands.Resume(id=4, run="latest", requeue=True, concurrency=3, max_cost_usd=1.5, watch=(1, 2)),
        commands.Pause(id=5, run="r"),
        commands.GoOn(id=6, run="r"),
        commands.Stop(id=7, run="r", how="cancel"),
        commands.Concurrency(id=8, run="r", calls=4),
        commands.Requeue(id=9, run="r"),
        commands.Watch(id=10, run="r", ordinals=(3,)),
        commands.State(id=11),
        commands.Rename(id=12, run="r", name="n"),
        commands.Quit(id=13),
        commands.SetTags(id=14, run="r", tags=("a", "b c")),
        commands.Archive(id=15, run="r", is_archived=False),
        commands.Remove(id=16, run="r"),
    ):
        line = commands.encoded(one)
        assert line.endswith(b"\n")
        assert commands.decoded(line) == one
    assert {type(one).__name__ for one in (commands.GoOn(id=1, run="r"),)} == {"GoOn"}
    assert json.loads(commands.encoded(commands.GoOn(id=6, run="r")))["command"] == "go_on"


def test_errors_travel() -> None:
    for kind in (errors.BusyError, errors.UsageError, errors.DatabaseError, errors.MotivError):
        back = error_of(problem_of(kind("what", hint="how")))
        assert (type(back), back.message, back.hint, back.exit_code) == (kind, "what", "how", kind.exit_code)
    strange = msgspec.structs.replace(problem_of(errors.BusyError("x")), kind="annotations")
    assert type(error_of(strange)) is errors.MotivError


def redactor() -> Redactor:
    return Redactor({"OPENAI_API_KEY": KEY, "OTHER_TOKEN": KEY + "-longer", "SECRET_MODE": "on", "HOME": "/home/me"})


def test_keys_are_cut_out_the_longer_first() -> None:
    assert redactor().redacted(f"a {KEY}-longer b {KEY} c on /home/me") == "a *** b *** c on /home/me"


def test_a_log_is_private_bounded_and_holds_no_key(tmp_path: Path) -> None:
    log = Log(tmp_path / "deep" / "engine.log", redactor(), most_bytes=4000)
    text = "".join(f"line {number}: the key is {KEY}\n" for number in range(500))
    for start in range(0, len(text), 7):
        log.feed(text[start : start + 7])
    log.note(f"a note with {KEY}")
    log.feed("x" * 200_000 + KEY + "y" * 200_000)
    log.end()
    files = sorted((tmp_path / "deep").iterdir())
    assert [file.name for file in files] == ["engine.log", "engine.log.1"]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert KEY.encode() not in file.read_bytes()
    assert sum(file.stat().st_size for file in files) < 2 * 4000 + 2 * 20_000


def test_a_key_over_the_edge_of_a_long_line(tmp_path: Path) -> None:
    log = Log(tmp_path / "engine.log", redactor(), most_bytes=10**7)
    line = "z" * 16_380 + KEY + "z" * 16_380 + KEY
    for start in range(0, len(line), 3):
        log.feed(line[start : start + 3])
    log.end()
    text = "".join(piece.split(" ", 2)[2] for piece in (tmp_path / "engine.log").read_text().splitlines())
    assert "canary" not in text
    assert text.count("***") == 2
    assert "sk-" not in text


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Log(tmp_path / "file" / "engine.log", redactor()).note("hello")
    (tmp_path / "engine.log").symlink_to(tmp_path / "elsewhere")
    Log(tmp_path / "engine.log", redactor()).note("hello")
    assert not (tmp_path / "elsewhere").exists(), "a link that waits there is not followed"
