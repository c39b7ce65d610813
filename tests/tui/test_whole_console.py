"""The program itself on a real terminal, with a real engine: from the first key to the CSV, and hostile replies."""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

import pytest

from motivtui.tui.kept import Kept, write_kept
from tests.faults.process import FaultProcess
from tests.faults.spec import text_model
from tests.tui.hostile import HAND_MADE
from tests.tui.pty_screen import PtyScreen, control_bytes
from tests.tui.tmux_screen import TmuxScreen

ROOT = Path(__file__).parents[2]
TASK = "season-haiku.1"


def command_in(folder: Path) -> list[str]:
    """The console with this working folder."""
    return ["sh", "-c", 'cd "$0" && exec "$@"', str(folder), sys.executable, "-m", "motivtui"]


def environment_in(folder: Path, kept: Kept, config: str = "") -> dict[str, str]:
    write_kept(folder / "data", kept)
    (folder / "config.toml").write_text(config, encoding="utf-8")
    return {
        "MOTIV_DB": str(folder / "results.db"),
        "MOTIV_DATA": str(folder / "data"),
        "MOTIV_CONFIG": str(folder / "config.toml"),
        "PYTHONPATH": str(ROOT),
    }


@pytest.mark.local_model
@pytest.mark.parametrize("terminal", ["pty", "tmux"])
def test_from_the_welcome_to_statistics_and_a_csv_on_the_built_in_model(tmp_path: Path, terminal: str) -> None:
    if terminal == "tmux" and not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    kept = Kept(tasks=(TASK,), manipulations=("none", "money"))
    environment = environment_in(tmp_path, kept)
    size = (120, 40)
    screen: PtyScreen | TmuxScreen
    if terminal == "pty":
        screen = PtyScreen(command_in(tmp_path), size=size, environment=environment, patience_s=120)
    else:
        screen = TmuxScreen(command_in(tmp_path), tmp_path, size=size, environment=environment)
    with screen:
        screen.wait_for("Welcome to motiv")
        screen.send("r")
        screen.wait_for("finished")
        screen.wait_for("2 of 2 trials are complete")
        screen.send("3")
        screen.wait_for("n = 2 of 2")
        screen.send("2")
        screen.wait_for("e Export")
        screen.wait_for("2/2")
        screen.send("e")
        screen.wait_for("chains")
        screen.send("\r")
        screen.wait_for("Exported")
        screen.send("\x11")
        assert screen.wait_end() == 0
    (written,) = [path for path in tmp_path.glob("*.csv") if "codebook" not in path.name]
    with written.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["manipulation"] for row in rows} == {"none", "money"}


def click(screen: PtyScreen, text: str) -> None:
    """A click on the first place where the text stands, once the screen has come to rest: as people do."""
    screen.wait_for(text)
    screen.wait_quiet()
    screen.wait_for(text)
    lines = screen.text.splitlines()
    row = next(number for number, line in enumerate(lines, start=1) if text in line)
    column = lines[row - 1].index(text) + 2
    screen.send(f"\x1b[<0;{column};{row}M")
    screen.send(f"\x1b[<0;{column};{row}m")


def test_the_mouse_alone_goes_from_the_welcome_to_a_csv(tmp_path: Path) -> None:
    kept = Kept(models=("scripted/steady",), tasks=(TASK,), manipulations=("none", "money"))
    environment = environment_in(tmp_path, kept)
    with PtyScreen(command_in(tmp_path), size=(120, 40), environment=environment, patience_s=60) as screen:
        click(screen, "Run the small study")
        screen.wait_for("2 of 2 trials are complete")
        click(screen, "3 Stats")
        screen.wait_for("Reliability")
        click(screen, "Manipulations")
        screen.wait_for("from none")
        click(screen, "2 Runs")
        screen.wait_for("e Export")
        click(screen, "none, money")
        screen.wait_for("2/2 complete")
        screen.wait_for("2 trials")
        click(screen, "Export")
        click(screen, "wide")
        click(screen, "Write the file")
        screen.wait_for("Exported")
        click(screen, "Quit")
        assert screen.wait_end() == 0
        assert screen.left_changed() == []
    (written,) = [path for path in tmp_path.glob("*.csv") if "codebook" not in path.name]
    with written.open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2


def test_hostile_replies_act_in_no_room(tmp_path: Path) -> None:
    with FaultProcess(tmp_path) as server:
        models = [f"evil/{name}" for name in map(text_model, HAND_MADE.values()) if len(name) < 900][:99]
        kept = Kept(is_welcomed=True, models=tuple(models), known_models=tuple(models), tasks=(TASK,),
                    per_category=None, manipulations=("none",))  # fmt: skip
        config = (
            f'[[endpoint]]\nname = "evil"\napi_base = "{server.api_base}"\n'
            "input_usd_per_million = 0.0\noutput_usd_per_million = 0.0\n"
        )
        environment = environment_in(tmp_path, kept, config)
        with PtyScreen(command_in(tmp_path), size=(160, 48), environment=environment, patience_s=120) as screen:
            screen.wait_for("tokens in")
            screen.send("r")
            screen.wait_for("finished")
            screen.send("2")
            screen.wait_for("e Export")
            screen.wait_for(f"{len(models)}/{len(models)}")
            screen.send("\r")
            screen.wait_for(" 1 ✓ text:")
            screen.send("\r")
            screen.wait_for("#1 ")
            for number in range(2, len(models) + 1):
                screen.send("\x1b[B")
                screen.wait_for(f"#{number} ")
            screen.send("J")
            screen.wait_for('"rows"')
            screen.send("3")
            screen.wait_for("n = ")
            screen.send("\x11")
            assert screen.wait_end() == 0
            assert control_bytes(bytes(screen.raw), size=screen.size) == []
            assert screen.left_changed() == []
