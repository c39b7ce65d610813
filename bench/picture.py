"""The README's picture: the console itself, in the middle of a small study on the built-in model.

`make picture` writes docs/console.svg. Nothing in it is arranged: it is what the lab shows after `TRIALS` trials.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from motivtui.settings import read_settings
from motivtui.tui.app import MotivApp
from motivtui.tui.kept import Kept, write_kept

SIZE = (150, 42)
TRIALS = 24
TARGET = Path(__file__).parents[1] / "docs" / "console.svg"


async def picture() -> None:
    """Open the lab, run, wait, save."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        write_kept(kept, Kept(is_welcomed=True, manipulations=("none", "placebo-format", "money", "futility")))
        app = MotivApp(read_settings({"db": str(kept / "results.db")}), kept_folder=kept)
        async with app.run_test(size=SIZE) as pilot:
            while not app.link.is_ready or app.current_mode != "lab":
                await pilot.pause(0.2)
            await pilot.pause(3)
            await pilot.press("r")
            while not app.live or any(live.results < TRIALS for live in app.live.values()):
                await pilot.pause(0.2)
            while not any(trial.is_running and len(trial.text) > 20 for trial in app.running[0].trials.values()):
                await pilot.pause(0.02)
            svg = app.export_screenshot(title="motiv")
            await app.engine_does(lambda engine: engine.stop(next(iter(app.live)), "cancel"))
    TARGET.parent.mkdir(exist_ok=True)
    # The fonts of the picture would come from the network: the reader's own monospace does.
    TARGET.write_text(re.sub(r"@font-face\s*{[^}]*}", "", svg), encoding="utf-8")
    print(f"{TARGET}: the lab after {TRIALS} trials")


if __name__ == "__main__":
    asyncio.run(picture())
