"""Commands that look: runs, trials, export, tasks, manipulations, instruments, models, doctor, db."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from motivtui.export import CODEBOOK
from tests.cli.conftest import Motiv

MODELS = "scripted/steady,scripted/wordy,scripted/reluctant"


@pytest.fixture
def probed(motiv: Motiv) -> Motiv:
    assert motiv("probe", "=SUM(A1)", "-c", "none,punish", "-m", MODELS, "-n", "2").code == 0
    return motiv


def test_runs_lists_shows_and_renames(probed: Motiv) -> None:
    listed = probed("runs", "--json").json
    assert len(listed) == 1
    run = listed[0]["run"]
    assert listed[0]["complete"] == 12
    assert probed("runs", "rename", run[:3], "My probe").code == 0
    shown = probed("runs", "show", run)
    assert "My probe" in shown.out
    assert "2 refused" in shown.out
    assert probed("runs", "show", run, "--json").json["versions"]["motivtui"]


def test_trials_filter_and_show(probed: Motiv) -> None:
    assert len(probed("trials", "--json").json) == 12
    refused = probed("trials", "--status", "refused", "--json").json
    assert {row["model"] for row in refused} == {"scripted/reluctant"}
    assert len(probed("trials", "-c", "punish", "--limit", "2", "--json").json) == 2
    detail = probed("trials", "--show", "1", "--json").json
    assert detail["messages"][0][0] == "user"
    assert len(detail["attempts"]) == 1
    assert "=SUM(A1)" in probed("trials", "--show", "1").out
    assert probed("trials", "--show", "999").code == 2
    assert probed("trials", "nope").code == 2


def test_export_writes_the_flat_table_and_its_codebook(probed: Motiv, home: Path) -> None:
    out = home / "out.csv"
    assert probed("export", "latest", "-o", out).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert list(rows[0]) == list(CODEBOOK)
    assert {row["run_name"] for row in rows} == {"'=SUM(A1)"}, "no spreadsheet takes it for a formula"
    assert all(row["value"] == "" for row in rows if row["status"] == "refused")
    with (home / "out.codebook.csv").open(encoding="utf-8", newline="") as file:
        assert [row["column"] for row in csv.DictReader(file)] == list(CODEBOOK)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = probed("export", "-o", out)
    assert again.code == 2
    assert "--force" in again.err
    assert probed("export", "-o", out, "--force").code == 0


def test_export_raw_is_exact_and_jsonl_too(probed: Motiv, home: Path) -> None:
    probed("export", "-o", home / "raw.csv", "--raw")
    with (home / "raw.csv").open(encoding="utf-8", newline="") as file:
        assert {row["run_name"] for row in csv.DictReader(file)} == {"=SUM(A1)"}
    probed("export", "-o", home / "x.jsonl")
    lines = (home / "x.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 12
    assert json.loads(lines[0])["run_name"] == "=SUM(A1)"


def test_export_to_stdout(probed: Motiv) -> None:
    said = probed("export", "--format", "jsonl")
    assert len(said.out.splitlines()) == 12
    assert said.err == ""


def test_tasks_overview_list_show_check(motiv: Motiv, home: Path) -> None:
    overview = motiv("tasks", "--json").json
    assert len(overview) == 15
    assert sum(row["tasks"] for row in overview) >= 300
    listed = motiv("tasks", "ls", "--category", "puzzles", "--json").json
    assert all("puzzles" in task["categories"] for task in listed)
    first = listed[0]
    assert first["prompt"].splitlines()[0] in motiv("tasks", "show", first["id"]).out
    assert motiv("tasks", "check").code == 0
    bad = home / "bad.toml"
    bad.write_text('category = "x"\n[[task]]\nid = "A B"\ntitle = "t"\nsubtasks = ["s"]\nspare = 1\n', encoding="utf-8")
    said = motiv("tasks", "check", bad)
    assert said.code == 1
    assert f"{bad}:" in said.err


def test_importing_the_published_layout(motiv: Motiv, home: Path) -> None:
    table = home / "tasks.csv"
    table.write_text(
        "sub_task_id,task_id,category,task,sub_task\n"
        "1,1,\"['Creative Writing and Literature']\",Haiku,Write a haiku about rain\n"
        "2,1,\"['Creative Writing and Literature', 'Brainstorming and Ideation']\",Haiku,Write a haiku about snow\n",
        encoding="utf-8",
    )
    pairs = home / "pairs.json"
    pairs.write_text("[[[0, 1], 1]]", encoding="utf-8")
    said = motiv("tasks", "import", table, "--pairs", pairs, "--as", "mine", "--json")
    assert said.code == 0, said.err
    assert (said.json["tasks"], said.json["families"], said.json["categories"]) == (2, 1, 2)
    assert len(motiv("tasks", "ls", "--set", "mine", "--json").json) == 2
    assert motiv("run", "--set", "mine", "-m", "scripted/steady", "--json").json["states"] == {"complete": 4}
    assert motiv("tasks", "import", table, "--as", "mine").code == 2
    table.write_text("sub_task_id,task_id,category,task,sub_task\n1,1,\"['Nonsense']\",Haiku,x\n", encoding="utf-8")
    broken = motiv("tasks", "import", table, "--as", "other")
    assert broken.code == 1
    assert f"{table}:2" in broken.err


def test_manipulations_and_instruments(motiv: Motiv) -> None:
    listed = motiv("manipulations", "--json").json
    assert len(listed) == 13
    assert "500 dollars" in motiv("manipulations", "money").out
    phases = {one["id"]: one["phase"] for one in motiv("instruments", "--json").json}
    assert phases["pre-self-report"] == "pre"
    assert set(phases.values()) == {"pre", "choice", "execute", "post", "check", "judge"}
    assert "{task}" in motiv("instruments", "pre-breakdown").out


def test_models(motiv: Motiv, home: Path) -> None:
    assert "local/smollm2-135m" in motiv("models").out
    assert motiv("models", "check", "scripted/steady").code == 0
    assert motiv("models", "check", "local/nope").code == 1
    weights = home / "tiny.gguf"
    weights.write_bytes(b"not a model")
    assert motiv("models", "add", "tiny", weights).code == 1
    known = motiv("models", "known", "gpt-4o", "--limit", "3", "--json").json
    assert len(known) == 3
    assert all(one["input_usd"] > 0 for one in known)


def test_doctor_shows_sources_and_no_key(motiv: Motiv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-123")
    monkeypatch.setenv("MOTIV_CONCURRENCY", "3")
    said = motiv("doctor", "--json")
    assert said.code == 0
    assert "MOTIV_CONCURRENCY" in said.json["settings"]["concurrency"]
    assert said.json["keys"]["OPENAI_API_KEY"] == "set"
    assert "canary" not in said.out + motiv("doctor").out


def test_db(probed: Motiv, home: Path) -> None:
    assert probed("db", "path").out.strip() == str(home / "results.db")
    assert probed("db", "check").code == 0
    assert probed("db", "backup", home / "copy.db").code == 0
    assert probed("db", "check", "--db", home / "copy.db").code == 0
    assert probed("db", "backup", home / "copy.db").code == 5
    (home / "text.db").write_text("hello, this is no database at all", encoding="utf-8")
    said = probed("runs", "--db", home / "text.db")
    assert said.code == 5
    assert "not a database" in said.err


def test_every_instrument_is_listed_with_its_scale_and_the_execution_without_one(motiv: Motiv) -> None:
    lines = {line.split()[0]: line for line in motiv("instruments").out.splitlines() if line}
    assert set(lines) >= {"choice", "execution", "judge", "manipulation-check", "pre-breakdown", "pre-self-report"}
    assert "1–100" in lines["pre-self-report"]
    assert "1–2" in lines["choice"]
    assert "–" not in lines["execution"]
