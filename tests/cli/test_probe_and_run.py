"""A probe and a study from the command line to rows, on scripted participants."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Motiv

PROBE = ("probe", "Write a haiku about autumn", "-c", "none,money", "-n", "3", "-m", "scripted/steady")


def test_a_probe_streams_marks_the_score_shows_the_difference_and_stores_all(motiv: Motiv, home: Path) -> None:
    said = motiv(*PROBE)
    assert said.code == 0, said.err
    assert said.out.count("⟦") == 6
    assert "vs none" in said.out
    assert "1 model × 1 task × 2 manipulations × 1 instrument × 3 repeats = 6 calls" in said.err
    with sqlite3.connect(home / "results.db") as connection:
        rows = connection.execute("SELECT manipulation, wording, repeat, status FROM trial_scores").fetchall()
    connection.close()
    assert len(rows) == 6
    assert {wording for manipulation, wording, *_ in rows if manipulation == "money"} == {1, 2, 3}
    assert {row[3] for row in rows} == {"ok"}


def test_json_is_all_of_stdout(motiv: Motiv) -> None:
    document = motiv(*PROBE, "--json").json
    assert document["states"] == {"complete": 6}
    assert len(document["trials"]) == 6
    money = next(one for one in document["summary"] if one["manipulation"] == "money")
    assert (money["n"], money["total"]) == (3, 3)
    assert money["difference"]["reason"] == "one family only"


def test_a_refusal_is_counted_never_dropped(motiv: Motiv) -> None:
    document = motiv(*PROBE[:-1], "scripted/reluctant", "--json").json
    assert {one["status"] for one in document["trials"]} == {"refused"}
    assert [(one["n"], one["mean"], one["excluded"]) for one in document["summary"]] == [(0, None, {"refused": 3})] * 2


def test_a_study_from_flags(motiv: Motiv) -> None:
    said = motiv("run", "--limit", "20", "-c", "none,money,futility", "-n", "2", "-m", "scripted/steady", "--json")
    assert said.code == 0, said.err
    assert said.json["states"] == {"complete": 120}
    assert len({row["category"] for row in said.json["trials"]}) == 15, "balanced over the categories"
    differences = [one["difference"] for one in said.json["summary"] if one["manipulation"] != "none"]
    assert all(one["n_tasks"] == 20 and one["low"] < one["estimate"] < one["high"] for one in differences)


def test_without_a_choice_two_tasks_of_each_category(motiv: Motiv) -> None:
    document = motiv("plan", "-m", "scripted/steady", "--json").json
    assert document["calls"] == 30 * 1 * 2
    assert "no control" not in " ".join(document["notes"])


def test_the_plan_is_what_the_run_does(motiv: Motiv) -> None:
    flags = ("--limit", "3", "-c", "money", "-m", "scripted/steady", "--seed", "7")
    plan = motiv("plan", *flags, "--json", "--prompts", "99").json
    rows = motiv("run", *flags, "--json").json["trials"]
    assert [one["trial_key"] for one in plan["prompts"]] == [row["trial_key"] for row in rows]
    assert any("no control" in note for note in plan["notes"])


def test_plan_shows_the_manipulation_marked(motiv: Motiv, home: Path) -> None:
    said = motiv("plan", "--limit", "1", "-c", "money", "-m", "scripted/steady", "--prompts", "1")
    assert "⟦" in said.out
    assert not (home / "results.db").exists(), "planning stores nothing"


def test_the_breakdown_has_six_scores_a_trial(motiv: Motiv) -> None:
    rows = motiv("probe", "Write a haiku", "-i", "pre-breakdown", "-m", "scripted/steady", "--json").json["trials"]
    assert sorted(row["item"] for row in rows) == ["challenge", "fear", "interest", "mastery", "motivation", "value"]
    assert {row["status"] for row in rows} == {"ok"}


def test_nobody_pays_by_accident(motiv: Motiv, home: Path) -> None:
    config = home / "own.toml"
    config.write_text('[[endpoint]]\nname = "mine"\napi_base = "http://127.0.0.1:9/v1"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTIV_CONFIG", str(config))
        said = motiv("probe", "Write a haiku", "-m", "mine/model")
    assert said.code == 2
    assert "--yes" in said.err
    assert "http://127.0.0.1:9/v1" in said.err
    assert not (home / "results.db").exists()


BAD_WORDS = [
    (("probe", "  "), 2, "empty"),
    (("probe", "x", "-c", "mony"), 2, "money"),
    (("probe", "x", "-i", "pre-self"), 2, "pre-self-report"),
    (("probe", "x", "-m", "scripted/nope"), 1, "scripted/steady"),
    (("probe", "x", "-m", "gpt-4o-mini"), 1, "OPENAI_API_KEY"),
    (("probe", "x", "-m", "no-such-model-at-all"), 1, "motiv models"),
    (("run", "-t", "no-such-task", "-m", "scripted/steady"), 2, "no-such-task"),
    (("run", "--category", "mathematic", "-m", "scripted/steady"), 2, "mathematics"),
    (("run", "--wordings", "some", "-m", "scripted/steady"), 2, "rotate"),
    (("run", "--decoding", "grammar", "-m", "scripted/steady"), 2, "schema"),
    (("run", "-j", "0", "-m", "scripted/steady"), 2, "concurrency"),
    (("run", "--materials", "nowhere.toml", "-m", "scripted/steady"), 1, "nowhere.toml"),
    (("resume", "latest"), 5, "no such database"),
    (("runs",), 5, "no such database"),
    (("export", "-o", "x.docx"), 2, ".docx"),
    (("no-such-command",), 2, "no-such-command"),
]


@pytest.mark.parametrize(("arguments", "code", "word"), BAD_WORDS, ids=[" ".join(one[0])[:40] for one in BAD_WORDS])
def test_bad_words_get_one_clear_error(motiv: Motiv, arguments: tuple[str, ...], code: int, word: str) -> None:
    said = motiv(*arguments)
    assert said.code == code, said.err
    assert word in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_hostile_names_and_texts_are_data(motiv: Motiv, home: Path) -> None:
    texts = [
        'x"]; drop table run;--',
        "{0.__class__} {task} {{…}} %s",
        "\x1b]52;c;AAAA\x07\x1b[2J",
        "../../etc/x",
        "a" * 10_000,
    ]
    for text in texts:
        assert motiv("probe", "-m", "scripted/steady", "--", text).code == 0
    assert motiv("runs", "rename", "latest", '=HYPERLINK("x")\x1b[2J').code == 0
    said = motiv("runs")
    assert "\x1b" not in said.out
    with sqlite3.connect(home / "results.db") as connection:
        stored = {row[0] for row in connection.execute("SELECT prompt FROM task")}
    connection.close()
    assert stored == set(texts)


def test_materials_of_ones_own(motiv: Motiv, home: Path) -> None:
    own = home / "own.toml"
    own.write_text(
        'category = "cooking"\n[[task]]\nid = "soup"\ntitle = "Soup"\nsubtasks = ["Describe a soup."]\n', "utf-8"
    )
    rows = motiv("run", "--materials", own, "--category", "cooking", "-m", "scripted/steady", "--json").json["trials"]
    assert {row["task"] for row in rows} == {"own/soup.1"}


def test_resume_of_a_finished_run_does_nothing(motiv: Motiv) -> None:
    motiv(*PROBE)
    said = motiv("resume", "--json")
    assert said.code == 0
    assert said.json["states"] == {"complete": 6}
    assert {row["attempts"] for row in said.json["trials"]} == {1}
