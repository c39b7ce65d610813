"""Words of refusal."""

from __future__ import annotations

import pytest

from motivtui.extraction.refusal import refuses


@pytest.mark.parametrize(
    "text",
    [
        "I cannot assist with this request.",
        "I can’t help with that",
        "Sorry, but I can't.",
        "I'm sorry, but that goes too far.",
        "I apologize, but no.",
        "I am unable to rate this.",
        "I'm not able to do so.",
        "As an AI language model I don't have feelings.",
        "I'm an AI and lack motivation.",
        "I do not have personal preferences.",
        "I respectfully decline to answer.",
    ],
)
def test_refusals(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can't wait to begin!",
        "I cannot help but smile.",
        "I am sorry for the delay; my motivation is high.",
        "You cannot do that in chess.",
        "I don't have 3 apples.",
        "As an AI, I love this.",
        '{"motivation": 85, "reason": "It is fun."}',
    ],
)
def test_no_refusals(text: str) -> None:
    assert not refuses(text)
