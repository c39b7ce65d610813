"""One reply as it is written."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region

from motivtui.tui.live_run import LiveState
from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.stream_pane import StreamPane, result_of, text_of, title_of
from tests.tui.telling import failure, live_run, response, retry, scores, started, text
from tests.tui.waiting import seen


class Pane(GuardedApp[None]):
    def __init__(self) -> None:
        super().__init__()
        self.pane = StreamPane(empty="The reply appears here.")

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.pane


async def test_a_reply_from_its_first_word_to_its_score() -> None:
    app, live = Pane(), live_run()
    async with app.run_test(size=(60, 10)) as pilot:
        pane = app.pane
        await pilot.pause()
        assert "The reply appears here." in seen(app)

        live.take(started(7))
        pane.show(live.trials[7])
        await pilot.pause()
        assert "▸ money · haiku.7 · pre-self-report · steady" in seen(app)
        assert "waiting for the first word" in seen(app)
        assert pane.has_class("-running")

        live.take(text(7, 0, '{"motivation": 73'))
        pane.show(live.trials[7])
        await pilot.pause()
        assert '{"motivation": 73' in seen(app)
        assert "writing …" in seen(app)

        live.take(response(7, start=17, text="}"))
        live.take(scores(7, 73.0, start=15, end=17))
        pane.show(live.trials[7])
        await pilot.pause()
        assert '{"motivation": 73}' in seen(app)
        assert "✓ money" in seen(app)
        assert "motivation 73 · 840 ms" in seen(app)
        assert (pane.has_class("-running"), pane.has_class("-scored")) == (False, True)

        pane.show(None)
        await pilot.pause()
        assert "The reply appears here." in seen(app)
        assert "money" not in seen(app)
        assert not pane.has_class("-scored")


async def test_a_failed_reply_says_why() -> None:
    app, live = Pane(), live_run()
    async with app.run_test(size=(60, 10)) as pilot:
        live.take(started(1))
        live.take(response(1, is_good=False))
        app.pane.show(live.trials[1])
        await pilot.pause()
        assert "✗ money" in seen(app)
        assert failure().message in seen(app)
        assert "(no text)" in seen(app)
        assert app.pane.has_class("-failed")


async def test_the_same_trial_of_another_run_is_drawn_anew() -> None:
    """Two runs of one plan: same places, same attempts, as many changes. Only the replies differ."""
    app = Pane()
    async with app.run_test(size=(60, 10)) as pilot:
        for reply in ("the first run", "the second run"):
            live = live_run()
            live.take(started(1))
            live.take(response(1, start=0, text=reply))
            app.pane.show(live.trials[1])
            await pilot.pause()
            assert reply in seen(app)


async def test_nothing_is_drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    app, live = Pane(), live_run()
    drawn: list[tuple[Region, ...]] = []
    async with app.run_test(size=(60, 10)) as pilot:
        live.take(started(1))
        live.take(text(1, 0, "a\nb\nc"))
        app.pane.show(live.trials[1])
        await pilot.pause()
        monkeypatch.setattr(app.pane, "refresh", lambda *regions, **_: drawn.append(regions))
        for _ in range(5):
            app.pane.show(live.trials[1])
        assert not drawn
        live.take(text(1, 5, "d"))
        app.pane.show(live.trials[1])
        [[region]] = drawn
        assert region.y == 2  # the lines before the last are what they were


async def test_a_reply_that_grows_needs_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    app, live = Pane(), live_run()
    async with app.run_test(size=(60, 10)) as pilot:
        live.take(started(1))
        live.take(text(1, 0, "the first word"))
        app.pane.show(live.trials[1])
        await pilot.pause()
        laid_out: list[object] = []
        monkeypatch.setattr(app.screen, "_refresh_layout", lambda *_, **__: laid_out.append(1))
        for number in range(40):
            live.take(text(1, len(live.trials[1].text), f"\nand line {number}"))
            app.pane.show(live.trials[1])
            await pilot.pause()
        assert "and line 39" in seen(app)
        assert not laid_out


async def test_the_wheel_looks_back_and_the_end_is_followed_again() -> None:
    app, live = Pane(), live_run()

    async def grow(line: str) -> str:
        live.take(text(1, len(live.trials[1].text), f"{line}\n"))
        app.pane.show(live.trials[1])
        await pilot.pause()
        return seen(app)

    async with app.run_test(size=(60, 10)) as pilot:
        live.take(started(1))
        for number in range(30):
            shown = await grow(f"line {number}.")
        assert "line 29." in shown
        assert "▐" in shown
        for _ in range(20):
            await pilot._post_mouse_events([MouseScrollUp], app.pane)
        assert "line 0." in seen(app)
        assert "line 30." not in await grow("line 30.")
        for _ in range(20):
            await pilot._post_mouse_events([MouseScrollDown], app.pane)
        assert "line 30." in seen(app)
        for number in range(31, 40):
            assert f"line {number}." in await grow(f"line {number}.")


async def test_what_is_selected_is_copied_without_the_breaks_of_lines() -> None:
    app, live = Pane(), live_run()
    async with app.run_test(size=(30, 10)) as pilot:
        live.take(started(1))
        live.take(response(1, start=0, text="one paragraph that does not fit into a line\nand another one"))
        app.pane.show(live.trials[1])
        await pilot.pause()
        app.screen.text_select_all()
        await pilot.pause()
        assert app.screen.get_selected_text() == "one paragraph that does not fit into a line\nand another one"


async def test_a_growing_reply_is_seen_at_its_end_and_a_scored_one_from_its_start() -> None:
    app, live = Pane(), live_run()
    long = "\n".join(f"line {number}" for number in range(200))
    async with app.run_test(size=(60, 10)) as pilot:
        live.take(started(1))
        live.take(text(1, 0, long))
        app.pane.show(live.trials[1])
        await pilot.pause()
        await pilot.pause()
        assert "line 199" in seen(app)
        live.take(response(1, start=len(long), text=""))
        live.take(scores(1))
        app.pane.show(live.trials[1])
        await pilot.pause()
        await pilot.pause()
        assert "line 0" in seen(app)


async def test_a_hostile_reply_stays_in_its_pane() -> None:
    app, live = Pane(), live_run()
    async with app.run_test(size=(60, 10)) as pilot:
        live.take(started(1, task="\x1b]0;owned\x07[bold]", manipulation="a\nb"))
        live.take(text(1, 0, "\x1b[2J\x1b[H[red]not red[/red] \u202eevil\ud800 [/"))
        app.pane.show(live.trials[1])
        await pilot.pause()
        shown = seen(app)
        assert "\x1b" not in shown
        assert "[red]not red[/red]" in shown
        assert "[bold]" in shown
        assert len(shown.splitlines()) == 10


def test_evidence_is_marked_where_it_is() -> None:
    live = live_run()
    live.take(started(1))
    live.take(response(1, start=0, text="I say 7\x1b3 of 100"))
    live.take(scores(1, start=6, end=9))
    shown = text_of(live.trials[1])
    [span] = shown.spans
    assert shown.plain[span.start : span.end] == "7␛3"


def test_evidence_out_of_place_is_harmless() -> None:
    live = live_run()
    live.take(started(1))
    live.take(response(1, start=0, text="short"))
    live.take(scores(1, start=3, end=400))
    assert text_of(live.trials[1]).plain == "short"
    live.take(scores(1, None, status="refused", start=None, end=None))
    assert not text_of(live.trials[1]).spans
    assert result_of(live.trials[1]).startswith("motivation: refused")


def test_a_choice_names_both_tasks() -> None:
    live = live_run()
    live.take(started(1, other_task="sonnet.1", respondent="openai/gpt-x"))
    assert title_of(live.trials[1]) == "money · haiku.1 or sonnet.1 · pre-self-report · gpt-x"


def test_what_is_tried_again_says_so() -> None:
    live = live_run()
    live.take(started(1))
    live.take(response(1, is_good=False, is_final=False))
    live.take(retry(1))
    assert live.trials[1].state is LiveState.WAITING
    assert result_of(live.trials[1]).startswith("again soon: too many requests")


def test_a_complete_reply_without_scores_says_how_it_ended() -> None:
    live = live_run()
    live.take(started(1))
    live.take(response(1, finish_reason="length", latency_ms=None))
    assert result_of(live.trials[1]) == "length · –"
