from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.report.markup import Element, joined, tag
from motivtui.visible_text import visible
from tests.report.parsed import Parsed

TEXTS = st.text(st.characters(codec=None)) | st.sampled_from(
    ["</script>", "<!--", '"><svg onload=x>', "&amp;", "\u202e", "\x00", "\ud800", "]]>", "' onclick='x"]
)


@given(TEXTS, TEXTS)
def test_any_text_is_text_and_any_attribute_a_value(text: str, value: str) -> None:
    parsed = Parsed(tag("p", text, title=value).html)
    assert parsed.problems == []
    assert [name for name, _ in parsed.elements] == ["p"]
    assert parsed.elements[0][1] == {"title": visible(value)}
    assert parsed.text == visible(text)


@given(TEXTS)
def test_everything_can_be_encoded(text: str) -> None:
    assert tag("p", text, title=text).html.encode("utf-8")


def test_elements_are_written_as_they_are_and_nothing_is_nothing() -> None:
    assert joined(tag("b", "<"), None, 3, Element("<hr>")).html == "<b>&lt;</b>3<hr>"
    assert tag("details", open=True).html == "<details open></details>"
    assert tag("details", open=False, class_=None).html == "<details></details>"
    assert tag("meta", charset="utf-8", name="x").html == '<meta charset="utf-8" name="x">'


@pytest.mark.parametrize("href", ["https://example.org", "javascript:alert(1)", "//x", "data:text/html,x", "", " #x"])
def test_no_link_leads_out(href: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        tag("a", "x", href=href)


def test_no_attribute_runs_anything_and_no_name_breaks_out() -> None:
    for attributes in ({"onclick": "x"}, {"a b": "x"}, {"a>": "x"}):
        with pytest.raises(ValueError, match="no attribute"):
            tag("a", "x", **attributes)
    with pytest.raises(ValueError, match="no element"):
        tag("p><script")
