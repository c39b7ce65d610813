"""Study files on the command line: planned, locked, run, departed from, resumed and requeued."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import motivtui
from tests.cli.conftest import Motiv

STUDY = """
name = "small"
seed = 3
models = ["scripted/steady"]
judges = ["scripted/wordy"]
manipulations = ["none", "money"]
instruments = ["all"]
repeats = 1

[tasks]
limit = 2

[max_tokens_of]
execution = 400
"""
CALLS = 32  # 4 of each but: 6 choices (two orders; with a note two sides as well), 2 for a similar task


def study(home: Path, text: str = STUDY) -> Path:
    path = home / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_file_is_planned_and_run(motiv: Motiv, home: Path) -> None:
    file = study(home)
    plan = motiv("plan", file, "--json").json
    assert plan["calls"] == CALLS
    assert plan["calls_of"]["judge"] == 4
    said = motiv("run", file, "--json")
    assert said.code == 0, said.err
    rows = said.json["trials"]
    assert said.json["states"] == {"complete": CALLS}
    assert {row["judge"] for row in rows if row["phase"] == "judge"} == {"scripted/wordy"}
    # The wordy judge does not keep to the wanted form, so nothing that it says is a rating.
    assert {row["status"] for row in rows if row["phase"] == "judge"} == {"invalid"}
    assert {row["status"] for row in rows if row["phase"] in ("pre", "post", "check", "choice")} == {"ok"}
    assert {row["item"] for row in rows if row["phase"] == "execute"} == {None}


def test_flags_win_over_the_file(motiv: Motiv, home: Path) -> None:
    plan = motiv("plan", study(home), "-i", "pre-self-report", "-n", "3", "-c", "none", "--json").json
    assert plan["calls"] == 2 * 3
    assert plan["request"]["judges"] == ["scripted/wordy"]


def test_what_is_saved_reads_back(motiv: Motiv, home: Path) -> None:
    saved = home / "saved.toml"
    first = motiv("plan", study(home), "--repeats-of", "judge=2", "--max-cost", "1.5", "--save", saved, "--json").json
    second = motiv("plan", saved, "--json").json
    assert first["request"] == second["request"]
    assert second["request"]["repeats_of"] == {"judge": 2}
    assert second["request"]["limits"] == {"max_cost_usd": 1.5}


def test_a_run_says_whether_it_follows_its_lock(motiv: Motiv, home: Path) -> None:
    file = study(home)
    said = motiv("plan", "lock", file)
    assert said.code == 0
    assert "locked:" in said.err
    assert (home / "study.lock").exists()
    assert motiv("plan", "lock", file).code == 2, "it is locked already"
    followed = motiv("run", file)
    assert "the run follows it" in followed.err
    departed = motiv("run", file, "--seed", "4")
    assert "departs from it" in departed.err
    kept = {run["lock_followed"] for run in motiv("runs", "--json").json}
    assert kept == {0, 1}


def test_a_lock_is_of_the_file_alone(motiv: Motiv, home: Path) -> None:
    said = motiv("plan", "lock", study(home), "--seed", "4")
    assert said.code == 2
    assert "without flags" in said.err
    assert not (home / "study.lock").exists()


def test_a_lock_needs_a_file(motiv: Motiv) -> None:
    said = motiv("plan", "--lock", "-m", "scripted/steady")
    assert said.code == 2
    assert "--save" in said.err


def test_prompts_show_the_manipulation_and_where_the_answer_will_stand(motiv: Motiv, home: Path) -> None:
    said = motiv("plan", study(home), "--prompts", "99")
    assert "⟦" in said.out
    assert "⟨answer⟩" in said.out
    assert "⟨mark⟩" in said.out
    assert said.out.count("judging scripted/steady") == 4


def test_prompts_without_a_number_are_all(motiv: Motiv, home: Path) -> None:
    said = motiv("plan", "--prompts", study(home))
    assert said.code == 0
    assert said.out.count("· repeat ") == CALLS
    document = motiv("plan", study(home), "--json", "--prompts").json
    assert len(document["prompts"]) == CALLS
    judged = next(one for one in document["prompts"] if one["judge"])
    assert "⟨answer⟩" in judged["messages"][0]["content"]
    parts = {part["part"] for one in document["prompts"] for message in one["messages"] for part in message["parts"]}
    assert {"manipulation", "answer", "task"} <= parts


@pytest.mark.parametrize(
    ("keys", "shown"),
    [(b"\n\nq\n", 3), (b"q\n", 1), (b"\x04", 1)],
)
def test_prompts_on_a_terminal_come_one_by_one(home: Path, keys: bytes, shown: int) -> None:
    said = on_a_terminal([sys.executable, "-m", "motivtui", "plan", str(study(home)), "--prompts"], keys)
    assert said.count("· repeat ") == shown
    assert "Traceback" not in said
    assert "Aborted" not in said


def on_a_terminal(command: list[str], keys: bytes) -> str:
    """What a command writes to a terminal of its own on which the keys are typed, each line when it is asked for."""
    parent, child = pty.openpty()
    root = str(Path(motivtui.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": root, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "100"}
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environment)
    os.close(child)
    said = bytearray()
    asked = 0
    with suppress(OSError):  # the terminal is gone with the process
        while piece := os.read(parent, 65536):
            said += piece
            while asked < said.count(b"q: enough"):
                asked += 1
                line, _, keys = keys.partition(b"\n")
                os.write(parent, line if line == b"\x04" else line + b"\n")
    assert process.wait(60) == 0
    os.close(parent)
    return said.decode()


def test_text_that_is_no_text_is_refused(motiv: Motiv, home: Path) -> None:
    for arguments in (("plan", "--save", home / "new.toml"), ("plan", "--json"), ("run",)):
        said = motiv(*arguments, "-m", "scripted/steady", "--limit", "1", "--name", "\udcff")
        assert said.code == 2
        assert "not valid UTF-8" in said.err
    assert not (home / "new.toml").exists()


def test_the_help_has_its_options_in_groups(motiv: Motiv) -> None:
    said = motiv("plan", "--help").out
    headings = ["What is studied:", "Which tasks:", "Choices between", "How replies", "How the run", "Options:"]
    places = [said.index(heading) for heading in headings]
    assert places == sorted(places)
    assert said.index("--model") < said.index("Which tasks:") < said.index("--limit") < said.index("--prompts")


def test_a_mistake_in_the_file_is_told_with_its_line(motiv: Motiv, home: Path) -> None:
    said = motiv("run", study(home, STUDY.replace("repeats = 1", "repeat = 1")))
    assert said.code == 2
    assert "study.toml:8: repeat: unknown key" in said.err


def test_a_judge_must_be_another(motiv: Motiv, home: Path) -> None:
    file = study(home, STUDY.replace("scripted/wordy", "scripted/steady"))
    said = motiv("run", file)
    assert said.code == 2
    assert "--allow-self-judge" in said.err
    assert motiv("plan", file, "--allow-self-judge", "--json").json["calls"] == CALLS


def test_the_request_is_kept_with_the_run(motiv: Motiv, home: Path) -> None:
    run = motiv("run", study(home), "-i", "pre-self-report", "--json").json["run"]
    import sqlite3

    connection = sqlite3.connect(home / "results.db")
    request = json.loads(connection.execute("SELECT request FROM run WHERE id = ?", (run,)).fetchone()[0])
    connection.close()
    assert request["instruments"] == ["pre-self-report"]
    assert request["tasks"] == {"limit": 2}
