"""`motiv stats`, `motiv compare` and `motiv power` on real databases and files."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from motivtui.cli import compare, power, stats
from motivtui.cli.app import app
from motivtui.store.connection import open_reader
from tests.analysis.simulated import Simulation, simulated, study
from tests.cli.conftest import Motiv

for name, command in (("stats", stats.stats), ("compare", compare.compare), ("power", power.power)):
    if name not in {one.name for one in app.registered_commands}:
        app.command(name)(command)


@pytest.fixture
def db(home: Path) -> Path:
    """One run of 20 families."""
    simulated(home / "results.db", study(families=20))
    return home / "results.db"


def analysis(document: Any, name: str) -> list[Any]:
    (found,) = [one for one in document["analyses"] if one["name"] == name]
    return list(found["results"])


def test_help_and_lists_load_no_statistics() -> None:
    program = (
        "import sys; from motivtui.cli import compare, power, stats; from motivtui.cli.app import app\n"
        "known = {one.name for one in app.registered_commands}\n"
        "[app.command(name)(one) for name, one in [('stats', stats.stats), ('compare', compare.compare),"
        " ('power', power.power)] if name not in known]\n"
        "from motivtui.cli.main import run\n"
        "for words in (['stats', '--help'], ['stats', '--list'], ['stats', '--codebook'], ['compare', '--help'],"
        " ['power', '--help']):\n"
        "    assert run(words) == 0, words\n"
        "assert not {'numpy', 'scipy', 'pandas', 'statsmodels', 'matplotlib'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "For example: motiv stats" in " ".join(done.stdout.split())


def test_at_a_glance(motiv: Motiv, db: Path) -> None:
    said = motiv("stats", "--db", db)
    assert said.code == 0
    for title in ("Distribution of scores", "What became of the trials", "Effects of manipulations", "Choices"):
        assert title in said.out
    assert "refused" in said.out
    assert "Also possible, with -a: " in said.err
    assert "pooled" in said.err
    assert "factors" not in said.err


def test_named_analyses_come_with_their_sentences(motiv: Motiv, db: Path) -> None:
    said = motiv("stats", "latest", "-a", "manipulations,pooled", "-a", "factors", "--db", db)
    assert said.code == 0
    assert "• local/smollm2-135m, pre-self-report · motivation (free): futility against none" in said.out
    assert "for these 2 models only" in said.out
    assert "Nothing to show: no instrument asks for the components of motivation." in said.out
    heads = [line.split() for line in said.out.splitlines() if line.startswith("model")]
    for name in ("difference", "mean", "excluded", "n", "tasks"):
        assert name in heads[0]
    assert "d" not in heads[0]  # no estimate but those that the analysis is about
    (line,) = [one for one in said.out.splitlines() if one.startswith("anthropic/claude-sonnet-5  futility")][:1]
    assert "<.001" in line


def test_json_has_every_field(motiv: Motiv, db: Path) -> None:
    document = motiv("stats", "-a", "manipulations", "-a", "factors", "--json", "--db", db).json
    assert list(document) == [
        "schema", "source", "run", "rows", "trials", "ended", "preset", "by", "scope", "manipulation", "draws", "seed",
        "analyses",
    ]  # fmt: skip
    assert (document["schema"], document["preset"], document["scope"]) == (1, "robust", "model")
    manipulations, factors = document["analyses"]
    assert list(manipulations) == ["name", "title", "about", "is_pooled", "category", "reason", "results"]
    assert factors["results"] == []
    assert factors["reason"]
    first = manipulations["results"][0]
    assert {"model", "instrument", "n", "total", "excluded", "mean", "difference", "sentence"} <= set(first)
    assert {"value", "low", "high", "method", "unit", "p_adj", "n_tasks", "n_parents", "reason"} <= set(first["mean"])


def test_the_same_numbers_from_the_store_an_export_and_a_table_by_hand(motiv: Motiv, db: Path, home: Path) -> None:
    names = ("-a", "overview,manipulations,pooled,reliability,choices,statuses,group_contrasts", "--json")
    stored = motiv("stats", *names, "--db", db).json
    assert motiv("export", "-o", home / "all.csv", "--db", db).code == 0
    exported = motiv("stats", "--from-csv", home / "all.csv", *names).json
    assert exported["run"] == stored["run"]
    assert exported["analyses"] == stored["analyses"]
    with (home / "all.csv").open(newline="") as file, (home / "hand.csv").open("w", newline="") as hand:
        kept = ["model", "task", "family", "condition", "instrument", "item", "wording", "repeat", "value", "status"]
        writer = csv.DictWriter(hand, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(
            row | {"condition": row["manipulation"]} for row in csv.DictReader(file) if row["phase"] == "pre"
        )
    by_hand = motiv("stats", "--from-csv", home / "hand.csv", *names).json
    differences = {
        (one["model"], one["manipulation"]): one["difference"]
        for one in analysis(stored, "manipulations")
        if one["difference"]
    }
    for one in analysis(by_hand, "manipulations"):
        if one["difference"]:
            assert one["difference"] == differences[one["model"], one["manipulation"]]
    iccs = {(one["model"], one["manipulation"]): one["icc"] for one in analysis(stored, "reliability")}
    assert {(one["model"], one["manipulation"]): one["icc"] for one in analysis(by_hand, "reliability")} == iccs


def test_the_exported_file_gives_the_same_to_statsmodels(motiv: Motiv, db: Path, home: Path) -> None:
    """Differences, their clustered intervals and p, by statsmodels' own OLS on what was exported."""
    import numpy as np
    import statsmodels.api as sm

    assert motiv("export", "-o", home / "all.csv", "--db", db).code == 0
    values: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
    with (home / "all.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["phase"] == "pre" and row["value"]:
                values[row["model"], row["manipulation"], row["family"], row["task"]].append(float(row["value"]))
    means = {key: math.fsum(found) / len(found) for key, found in values.items()}
    largest = 0.0
    for one in analysis(motiv("stats", "-a", "manipulations", "--json", "--db", db).json, "manipulations"):
        if one["difference"] is None:
            continue
        tasks = [key[2:] for key in means if key[:2] == (one["model"], one["manipulation"])]
        both = [task for task in tasks if (one["model"], "none", *task) in means]
        changes = np.array(
            [means[one["model"], one["manipulation"], *task] - means[one["model"], "none", *task] for task in both]
        )
        codes = np.unique([family for family, _ in both], return_inverse=True)[1]
        fit = sm.OLS(changes, np.ones(len(changes))).fit(
            cov_type="cluster", cov_kwds={"groups": codes, "df_correction": True}, use_t=True
        )
        low, high = fit.conf_int()[0]
        ours = one["difference"]
        pairs = ((ours["value"], fit.params[0]), (ours["low"], low), (ours["high"], high), (ours["p"], fit.pvalues[0]))
        largest = max(largest, *(abs(mine - theirs) for mine, theirs in pairs))
    print(f"largest difference from statsmodels: {largest:.3g}")  # noqa: T201
    assert 0 < largest < 1e-9


def test_mistakes_are_told(motiv: Motiv, db: Path, home: Path) -> None:
    wrong = motiv("stats", "-a", "manipulation", "--db", db)
    assert wrong.code == 2
    assert "manipulations" in wrong.err
    assert motiv("stats", "--scope", "world", "--db", db).code == 2
    assert motiv("stats", "--by", "moon", "--db", db).code == 2
    assert motiv("stats", "--preset", "lenient", "--db", db).code == 2
    assert motiv("stats", "nope", "--db", db).code == 2
    assert motiv("stats", "--db", home / "none.db").code == 5
    (home / "bad.csv").write_text("model,task,instrument,value\nm,t,i,x\n")
    bad = motiv("stats", "--from-csv", home / "bad.csv")
    assert bad.code == 2
    assert "bad.csv, line 2, column value" in bad.err
    assert bad.out == ""


def test_plots_are_drawn_and_saved(motiv: Motiv, db: Path, home: Path) -> None:
    said = motiv("stats", "-a", "manipulations", "--plot", "--save", home / "effects.svg", "--db", db)
    assert said.code == 0
    assert "│" in said.out, "the line of no difference"
    files = sorted(path.name for path in home.glob("effects*"))
    assert any(name.endswith(".svg") for name in files)
    assert any(name.endswith(".csv") for name in files)
    assert motiv("stats", "-a", "manipulations", "--save", home / "effects.svg", "--db", db).code == 2
    assert motiv("stats", "-a", "manipulations", "--save", home / "effects.svg", "--force", "--db", db).code == 0
    assert motiv("stats", "-a", "manipulations", "--save", home / "effects.doc", "--db", db).code == 2


def test_a_paragraph_of_methods(motiv: Motiv, db: Path) -> None:
    text = motiv("stats", "--methods", "-a", "manipulations", "--db", db).out
    with closing(open_reader(db)) as reader:
        (counts,) = reader.execute("SELECT count(value), count(item) FROM trial_scores").fetchall()
    assert counts[0] < counts[1]
    assert f"{counts[0]:,} usable scores of {counts[1]:,}, excluded: " in text
    for part in ("2 language models", "40 tasks in 20 families", "5 categories", "refused", "CR1 by family",
                 "Benjamini-Hochberg over 5 manipulations", "seed 7", "scipy"):  # fmt: skip
        assert part in text
    document = motiv("stats", "--methods", "-a", "manipulations", "--json", "--db", db).json
    assert document["methods"] == text.strip()


def test_an_unfinished_run_is_interim(motiv: Motiv, home: Path) -> None:
    simulated(home / "results.db", study(families=4), answered=100)
    said = motiv("stats", "-a", "overview")
    assert said.code == 0
    assert "are still open: interim" in said.err


def test_people_and_reasons(motiv: Motiv, db: Path, home: Path) -> None:
    lines = [f"{who},t{family}.{number},{family + number + place}" for family in range(20) for number in (1, 2)
             for place, who in enumerate("pq")]  # fmt: skip
    (home / "people.csv").write_text("\n".join(["rater,task,value", *lines]))
    names = ("-a", "raters,humans,vocabulary", "--json", "--db", db)
    document = motiv("stats", *names, "--ratings", home / "people.csv").json
    assert analysis(document, "raters")[0]["raters"] == 2
    assert {one["rated"] for one in analysis(document, "humans")} == {40}
    without = motiv("stats", *names).json
    words = analysis(document, "vocabulary")
    assert words == []  # its replies are bare numbers
    assert "--ratings" in next(one["reason"] for one in without["analyses"] if one["name"] == "humans")


def test_the_codebook_and_the_list_as_json(motiv: Motiv) -> None:
    from motivtui.analysis.findings import listed
    from motivtui.export import CODEBOOK
    from motivtui.stats.long_columns import COLUMNS

    assert [one["name"] for one in motiv("stats", "--list", "--json").json] == [one.name for one in listed()]
    columns = motiv("stats", "--codebook", "--json").json
    assert [one["column"] for one in columns] == [one.name for one in COLUMNS]
    assert {one.name for one in COLUMNS} <= set(CODEBOOK)
    assert all(CODEBOOK[one.name].type in (one.type, "integer") for one in COLUMNS)


@pytest.fixture
def two(home: Path) -> list[str]:
    """Two runs of the same tasks, answered by chance of their own."""
    runs = []
    for seed in (1, 2):
        one = Simulation(home / "results.db", study(families=8, name=f"number {seed}"), seed=seed)
        one.answer()
        one.end()
        runs.append(one.run)
    return runs


@pytest.mark.parametrize(
    ("value", "said"),
    [(["a", "b"], "a, b"), ([], "nothing"), (None, "nothing"), (list("abcd"), "4 of them"), ([{"a": 1}], "1 of them")],
)
def test_what_differs_is_said_in_a_few_words(value: object, said: str) -> None:
    assert compare._short(value) == said


def test_two_runs_side_by_side(motiv: Motiv, two: list[str]) -> None:
    said = motiv("compare", *two)
    assert said.code == 0
    for title in ("Effects of manipulations", "Means", "Refusals", "Reliability"):
        assert title in said.out
    assert "they differ in study_hash" in said.err
    document = motiv("compare", *two, "--json").json
    assert [one["run"] for one in document["runs"]] == two
    assert "materials_hash" not in document["differing"]
    back = motiv("compare", *reversed(two), "--json").json
    for one, other in zip(document["results"], back["results"], strict=True):
        assert one["one"] == other["other"]
        if one["difference"]["value"] is not None:
            assert one["difference"]["value"] == pytest.approx(-other["difference"]["value"])
    assert {one["is_paired"] for one in document["results"] if one["estimand"] != "icc"} == {True}
    same = motiv("compare", two[0], two[0])
    assert same.code == 2
    assert "both are the run" in same.err


def test_two_runs_of_one_exported_file(motiv: Motiv, two: list[str], home: Path) -> None:
    assert motiv("export", "-o", home / "all.csv").code == 0
    stored, exported = (motiv("compare", *two, *more, "--json").json for more in ((), ("--from-csv", home / "all.csv")))
    assert exported["results"] == stored["results"]
    alone = motiv("stats", "--from-csv", home / "all.csv")
    assert alone.code == 2
    assert "another run" in alone.err


def test_power_by_numbers(motiv: Motiv) -> None:
    """Power of the one-sample t test, by scipy's noncentral t."""
    from scipy.stats import nct, t

    document = motiv("power", "--tasks", "200", "--families", "40", "--sd", "10", "--icc", "0.3", "--json").json
    (plan,) = document["smallest_effects"]
    assert plan["design_effect"] == pytest.approx(2.2)
    noncentrality = plan["effect"] / 10 * math.sqrt(200 / 2.2)
    critical = t.ppf(0.975, 39)
    found = nct.sf(critical, 39, noncentrality) + nct.cdf(-critical, 39, noncentrality)
    assert found == pytest.approx(0.8, abs=1e-4)
    assert document["choices"] is None
    assert document["spread"]["source"] == "SD 10 points (as said), ICC 0.30 (as said)"
    more = motiv("power", "--tasks", "200", "--families", "40", "--effect", "3", "--json").json
    assert "assumed" in more["spread"]["source"]
    assert more["needed"]["power"] >= 0.8
    assert more["needed"]["tasks"] % 5 == 0


def test_power_of_a_planned_study_from_an_earlier_run(motiv: Motiv, db: Path) -> None:
    flags = (
        "-m",
        "scripted/steady",
        "-i",
        "choice,pre-self-report",
        "-c",
        "none,money",
        "--pairs",
        "20",
        "--limit",
        "40",
    )
    said = motiv("power", *flags, "--from", "latest", "--studies", "200", "--db", db)
    assert said.code == 0, said.err
    assert "median of 10 groups of the run" in said.err
    assert "20 pairs" in said.out
    document = motiv("power", *flags, "--from", "latest", "--studies", "200", "--json", "--db", db).json
    assert document["tasks"] >= 2
    spread = document["spread"]
    assert spread["sd_low"] < spread["sd"] < spread["sd_high"]
    found = [one["effect"] / one["d_z"] for one in document["smallest_effects"]]
    assert found == pytest.approx([spread["sd_low"], spread["sd"], spread["sd_high"]])


def test_power_refuses_what_cannot_be(motiv: Motiv) -> None:
    assert motiv("power", "--tasks", "10", "--families", "40").code == 2
    assert motiv("power", "--families", "40").code == 2
    assert motiv("power", "--tasks", "40", "--icc", "2").code == 2
    assert motiv("power", "--tasks", "40", "--effect", "0").code == 2


def test_what_the_shell_offers() -> None:
    from motivtui.cli.stats_options import complete_analyses

    assert "manipulations" in complete_analyses("mani")
    assert complete_analyses("overview,rel") == ["overview,reliability"]
