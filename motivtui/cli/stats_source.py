"""Where the scores for statistics come from: a run in the database, or a CSV file. Reads; computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motivtui.stats.rationales import Rationale
    from motivtui.stats.table import ScoreTable

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Source:
    """The scores of one run. `record`: the run's own row, None for a file; `rationales` reads the replies' reasons."""

    label: str
    run: str | None
    table: ScoreTable
    record: Mapping[str, Any] | None
    rationales: Callable[[], tuple[Rationale, ...]]

    @property
    def preset(self) -> str:
        """The preset that the study was planned with; robust where it says nothing."""
        import json

        request = self.record["request"] if self.record else None
        said = (json.loads(request) if isinstance(request, str) else request or {}).get("analysis")
        return said if isinstance(said, str) else "robust"


def read_source(run: str | None, db: Path | None, from_csv: Path | None) -> Source:
    """The scores of a run (None: the latest one, or the only one of a file). Raises UsageError, DatabaseError."""
    return _from_file(from_csv, run) if from_csv is not None else _from_database(run or LATEST, db)


def _from_file(path: Path, run: str | None) -> Source:
    from motivtui.analysis.reasons import rationales_of
    from motivtui.stats.long_table import read_long_table
    from motivtui.stats.table import score_table

    wanted = None if run == LATEST else run
    found: list[str | None] = []

    def rows() -> Iterator[dict[str, Any]]:
        for row in read_long_table(path, wanted):
            if not found:
                found.append(row["run"])
            yield row

    table = score_table(rows())
    return Source(str(path), found[0], table, None, lambda: tuple(rationales_of(read_long_table(path, wanted))))


def _from_database(run: str, db: Path | None) -> Source:
    from motivtui.analysis import reasons
    from motivtui.settings import read_settings
    from motivtui.stats.table import TABLE_COLUMNS, score_table
    from motivtui.store import flat_rows, run_queries
    from motivtui.store.connection import open_reader

    file = read_settings({"db": db}).db
    with closing(open_reader(file)) as reader:
        run_id = run_queries.find_run(reader, run)
        record = run_queries.run_record(reader, run_id)
        table = score_table(flat_rows.trial_rows(reader, run_id, columns=TABLE_COLUMNS))

    def rationales() -> tuple[Rationale, ...]:
        with closing(open_reader(file)) as again:
            return tuple(reasons.rationales_of(flat_rows.trial_rows(again, run_id, columns=reasons.COLUMNS)))

    return Source(f"{run_id} ({record['name']})", run_id, table, record, rationales)
