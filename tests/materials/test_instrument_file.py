"""Instrument files."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.materials.instrument_file import read_instrument_file
from motivtui.materials.material_file import MaterialFile
from motivtui.study.instrument import Instrument, Item, Phase

HEAD = {
    "id": '"rating"',
    "title": '"Rating"',
    "phase": '"pre"',
    "template": '"Rate {task} as {format}"',
    "max_tokens": "200",
    "reason_max_chars": "80",
}
ITEM = '[[item]]\nname = "joy"\n'
ASKED = 'question = "how much joy"\n'
BOTH = '"{first} or {second}"'
FENCED = '"{task}<{nonce}>{answer}<{nonce}>"'
OPTION = '[[item]]\nname = "choice"\nkind = "option"\nmaximum = 2\n'


def _read(path: Path, text: str) -> tuple[Instrument | None, list[str]]:
    path.write_text(text)
    file = MaterialFile(path)
    found = read_instrument_file(file)
    return found, [str(problem).removeprefix(f"{path}:") for problem in file.problems]


def _text(items: str = ITEM, **changes: str) -> str:
    return "".join(f"{key} = {value}\n" for key, value in (HEAD | changes).items() if value) + items


def test_an_instrument(tmp_path: Path) -> None:
    items = ITEM + '[[item]]\nname = "fear_2"\nlabel = "worry"\nminimum = -3\nmaximum = 3\nreversed = true\n'
    assert _read(tmp_path / "i.toml", _text(items)) == (
        Instrument(
            "rating",
            "Rating",
            Phase.PRE,
            "Rate {task} as {format}",
            (Item("joy", "joy", 1, 100), Item("fear_2", "worry", -3, 3, is_reversed=True)),
            200,
            80,
        ),
        [],
    )


def test_what_is_not_given_has_a_default(tmp_path: Path) -> None:
    found, problems = _read(tmp_path / "i.toml", _text(template='"{task}"', reason_max_chars=""))
    assert problems == []
    assert found
    assert (found.reason_max_chars, found.asks_reason) == (0, False)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (_text(template='"no marker"'), "4: template", "0 times"),
        (_text(template='"{task}{task}"'), "4: template", "2 times"),
        (_text(template='"{task}{format}{format}"'), "4: template", "more than once"),
        (_text(phase='"after"'), "3: phase", "known: pre, choice, execute, post, check, judge"),
        (_text(phase='"execute"'), "7: item", "has no items"),
        (_text(phase='"choice"', template=BOTH), "7: item", 'needs an item of kind "option"'),
        (_text(phase='"choice"', template='"{first}"', items=OPTION), "4: template", "{second} 0 times"),
        (_text(phase='"choice"', template='"{first}{second}{task}"', items=OPTION), "4: template", "no meaning"),
        (_text(phase='"choice"', template='"{first}{first}{second}"', items=OPTION), "4: template", "{first} 2 times"),
        (_text(phase='"choice"', template=BOTH, items=OPTION + ITEM, control_only="true"), "7: control_only", "choice"),
        (_text(phase='"choice"', template=BOTH, items=ITEM + OPTION.replace("2", "3")), "12: item[2].maximum", "not 3"),
        (_text(OPTION + "minimum = 0\n"), "11: item[1].minimum", "from 1, not from 0"),
        (_text(phase='"judge"', template='"{task} {nonce}{answer}"', strict="true"), "4: template", "two {nonce}"),
        (
            _text(phase='"judge"', template='"{task} {answer}{nonce}{nonce}"', strict="true"),
            "4: template",
            "two {nonce}",
        ),
        (_text(phase='"judge"', template='"{task} {nonce}{nonce}"', strict="true"), "4: template", "{answer} 0 times"),
        (_text(phase='"judge"', template=FENCED), "3: phase", "a judge needs strict = true"),
        (_text(phase='"judge"', template=FENCED, strict="false"), "7: strict", "a judge needs strict = true"),
        (
            _text(phase='"judge"', template='"<{nonce}>{answer}<{nonce}>"', strict="true"),
            "4: template",
            "{task} 0 times",
        ),
        (_text(phase='"check"', template='"{answer}"'), "4: template", "no meaning in the phase check"),
        (_text(phase='"post"', template='"{nonce}"'), "4: template", "no meaning in the phase post"),
        (_text(phase='"execute"', items="", control_only="true", template='"{task}"'), "7: control_only", "execute"),
        (_text(template='"{task}{items}{items}"', items=ITEM + ASKED), "4: template", "more than once"),
        (
            _text(template='"{task}{items}"', items=ITEM + ASKED + ITEM.replace("joy", "b")),
            "10: item[2]",
            "no question",
        ),
        (_text(phase='"post"', template='"{task}{task}"'), "4: template", "more than once"),
        (_text(template='"{task}{answer}"'), "4: template", "no meaning in the phase pre"),
        (_text(template='"{task}{items}"'), "7: item[1]", "no question"),
        (_text(shuffle_items="true"), "7: shuffle_items", "{items} stands"),
        (_text(stop='[""]'), "7: stop", "end every reply"),
        (_text(stop='["a", "b", "c", "d", "e"]'), "7: stop", "at most 4"),
        (_text(repeats="0"), "7: repeats", ">= 1"),
        (_text('[[item]]\nname = "joy"\nkind = "rank"\n'), "9: item[1].kind", "known: scale, option"),
        (_text(max_tokens="0"), "5: max_tokens", ">= 1"),
        (_text(max_tokens="true"), "5: max_tokens", "got `bool`"),
        (_text(max_tokens="99999999999999999999999"), "5: max_tokens", ""),
        (_text(reason_max_chars="-1"), "6: reason_max_chars", ">= 0"),
        (_text(colour="1"), "7: colour", "unknown key"),
        (_text(items="item = []\n"), "7: item", "empty"),
        (_text('[[item]]\nname = "Joy"\n'), "8: item[1].name", "small letters"),
        (_text('[[item]]\nname = "reason"\n'), "8: item[1].name", "choose another name"),
        (_text('[[item]]\nname = "joy"\nlabel = ""\n'), "9: item[1].label", "empty"),
        (_text('[[item]]\nname = "joy"\nminimum = 100\n'), "9: item[1].minimum", "100 is not below maximum 100"),
        (_text('[[item]]\nname = "joy"\nmaximum = 1.5\n'), "9: item[1].maximum", "got `float`"),
        (_text('[[item]]\nname = "joy"\nscale = 1\n'), "9: item[1].scale", "unknown key"),
        (_text(ITEM + ITEM), "10: item[2].name", "two items of the name 'joy'"),
        (_text(ITEM + '[[item]]\nname = "b"\nlabel = "Joy"\n'), "11: item[2].label", "two items of the label 'Joy'"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, text: str, line: str, words: str) -> None:
    found, problems = _read(tmp_path / "i.toml", text)
    assert found is None
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"{line}: ")
    assert words in problems[0]


def test_everything_that_an_instrument_can_say(tmp_path: Path) -> None:
    text = _text(
        '[[item]]\nname = "joy"\nquestion = "how much joy"\n',
        phase='"judge"',
        template='"{task}<{nonce}>{answer}<{nonce}>{items}{format}"',
        stop='["END"]',
        shuffle_items="true",
        strict="true",
        control_only="true",
        repeats="3",
    )
    found, problems = _read(tmp_path / "i.toml", text)
    assert problems == []
    assert found
    assert (found.stop, found.shuffles_items, found.is_strict, found.control_only, found.repeats) == (
        ("END",),
        True,
        True,
        True,
        3,
    )
    assert found.items[0].question == "how much joy"


def test_the_task_itself_is_an_instrument_without_items(tmp_path: Path) -> None:
    found, problems = _read(tmp_path / "i.toml", _text("", phase='"execute"', template='"{task}"'))
    assert problems == []
    assert found
    assert (found.items, found.reply_schema()) == ((), None)


def test_the_budget_must_let_every_score_through(tmp_path: Path) -> None:
    found, _ = _read(tmp_path / "i.toml", _text())
    assert found
    enough = found.score_tokens
    assert _read(tmp_path / "i.toml", _text(max_tokens=str(enough)))[1] == []
    refused, problems = _read(tmp_path / "i.toml", _text(max_tokens=str(enough - 1)))
    assert refused is None
    assert problems == [
        f"5: max_tokens: {enough - 1} could cut a score; the scores alone may take {enough}: give at least that"
    ]


def test_head_and_items_are_both_told(tmp_path: Path) -> None:
    _, problems = _read(tmp_path / "i.toml", _text('[[item]]\nname = "A"\n[[item]]\n', max_tokens='"x"'))
    assert [problem.split(": ")[1] for problem in problems] == ["max_tokens", "item[1].name", "item[2].name"] or [
        problem.split(": ")[1] for problem in problems
    ] == ["max_tokens", "item[1].name", "item[2]"]


def test_a_bad_item_does_not_shift_the_place_of_the_next(tmp_path: Path) -> None:
    items = '[[item]]\nname = "A"\n[[item]]\nname = "b"\nkind = "option"\nminimum = 2\nmaximum = 3\n'
    assert [problem.split(": ")[:2] for problem in _read(tmp_path / "i.toml", _text(items))[1]] == [
        ["8", "item[1].name"],
        ["12", "item[2].minimum"],
    ]


@pytest.mark.parametrize(("text", "kind"), [('phase = "pre"\n', "item"), ('template = "x"\n', "item"), ("", None)])
def test_a_file_without_items_is_told_by_its_head(tmp_path: Path, text: str, kind: str | None) -> None:
    path = tmp_path / "i.toml"
    path.write_text(text)
    assert MaterialFile(path).kind() == kind


def test_a_post_instrument_may_name_the_task_again(tmp_path: Path) -> None:
    for template in ('"How was it?"', '"How was {task}?"'):
        found, problems = _read(tmp_path / "i.toml", _text(phase='"post"', template=template))
        assert problems == []
        assert found
