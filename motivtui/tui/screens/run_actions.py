"""What can be done with a whole run, in the list of runs as in one: resume, export, name, tag, put away, remove."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from motivtui.engine.client import EngineClient
from motivtui.errors import MotivError
from motivtui.export import shaped, write_with_codebook
from motivtui.store.connection import open_reader
from motivtui.store.queries import item_names, run_record, trial_rows
from motivtui.store.run_growth import data_version
from motivtui.tui.copying import copy
from motivtui.tui.dialogs.confirm import Confirm
from motivtui.tui.dialogs.export_dialog import ExportDialog, ExportWish
from motivtui.tui.dialogs.rename import Rename
from motivtui.tui.dialogs.tags import Tags, parsed
from motivtui.tui.runs.paying import may_cost
from motivtui.tui.runs.run_lines import RunLine, cost_words
from motivtui.tui.screens.room import Room
from motivtui.tui.words import count, counted

T = TypeVar("T")

ELSEWHERE_EVERY = 20
"""Beats between two looks for what others have written."""


class RunRoom(Room):
    """Subclasses say which run is meant, and look again after something was done with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "resume", "Resume", tooltip="Do what is left of the run"),
        Binding("e", "export", "Export", tooltip="Write the run as a file"),
        Binding("n", "rename", "Rename", show=False, tooltip="Give the run another name"),
        Binding("t", "tags", "Tag", show=False, tooltip="Give the run tags to find it by"),
        Binding("a", "archive", "Archive, or back", show=False, tooltip="Put the run away, or back into the list"),
        Binding("D,delete", "remove", "Remove", show=False, tooltip="Delete the run for good, after asking"),
        Binding("y", "copy_cell", "Copy cell", show=False, tooltip="Copy what is under the cursor"),
        Binding("Y", "copy_row", "Copy as JSON", show=False, tooltip="Copy the row under the cursor as JSON"),
        Binding("f5", "reload", "Reload", show=False, tooltip="Look into the database again"),
    ]

    _is_under_dialog = False
    _is_resuming = False
    _beats = 0
    _seen: int | None = None
    """The database's version when it was last asked for."""

    def on_screen_suspend(self) -> None:
        """Something else is seen: a dialog over this, or another room."""
        self._is_under_dialog = isinstance(self.app.screen, ModalScreen)

    def on_screen_resume(self) -> None:
        """Something may have happened in another room."""
        if not self._is_under_dialog:
            self.action_reload()
        self._is_under_dialog = False

    def beat(self) -> None:
        """What another process writes is seen as well: `motiv run` in another terminal, or an engine let go on."""
        self._beats += 1
        if self._beats % ELSEWHERE_EVERY == 0 and not self.lab.running and self.lab.archive.exists:
            self._look_elsewhere()

    @work(exclusive=True, group="elsewhere")
    async def _look_elsewhere(self) -> None:
        try:
            version = await self.lab.archive.ask(data_version)
        except MotivError:
            return  # whoever looks at the list is told why
        has_changed, self._seen = version != self._seen, version
        if has_changed:
            self.changed_elsewhere()

    def changed_elsewhere(self) -> None:
        """Another process has written."""
        self.action_reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """A slash comes first of all, so that the letters after it are words; in a field it is a slash."""
        return action != "filter" or not isinstance(self.focused, Input)

    def meant_run(self) -> RunLine | None:
        """The run that an action is about."""
        raise NotImplementedError

    def action_reload(self) -> None:
        """Look into the database again."""
        raise NotImplementedError

    def run_removed(self) -> None:
        """The run is gone."""
        self.action_reload()

    def copied(self, text: str | None, what: str) -> None:
        """Copy what there is to be copied."""
        if text:
            copy(self.app, text, what)

    # Resuming.

    @work(group="resume")
    async def action_resume(self) -> None:
        """Do what is left of a run, failed trials too if wanted; what costs money asks first.

        Never cancelled: the engine may have begun already.
        """
        line = self.meant_run()
        if line is None or self._is_resuming or self._is_busy(line.run):
            return
        self._is_resuming = True
        try:
            await self._resume(line)
        finally:
            self._is_resuming = False

    async def _resume(self, line: RunLine) -> None:
        if not line.open and not line.failed:
            self.lab.tell("Every trial is complete.", "Nothing is left to do")
            return
        answer = await self._how_to_resume(line)
        if answer not in ("resume", "requeue"):
            return
        started = await self.lab.resume_run(line.run, line.name, requeue=answer == "requeue")
        if started is not None:
            self.lab.tell(f"{counted(started.open, 'trial')} to do. The lab (1) shows them.", f"{line.name} goes on")
            self.action_reload()

    async def _how_to_resume(self, line: RunLine) -> str | None:
        """`resume`, `requeue` or what else was answered; asks only where there is something to decide."""
        try:
            study = (await self.lab.archive.ask(run_record, line.run))["study"]
        except MotivError as error:
            self.lab.tell_error(error)
            return None
        paid = may_cost([*study["models"], *study.get("judges", ())], self.lab.settings)
        if not paid and not line.failed:
            return "resume"
        answers = [("resume", f"Resume {count(line.open)}")] if line.open else []
        if line.failed:
            answers.append(("requeue", f"Retry {count(line.failed)} failed" + (" too" if line.open else "")))
        text = f"{counted(line.open, 'trial')} without a result, {count(line.failed)} failed."
        if paid:
            spent = cost_words(line.cost_usd, line.unpriced)
            text += f"\n\nThe calls to {', '.join(paid)} may cost money. Spent so far: {spent}."
        return await self.app.push_screen_wait(Confirm(f"Resume {line.name}?", text, (*answers, ("back", "Back"))))

    def _is_busy(self, run: str) -> bool:
        live = self.lab.live.get(run)
        if live is None or live.is_over:
            return False
        self.lab.tell("It is under way. The lab (1) shows it and can pause or stop it.")
        return True

    # Exporting.

    @work(exclusive=True, group="act")
    async def action_export(self) -> None:
        """Write the run as a file."""
        line = self.meant_run()
        if line is None:
            return
        wish = await self.app.push_screen_wait(ExportDialog(Path.cwd(), _stem(line)))
        if wish is not None:
            self._write(line, wish)

    @work(group="export")
    async def _write(self, line: RunLine, wish: ExportWish) -> None:
        if line.trials >= 5_000:
            self.lab.tell(f"{counted(line.trials, 'trial')} to {wish.path} …", "Exporting")
        try:
            rows, beside = await asyncio.to_thread(_exported, self.lab.archive.db, line.run, wish)
        except MotivError as error:
            self.lab.tell_error(error)
            return
        self.lab.tell(
            f"{counted(rows, 'row')} in {wish.path}\nTheir columns are explained in {beside.name}", "Exported"
        )

    # What the user says of a run.

    @work(exclusive=True, group="act")
    async def action_rename(self) -> None:
        """Give it another name."""
        line = self.meant_run()
        name = None if line is None else await self.app.push_screen_wait(Rename(line.name))
        if line is not None and name is not None and name != line.name:
            await self._do(lambda engine: engine.rename(line.run, name))

    @work(exclusive=True, group="act")
    async def action_tags(self) -> None:
        """Give it tags."""
        line = self.meant_run()
        text = None if line is None else await self.app.push_screen_wait(Tags(line.tags))
        if line is not None and text is not None:
            await self._do(lambda engine: engine.set_tags(line.run, parsed(text)))

    @work(exclusive=True, group="act")
    async def action_archive(self) -> None:
        """Put it away, or back."""
        line = self.meant_run()
        if line is not None and await self._do(lambda engine: engine.archive(line.run, not line.is_archived)):
            where = "back in the list" if line.is_archived else "put away. A shows archived runs; a brings it back"
            self.lab.tell(f"{line.name} is {where}.")

    @work(exclusive=True, group="act")
    async def action_remove(self) -> None:
        """Delete it for good, after asking."""
        line = self.meant_run()
        if line is None or self._is_busy(line.run):
            return
        text = (
            f"{counted(line.trials, 'trial')} with their prompts, replies and scores are deleted from the database. "
            "This cannot be undone. (a only puts a run away.)"
        )
        asked = Confirm(f"Remove {line.name}?", text, (("remove", "Remove for good"), ("back", "Back")))
        if await self.app.push_screen_wait(asked) != "remove":
            return
        if await self._do(lambda engine: engine.remove(line.run), is_reloaded=False):
            self.lab.tell(f"{line.name} is removed.")
            self.run_removed()

    async def _do(self, what: Callable[[EngineClient], Awaitable[object]], *, is_reloaded: bool = True) -> bool:
        """Have the engine do something to a run, then look again. Whether it could."""

        async def done(engine: EngineClient) -> bool:
            await what(engine)
            return True

        is_done = await self.lab.engine_does(done) is not None
        if is_done and is_reloaded:
            self.action_reload()
        return is_done


def _stem(line: RunLine) -> str:
    """A file's name that no system refuses."""
    plain = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in line.name).strip("-")[:40]
    return f"{plain or 'run'}-{line.run}"


def _exported(db: Path, run: str, wish: ExportWish) -> tuple[int, Path]:
    """Write the files, in a thread, by a reader of its own: the screens' questions do not wait for it."""
    reader = open_reader(db)
    try:
        table = shaped(wish.shape, trial_rows(reader, run), item_names(reader, run))
        return write_with_codebook(table, wish.path, wish.kind, raw=False, force=wish.overwrites)
    finally:
        reader.close()
