"""What an everyday command loads: no migration library, nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from motivtui.store.store import Store
from tests.store.conftest import ROOT
from tests.store.samples import planned, rows

_SCRIPT = """
import json, sys
from pathlib import Path
from motivtui.store import queries
from motivtui.store.store import Store
from motivtui.store.connection import open_reader
path = Path(sys.argv[1])
Store(path).close()
reader = open_reader(path)
run = queries.find_run(reader, "latest")
queries.run_summaries(reader), queries.open_trials(reader, run), list(queries.trial_rows(reader, run))
reader.close()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_opening_again_and_reading_load_nothing_heavy(db: Path) -> None:
    with Store(db) as store:
        planned(store)
    before = rows(db, "SELECT * FROM _sqlite_migrations")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(db)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "motivtui" in loaded
    assert loaded.isdisjoint({"sqlite_utils", "litellm", "scipy", "numpy", "rich", "asyncio"})
    assert rows(db, "SELECT * FROM _sqlite_migrations") == before
    assert [file.name for file in db.parent.glob("*before*")] == []


def test_creating_a_database_loads_no_pandas(db: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from motivtui.store.store import Store\n"
        "Store(Path(sys.argv[1])).close()\n"
        "print([name for name in ('pandas', 'numpy') if name in sys.modules], 'sqlite_utils' in sys.modules)"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(db)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[] True"
