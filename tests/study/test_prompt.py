"""Prompts: task and manipulation are data, put in once and as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.manipulation import CONTROL_ID, Group, Manipulation, Placement
from motivtui.study.prompt import Message, Part, Segment, compose
from motivtui.study.task import Task

INSTRUMENT = Instrument(
    "asked", "title", Phase.PRE, "How {motivated} are you: <<{task}>>? Reply: {format}.", (Item("score", "score"),), 50
)
FORMAT = '{"score": <whole number from 1 to 100>}'
CONTROL = Manipulation(CONTROL_ID, "Nothing", Group.CONTROL)
HOSTILE = [
    "{task}",
    "{format}",
    "{task}{format}{task}",
    "{0.__class__}",
    "%s %d %(task)s",
    "{}",
    "{{task}}",
    "}{",
    "$task ${task} \\g<0> \\1",
    "\n\n{task}\r\n\0\ud800",
    "",
]


def told(text: str, placement: Placement = Placement.PREFIX) -> Manipulation:
    return Manipulation("told", "title", Group.PLACEBO, (text, "second wording"), placement)


def task(prompt: str) -> Task:
    return Task("t", "f", ("other",), prompt)


def asked(prompt: str) -> str:
    return f"How {{motivated}} are you: <<{prompt}>>? Reply: {FORMAT}."


@pytest.mark.parametrize("text", HOSTILE)
def test_a_task_is_put_in_verbatim_and_once(text: str) -> None:
    (message,) = compose(INSTRUMENT, task(text), CONTROL, 1)
    assert message.text == asked(text)


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_a_manipulation_is_put_in_verbatim(text: str) -> None:
    (message,) = compose(INSTRUMENT, task("Sing."), told(text), 1)
    assert message.text == f"{text}\n\n{asked('Sing.')}"


def test_the_control_gives_exactly_the_bare_prompt() -> None:
    assert compose(INSTRUMENT, task("Sing."), CONTROL, 1) == (
        Message(
            "user",
            (
                Segment(Part.INSTRUMENT, "How {motivated} are you: <<"),
                Segment(Part.TASK, "Sing."),
                Segment(Part.INSTRUMENT, ">>? Reply: "),
                Segment(Part.INSTRUMENT, FORMAT),
                Segment(Part.INSTRUMENT, "."),
            ),
        ),
    )


def test_a_prefix_stands_before_the_prompt_after_a_blank_line() -> None:
    (bare,) = compose(INSTRUMENT, task("Sing."), CONTROL, 1)
    (message,) = compose(INSTRUMENT, task("Sing."), told("Money!"), 1)
    assert message.role == "user"
    assert message.text == "Money!\n\n" + bare.text
    assert message.segments[0] == Segment(Part.MANIPULATION, "Money!")
    assert [segment for segment in message.segments if segment.part is Part.MANIPULATION] == [message.segments[0]]


def test_a_system_manipulation_is_a_message_of_its_own() -> None:
    bare = compose(INSTRUMENT, task("Sing."), CONTROL, 1)
    messages = compose(INSTRUMENT, task("Sing."), told("Money!", Placement.SYSTEM), 1)
    assert messages == (Message("system", (Segment(Part.MANIPULATION, "Money!"),)), *bare)


def test_the_wording_asked_for_is_used() -> None:
    assert compose(INSTRUMENT, task("Sing."), told("first"), 2)[0].text.startswith("second wording\n\n")


TEXT = st.text(st.sampled_from("{}task format%s\n$0._é"), max_size=30)


@given(before=TEXT, after=TEXT, prompt=TEXT, wording=TEXT.filter(bool), placement=st.sampled_from(Placement))
def test_segments_keep_the_origin_of_every_part(
    before: str, after: str, prompt: str, wording: str, placement: Placement
) -> None:
    before, after = (text.replace("{task}", "").replace("{format}", "") for text in (before, after))
    instrument = Instrument("i", "t", Phase.PRE, f"{before}\n{{task}}\n{after}", INSTRUMENT.items, 50)
    messages = compose(instrument, task(prompt), told(wording, placement), 1)
    segments = [segment for message in messages for segment in message.segments]
    of = {part: "".join(segment.text for segment in segments if segment.part is part) for part in Part}
    assert of[Part.TASK] == prompt
    assert of[Part.MANIPULATION] == wording
    assert all(segment.text for segment in segments)
    assert all(message.text == "".join(segment.text for segment in message.segments) for message in messages)
    assert messages[-1].text.endswith(f"{before}\n{prompt}\n{after}")
