"""The database: one writer, any number of read-only readers, nothing ever overwritten.

`Store` writes (`store.py`, on top of `writer.py`), `queries` reads, `schema` is the shape of the tables. Knows SQLite
and the study's values; knows no model, no file of materials and no screen.
"""

from motivtui.store.connection import open_reader
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store

__all__ = ["RunRecord", "Store", "open_reader"]
