from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections import Counter
from typing import Any

import pytest

from motivtui.analysis.result_table import number_table, sentence_of
from motivtui.plots.files import as_csv
from motivtui.report import pictures
from motivtui.report.gather import Answered
from motivtui.report.page import page, policy
from motivtui.report.results import ResultSections
from motivtui.report.tables import estimate_content
from motivtui.stats.estimate import Estimate, not_available
from motivtui.visible_text import visible
from tests.report.conftest import Written
from tests.report.hostile_run import MODELS, NAME, PROMPT, WORDING
from tests.report.parsed import Parsed


@pytest.fixture(scope="module")
def parsed(written: Written) -> Parsed:
    return Parsed(written.html)


def test_the_page_is_well_formed_with_ids_that_are_one_of_a_kind(parsed: Parsed) -> None:
    assert parsed.problems == []
    ids = Counter(str(attributes["id"]) for _, attributes in parsed.elements if "id" in attributes)
    assert [name for name, n in ids.items() if n > 1] == []
    links = [str(one["href"]) for _, one in parsed.elements if "href" in one]
    assert [one for one in links if one.startswith("#") and one[1:] not in ids] == []
    assert all(one.startswith(("#", "data:text/csv;")) for one in links)
    labels = [str(one["aria-labelledby"]) for _, one in parsed.elements if "aria-labelledby" in one]
    assert labels
    assert set(labels) <= set(ids)


def test_nothing_that_anybody_wrote_becomes_an_element(written: Written, parsed: Parsed) -> None:
    names = {name for name, _ in parsed.elements}
    assert names.isdisjoint({"img", "iframe", "object", "embed", "link", "textarea", "form", "foreignobject", "i"})
    assert len(parsed.named("script")) == 1
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]
    for text in (NAME, WORDING, PROMPT, *MODELS):
        assert visible(text) in parsed.text
    assert not any(sign in written.html for sign in "\u202e\u202c\u2028\x1b\x07")
    assert written.html.encode("utf-8")


def test_the_policy_allows_the_page_its_own_script_only(written: Written, parsed: Parsed) -> None:
    (found,) = [one["content"] for one in parsed.named("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert found == policy()
    assert "default-src 'none'" in policy()
    script = written.html.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy()
    head = written.html.partition("<style>")[0]
    assert "Content-Security-Policy" in head  # before anything that it governs


def test_every_analysis_is_there_or_said_why_not(written: Written, parsed: Parsed) -> None:
    ids = {attributes.get("id") for attributes in parsed.named("section")}
    answered = written.material.answered
    assert {one.view.name for one in answered if not one.why_not} == ids - {
        "study", "prompts", "exclusions", "unanswered",
    }  # fmt: skip
    assert {"manipulations", "pooled", "reliability", "choices", "multiverse"} <= ids
    for one in answered:
        if one.why_not:
            assert one.why_not in parsed.text
        assert not one.why_not.startswith("it could not be computed"), one.view.name


def test_every_sentence_and_every_number_is_there(written: Written, parsed: Parsed) -> None:
    links = [str(one["href"]) for one in parsed.named("a") if "download" in one]
    files = {base64.b64decode(one.partition("base64,")[2]) for one in links}
    for one in written.material.answered:
        for result in one.results:
            assert visible(sentence_of(result)) in parsed.text
        if one.results:
            assert as_csv(number_table(one.results)).encode("utf-8", "backslashreplace") in files


def test_data_stand_beside_every_figure(written: Written, parsed: Parsed) -> None:
    count = len(parsed.named("figure"))
    assert count > 10
    names = [str(one["download"]) for one in parsed.named("a") if "-figure-" in str(one.get("download"))]
    assert len(names) == len(set(names)) == count
    link = next(str(one["href"]) for one in parsed.named("a") if "-manipulations-figure-" in str(one.get("download")))
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(link.partition("base64,")[2]).decode())))
    shown = [one.difference for one in written.material.of("manipulations") if one.difference]
    assert {float(row["estimate"]) for row in rows} <= {one.value for one in shown}


def test_what_was_left_out_adds_up_to_what_was_asked(written: Written) -> None:
    rates = written.material.of("statuses")
    usable = sum(one.statuses.get("ok", 0) for one in rates)
    assert usable == sum(one.n for one in written.material.of("overview")) + sum(
        one.n for one in written.material.of("choices")
    )
    section = written.html.partition('id="exclusions"')[2].partition("</section>")[0]
    for reason in {reason for one in rates for reason in (*one.statuses, *one.states)} - {"complete"}:
        assert f">{reason}</th>" in section


def test_each_instrument_shows_its_prompt_under_each_manipulation(written: Written) -> None:
    samples = written.material.prompts
    assert len(samples) == 4
    assert {one.line.task for one in samples if one.line.instrument == "pre-self-report"} == {samples[-1].line.task}
    section = Parsed(written.html.partition('id="prompts">')[2].partition("</section>")[0])
    marked = [text for inside, text in section.texts if inside == "mark"]
    assert visible(WORDING) in marked


def test_tables_have_captions_and_pictures_names(written: Written, parsed: Parsed) -> None:
    assert len(parsed.named("table")) == len(parsed.named("caption"))
    assert all("scope" in one for one in parsed.named("th"))
    for svg in parsed.named("svg"):
        assert svg["role"] == "img"
    headings = [name for name, _ in parsed.elements if name in {"h1", "h2", "h3"}]
    assert headings.count("h1") == 1
    assert "url(#" not in written.html.replace("url(#f", "")  # every reference is to a figure's own id


def test_without_matplotlib_figures_are_drawn_in_characters(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "has_charts", lambda: False)
    monkeypatch.setattr("motivtui.report.page.has_charts", lambda: False)
    parsed = Parsed(page(written.material))
    assert parsed.problems == []
    assert parsed.named("svg") == []
    drawings = [one for one in parsed.named("pre") if one.get("class") == "drawn"]
    assert len(drawings) == len(parsed.named("figure")) > 10
    assert "motivtui[charts]" in parsed.text


def test_an_analysis_that_fails_takes_nothing_with_it(written: Written) -> None:
    broken = Answered(written.material.answered[0].view, why_not="it could not be computed: <oops>")
    material: Any = written.material
    text = page(type(material)(*(getattr(material, name) for name in material.__slots__[:-1]), answered=(broken,)))
    assert "could not be computed: &lt;oops&gt;" in text
    assert Parsed(text).problems == []


def test_robust_stands_beside_replicate(written: Written) -> None:
    both = [one for one in written.material.answered if one.replicate]
    assert both
    text = ResultSections("run").section(both[0]).html
    assert "Robust beside replicate" in text
    assert ">replicate</th>" in text


def test_a_missing_number_is_never_a_zero() -> None:
    missing = estimate_content(not_available("no <usable> score", unit="scale points"))
    assert missing is not None
    assert missing.html == '<span class="na">NA: no &lt;usable&gt; score</span>'
    share = estimate_content(Estimate(0.25, 0.1, 0.5, unit="share", p=0.2, p_adj=0.04, flags=("few families (3)",)))
    assert share is not None
    assert Parsed(share.html).text == "25 % [10, 50] p adj. = .040 ⚑ few families (3)"
    alone = estimate_content(Estimate(-3.0, reason="one family only"))
    assert alone is not None
    assert Parsed(alone.html).text == "−3.00 no interval: one family only"
