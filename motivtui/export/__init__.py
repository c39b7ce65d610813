"""From rows of the database to files that other programs read, with a codebook that says what each column means.

Takes rows from anybody; knows no SQL and no screen.
"""

from motivtui.export.codebook import CODEBOOK, Column, codebook_rows
from motivtui.export.shapes import Shape, Table, shape_of, shaped, wide_columns
from motivtui.export.tables import Format, format_of, write_rows, write_to

__all__ = [
    "CODEBOOK",
    "Column",
    "Format",
    "Shape",
    "Table",
    "codebook_rows",
    "format_of",
    "shape_of",
    "shaped",
    "wide_columns",
    "write_rows",
    "write_to",
]
