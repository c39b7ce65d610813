"""The list of analyses: every one can be asked of any run, and says why where it has nothing to say."""

from __future__ import annotations

from dataclasses import fields

import msgspec
import pytest

from motivtui.analysis.asked import Asked, takes
from motivtui.analysis.findings import ALIASES, By, Scope, findings, listed, possible, rules_of, views_named
from motivtui.analysis.needs import Need, lacking
from motivtui.analysis.views import AT_A_GLANCE, VIEWS
from motivtui.errors import UsageError
from motivtui.stats.estimate import Estimate
from motivtui.stats.human_ratings import HumanRating
from motivtui.stats.preset import Preset
from motivtui.stats.rationales import Rationale
from motivtui.stats.table import ScoreTable, score_table
from tests.stats.rows import choice, rating, table


@pytest.fixture(scope="module")
def everything() -> ScoreTable:
    """Two models, eight tasks in four families, two manipulations, two repeats, two wordings, choices."""
    rows = []
    for number, model in enumerate(("a", "b", "c")):
        for task in range(8):
            for repeat in (1, 2):
                for manipulation, effect in (("none", 0), ("money", 6), ("placebo", 1)):
                    value = 40 + 3 * task + effect + (7 * task * repeat + number) % 5
                    rows.append(
                        rating(
                            value, f"t{task}", f"f{task // 2}", manipulation, model=model, repeat=repeat,
                            wording=1 if manipulation == "none" else repeat, categories=("code", "prose")[task % 2],
                        )
                    )  # fmt: skip
        for pair in ("x-y", "y-z", "x-z"):
            for order in ("given", "swapped"):
                rows += [choice(1, pair, "none", task_order=order, model=model), choice(2, pair, model=model)]
    return score_table(rows)


ASKED = Asked(
    draws=100,
    ratings=tuple(
        HumanRating(who, f"t{task}", 10.0 * task + place) for task in range(8) for place, who in enumerate("pq")
    ),
    rationales=tuple(Rationale("a", f"f{n % 4}", 10.0 + 4 * n, f"word number {'abc'[n % 3] * 3}") for n in range(20)),
)


@pytest.mark.parametrize("name", [view.name for view in listed()])
@pytest.mark.parametrize("preset", list(Preset))
def test_every_analysis_answers_or_says_why(everything: ScoreTable, name: str, preset: Preset) -> None:
    asked = Asked(preset, ASKED.draws, None, None, ASKED.ratings, ASKED.rationales)
    for one in findings(everything, views_named([name]), asked):
        assert bool(one.results) != bool(one.reason)
        assert all(isinstance(result, one.view.result) for result in one.results)
        encoded = msgspec.json.encode(one.results)
        assert msgspec.json.decode(encoded, type=tuple[one.view.result, ...]) == one.results  # type: ignore[name-defined]


def test_what_is_shown_are_estimates_of_the_results() -> None:
    for view in listed():
        types = {field.name: str(field.type) for field in fields(view.result)}
        assert all("Estimate" in types[name] for name in view.shown), view.name
        assert view.title
        assert view.about
        assert not view.pooled or VIEWS[view.pooled].is_pooled


def test_an_empty_table_lacks_what_every_analysis_needs() -> None:
    nothing = score_table([])
    assert {need for need in Need if not lacking(nothing, Asked(), [need])} == set()
    assert possible(nothing, Asked()) == [view for view in listed() if not view.needs]
    assert all(one.reason for one in findings(nothing, views_named(["all"]), Asked()))


def test_a_lean_run_is_told_what_it_lacks() -> None:
    lean = table([rating(50, "a", "f"), rating(60, "b", "g")])
    (one,) = findings(lean, views_named(["manipulations"]), Asked())
    assert one.reason == "one manipulation only"
    assert findings(lean, views_named(["manipulations"]), Asked(), is_named=False) == ()


def test_names() -> None:
    assert views_named([]) == list(AT_A_GLANCE)
    assert [view.name for view in views_named(["Group-Contrasts", "distribution", "overview"])] == [
        "group_contrasts",
        "overview",
    ]
    assert [view.name for view in views_named(["all"])] == [view.name for view in listed()]
    assert all(name in VIEWS for name in ALIASES.values())
    with pytest.raises(UsageError) as caught:
        views_named(["reliabilty"])
    assert "Did you mean reliability" in caught.value.hint
    with pytest.raises(UsageError):
        views_named(["means"])  # the console's own


def test_scopes() -> None:
    assert [view.name for view in views_named(["manipulations", "pooled"], Scope.PANEL)] == ["pooled"]
    assert all(view.is_pooled for view in views_named([], Scope.POPULATION))
    with pytest.raises(UsageError) as caught:
        views_named(["statuses"], Scope.POPULATION)
    assert "manipulations" in caught.value.hint


def test_by_manipulation_and_by_category(everything: ScoreTable) -> None:
    (by_manipulation,) = findings(everything, views_named(["overview"]), Asked(), By.MANIPULATION)
    assert {one.manipulation for one in by_manipulation.results} == {"none", "money", "placebo"}
    (categories,) = findings(everything, views_named(["categories"]), Asked(), By.MANIPULATION)
    assert {one.manipulation for one in categories.results} == {"none", "money", "placebo"}
    code, prose = findings(everything, views_named(["overview"]), Asked(), By.CATEGORY)
    assert (code.category, prose.category) == ("code", "prose")
    (whole,) = findings(everything, views_named(["overview"]), Asked())
    totals = [sum(one.total for one in finding.results) for finding in (code, prose, whole)]
    assert totals[0] + totals[1] == totals[2]


def test_a_task_of_several_categories_counts_in_each() -> None:
    rows = [rating(50, "a", "f", categories="code;prose"), rating(70, "b", "g", categories="decode")]
    found = findings(table(rows), views_named(["overview"]), Asked(), By.CATEGORY)
    assert [(one.category, one.results[0].mean.value) for one in found] == [
        ("code", 50),
        ("decode", 70),
        ("prose", 50),
    ]


def test_the_manipulation_that_is_asked_for(everything: ScoreTable) -> None:
    asked = Asked(manipulation="money")
    (found,) = findings(everything, views_named(["categories"]), asked)
    assert {one.manipulation for one in found.results} == {"money"}
    assert rules_of(found, asked) == "under money"
    with pytest.raises(UsageError) as caught:
        findings(everything, views_named(["categories"]), Asked(manipulation="mony"))
    assert "money" in caught.value.hint


def test_presets_make_a_difference_where_the_rules_differ(everything: ScoreTable) -> None:
    view = VIEWS["correlations"]
    assert takes(view.function, "preset")
    assert not takes(VIEWS["manipulations"].function, "preset")
    replicate = Asked(Preset.REPLICATE)
    (one,) = findings(everything, [VIEWS["manipulations"]], replicate)
    assert rules_of(one, replicate) == "the same under both presets"


def test_the_smallest_detectable_effect_stands_beside_the_effect(everything: ScoreTable) -> None:
    """It is the effect whose interval would miss 0 four times in five: t(.975) + t(.8), about, standard errors."""
    for one in VIEWS["power"].compute(everything):
        difference: Estimate = one.difference
        if one.smallest is not None:
            assert difference.low is not None
            assert difference.high is not None
            half = (difference.high - difference.low) / 2
            assert half < one.smallest < 2 * half
        assert "of 100" not in one.sentence
