"""A run as it goes on, drawn."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from motivtui.engine import events as told
from motivtui.tui.live_run import LiveRun
from motivtui.tui.panes import LINGER_S
from motivtui.tui.terminal.guarded_app import GuardedApp
from motivtui.tui.widgets.live_view import MAX_PANES, LiveView, TrialsTable
from motivtui.tui.widgets.stream_pane import StreamPane
from motivtui.wire.problems import Problem
from tests.tui.telling import RUN, Clock, ended, live_run, progress, response, scores, started, text
from tests.tui.waiting import seen, until


class Views(GuardedApp[None]):
    def __init__(self) -> None:
        super().__init__()
        self.view = LiveView(Static("results"))

    def compose(self) -> ComposeResult:
        yield self.view

    @property
    def panes(self) -> list[StreamPane]:
        return list(self.query(StreamPane))


def _running(*ordinals: int, clock: Clock | None = None, at_once: int | None = None) -> LiveRun:
    live = live_run(clock)
    live.take(told.RunStarted(run=RUN, total=40, open=40))
    for ordinal in ordinals:
        live.take(started(ordinal))
        live.take(text(ordinal, 0, f"reply of {ordinal}"))
    live.take(progress(running=len(ordinals) if at_once is None else at_once))
    return live


async def _drawn(app: Views, pilot: Pilot[None], live: LiveRun) -> str:
    """Two beats: new panes are there at the second."""
    for _ in range(2):
        app.view.show(live)
        await pilot.pause()
    return seen(app)


async def test_says_where_the_run_stands() -> None:
    app = Views()
    async with app.run_test(size=(120, 30)) as pilot:
        live = live_run()
        assert "opening" in await _drawn(app, pilot, live)
        assert "the models are being opened" in seen(app)
        live = _running(1, 2)
        shown = await _drawn(app, pilot, live)
        assert "haiku and money" in shown
        assert "11/40 · 18 s left" in shown
        assert "1.5 calls/s · 2 of 4 at once" in shown
        assert "1 failed" in shown
        live.take(progress(is_paused=True))
        assert "paused" in await _drawn(app, pilot, live)
        live.take(told.Held(run=RUN, message="rate limits"))
        assert "held: rate limits" in await _drawn(app, pilot, live)
        live.take(ended())
        shown = await _drawn(app, pilot, live)
        assert "finished" in shown
        assert "40/40" in shown
        assert "left" not in shown
        assert "at once" not in shown


@pytest.mark.parametrize("width", [40, 80, 100])
async def test_what_holds_a_run_back_is_seen_in_a_narrow_terminal_too(width: int) -> None:
    app = Views()
    async with app.run_test(size=(width, 24)) as pilot:
        live = _running(1)
        live.take(progress(skipped=3, unpriced=2, input_tokens=10**7, output_tokens=10**7, running=1, retries=1))
        live.take(told.Held(run=RUN, message="rate limits"))
        shown = await _drawn(app, pilot, live)
        assert "held: rate limits" in shown
        assert "1.5 calls/s" in shown


async def test_a_run_that_could_not_go_on_says_why() -> None:
    app = Views()
    async with app.run_test(size=(120, 30)) as pilot:
        live = _running(1)
        live.take(told.RunFailed(run=RUN, error=Problem(message="the disk is gone \x1b[2J")))
        shown = await _drawn(app, pilot, live)
        assert "could not go on" in shown
        assert "the disk is gone ␛[2J" in shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 48), (220, 60)])
async def test_every_call_has_a_pane_as_far_as_they_fit(size: tuple[int, int]) -> None:
    app = Views()
    async with app.run_test(size=size) as pilot:
        live = _running(*range(1, 21))
        await _drawn(app, pilot, live)
        assert 1 <= len(app.panes) <= MAX_PANES
        assert len(app.panes) == len(app.view.panes.shown)
        assert None not in app.view.panes.shown
        for pane, ordinal in zip(app.panes, app.view.panes.shown, strict=True):
            assert f"reply of {ordinal}" in pane.text
            assert pane.size.height >= 4
            assert pane.outer_size.width >= 48


async def test_one_call_at_once_has_two_panes_at_most() -> None:
    """One that is written, and the one before it, which can still be read."""
    app, clock = Views(), Clock()
    async with app.run_test(size=(160, 48)) as pilot:
        live = _running(1, clock=clock)
        await _drawn(app, pilot, live)
        live.take(response(1))
        live.take(scores(1))
        live.take(started(2))
        live.take(text(2, 0, "the second"))
        shown = await _drawn(app, pilot, live)
        assert len(app.panes) == 2
        assert "reply of 1" in shown
        assert "the second" in shown
        live.take(response(2))
        live.take(started(3))
        live.take(text(3, 0, "the third"))
        clock.now += LINGER_S
        shown = await _drawn(app, pilot, live)
        assert len(app.panes) == 2
        assert "the third" in shown
        assert "reply of 1" not in shown


async def test_titles_and_header_are_cut_to_the_width_of_now() -> None:
    app = Views()
    async with app.run_test(size=(40, 20)) as pilot:
        live = _running(1)
        live.take(response(1))
        live.take(ended())
        shown = await _drawn(app, pilot, live)
        assert "· steady" not in shown
        await pilot.resize_terminal(140, 20)
        await pilot.pause()
        shown = await _drawn(app, pilot, live)
        assert "money · haiku.1 · pre-self-report · steady" in shown
        assert "haiku and money" in shown
        assert shown.count("█") == 24


async def test_resizing_keeps_panes_and_places_together() -> None:
    app = Views()
    async with app.run_test(size=(160, 48)) as pilot:
        live = _running(*range(1, 13))
        await _drawn(app, pilot, live)
        many = len(app.panes)
        for size in ((80, 24), (50, 15), (160, 48), (100, 30), (160, 48)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await _drawn(app, pilot, live)
            await until(pilot, lambda: len(app.panes) == len(app.view.panes.shown))
        assert len(app.panes) == many


async def test_another_run_begins_anew_with_enough_panes() -> None:
    app = Views()
    async with app.run_test(size=(160, 48)) as pilot:
        first = _running(1, 2, 3, 4)
        await _drawn(app, pilot, first)
        many = len(app.panes)
        assert many >= 4
        other = LiveRun("other", "another run", Clock())
        for ordinal in (1, 2, 3, 4):
            other.take(started(ordinal))
            other.take(text(ordinal, 0, f"other {ordinal}"))
        other.take(progress(running=4))
        await _drawn(app, pilot, other)
        await until(pilot, lambda: len(app.panes) == many)
        shown = await _drawn(app, pilot, other)
        for ordinal in (1, 2, 3, 4):
            assert f"other {ordinal}" in shown
        assert "reply of" not in shown


async def test_what_is_watched_is_bounded() -> None:
    app = Views()
    async with app.run_test(size=(160, 48)) as pilot:
        live = _running(*range(1, 31))
        await _drawn(app, pilot, live)
        assert len(app.view.panes.to_watch(live)) <= 2 * MAX_PANES


class Trials(GuardedApp[None]):
    def compose(self) -> ComposeResult:
        yield TrialsTable(id="trials")


async def test_trials_stand_newest_first_with_letters_for_their_states() -> None:
    app = Trials()
    async with app.run_test(size=(140, 10)) as pilot:
        live = _running(1, 2, 3, 4)
        live.take(response(1))
        live.take(scores(1, 73.5))
        live.take(response(2, is_good=False))
        live.take(response(3))
        live.take(scores(3, None, status="refused", start=None, end=None))
        app.query_one(TrialsTable).show_run(live)
        await pilot.pause()
        lines = [line.split() for line in seen(app).splitlines()[1:5]]
        assert [line[:2] for line in lines] == [["▸", "4"], ["✓", "3"], ["✗", "2"], ["✓", "1"]]
        assert "73.5" in lines[3]
        assert "refused" in lines[1]
        assert "server" in lines[2]


async def test_an_empty_table_says_what_comes() -> None:
    app = Trials()
    async with app.run_test(size=(80, 10)) as pilot:
        app.query_one(TrialsTable).show_run(live_run())
        await pilot.pause()
        assert "Trials appear here" in seen(app)


async def test_a_few_replies_at_a_time_are_drawn_by_turns() -> None:
    """While keys come one after the other, all of them get their turn."""
    app = Views()
    async with app.run_test(size=(160, 48)) as pilot:
        live = _running(*range(1, 13))
        await _drawn(app, pilot, live)
        shown = len(app.panes)
        assert shown >= 6
        for ordinal in range(1, 13):
            live.take(text(ordinal, len(live.trials[ordinal].text), " and more"))
        counts = []
        for _ in range(-(-shown // 4)):
            app.view.show(live, most=4)
            counts.append(sum("and more" in pane.text for pane in app.panes))
        assert counts == [*range(4, shown, 4), shown]


async def test_a_run_that_goes_on_needs_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Views()
    async with app.run_test(size=(120, 30)) as pilot:
        live = _running(1, 2)
        await _drawn(app, pilot, live)
        laid_out: list[object] = []
        monkeypatch.setattr(app.screen, "_refresh_layout", lambda *_, **__: laid_out.append(1))
        for complete in range(12, 20):
            live.take(progress(running=2, complete=complete))
            live.take(text(1, len(live.trials[1].text), " and more"))
            app.view.show(live)
            await pilot.pause()
        assert "20/40" in seen(app)  # one has failed
        assert not laid_out
