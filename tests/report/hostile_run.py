"""A small run whose names and texts try to leave their place in a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from motivtui.study.manipulation import Group, Manipulation
from tests.analysis.simulated import CHOICE, SCALE, simulated, study

MODELS = ("local/</script><script>alert(1)</script>", 'evil/"onload="alert(2)')
NAME = "<img src=x onerror=alert(3)> & \u202eturned\u202c <b>bold</b>"
WORDING = "</pre></details><svg onload=alert(4)> \x1b]0;owned\x07"
MANIPULATION = "<i>money"
PROMPT = "Write &lt; </textarea> --> \ufeff ]]> \u2028 'quoted' \"double\""


def hostile_run(db: Path, families: int = 9) -> str:
    """Write it. Returns its id."""
    made = study(families=families, repeats=2, models=MODELS, manipulations=("none",), instruments=(SCALE, CHOICE))
    control, *_ = made.manipulations
    told = Manipulation(MANIPULATION, "<Money>", Group.POSITIVE_EXTRINSIC, (WORDING,), choice_note="<note>")
    tasks = tuple(replace(one, prompt=f"{PROMPT} {one.id}") for one in made.tasks)
    return simulated(db, replace(made, name=NAME, manipulations=(control, told), tasks=tasks))
