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
            screen.wait_for("Condition")
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
