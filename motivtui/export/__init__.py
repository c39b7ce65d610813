"""From rows of the database to files that other programs read, with a codebook that says what each column means.

Takes rows from anybody; knows no SQL and no screen.
"""

from motivtui.export.codebook import CODEBOOK, Column, codebook_rows
from motivtui.export.shapes import Shape, Table, shape_of, shaped, wide_columns
from motivtui.export.tables import Format, format_of, write_rows, write_to
from motivtui.export.with_codebook import CODEBOOK_COLUMNS, codebook_path, write_codebook, write_with_codebook

__all__ = [
    "CODEBOOK",
    "CODEBOOK_COLUMNS",
    "Column",
    "Format",
    "Shape",
    "Table",
    "codebook_path",
    "codebook_rows",
    "format_of",
    "shape_of",
    "shaped",
    "wide_columns",
    "write_codebook",
    "write_rows",
    "write_to",
    "write_with_codebook",
]
