"""One report for all tests that only read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from motivtui.analysis.asked import Asked
from motivtui.report.gather import Material, gather
from motivtui.report.page import page
from motivtui.store.connection import open_reader
from tests.report.hostile_run import hostile_run


@dataclass(frozen=True)
class Written:
    """What the page is about, and the page."""

    material: Material
    html: str


@pytest.fixture(scope="package")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The report of a run with hostile names."""
    db: Path = tmp_path_factory.mktemp("report") / "results.db"
    run = hostile_run(db)
    reader = open_reader(db)
    try:
        material = gather(reader, run, Asked(draws=200))
    finally:
        reader.close()
    return Written(material, page(material))
