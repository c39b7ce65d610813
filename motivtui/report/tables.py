"""Tables of the page, and how numbers are written in them. What a column is comes from `analysis.result_table`."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from motivtui.plots.figure import Cell, Table
from motivtui.plots.files import as_csv
from motivtui.report.markup import Content, Element, joined, tag
from motivtui.stats.estimate import Estimate
from motivtui.stats.wording import number, p_value

_SHORT = 14
"""A table of so many rows is not split between two pages of paper."""
MOST_ROWS = 100
"""A table that is longer is cut; its data are whole in the link beside it."""


def data_table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[Content | Element]], *, numeric: Sequence[bool]
) -> Element:
    """A table that scrolls by itself where it is wider than the page; the first column names the row."""
    head = tag(
        "tr", *(tag("th", name, scope="col", class_="n" if is_n else None) for name, is_n in _pairs(columns, numeric))
    )
    lines = [tag("tr", *_cells(row, numeric)) for row in rows]
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *lines), class_="sortable")
    kind = "scroll short" if len(lines) <= _SHORT else "scroll"
    return tag("div", table, class_=kind, role="region", tabindex=0, aria_label=caption)


def facts(pairs: Iterable[tuple[str, Content]]) -> Element:
    """A list of what is what; pairs that say nothing are left out."""
    told = ((name, value) for name, value in pairs if value not in (None, ""))
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in told), class_="facts")


def raw_table(caption: str, table: Table, file_name: str) -> Element:
    """Data in full behind a fold, cut where they are too long to read, and as a file."""
    total = len(table.rows)
    said = (
        f"{total:,} rows" if total <= MOST_ROWS else f"the first {MOST_ROWS:,} of {total:,} rows; all are in the file"
    )
    shown = table.rows[:MOST_ROWS]
    # What is empty in every row tells a reader nothing; the file has it.
    told = [place for place in range(len(table.header)) if any(row[place] not in (None, "") for row in shown)]
    numeric = [all(isinstance(row[place], int | float | None) for row in shown) for place in told]
    rows = ([plain(row[place]) for place in told] for row in shown)
    columns = [table.header[place] for place in told]
    return joined(
        tag("p", csv_link(table, file_name), f" · {said}", class_="data"),
        data_table(caption, columns, rows, numeric=numeric),
    )


def csv_link(table: Table, file_name: str) -> Element:
    """The data as a file within the page."""
    data = base64.b64encode(as_csv(table).encode("utf-8", "backslashreplace")).decode("ascii")
    return tag("a", "Save as CSV", href=f"data:text/csv;charset=utf-8;base64,{data}", download=file_name)


def fold(summary: str, *content: Content, is_open: bool = False) -> Element:
    """Something that is unfolded at will; on paper it is open if it holds no table."""
    return tag("details", tag("summary", summary), *content, open=is_open)


def estimate_content(estimate: Estimate | None) -> Element | None:
    """The number, its interval, its adjusted p; or why there is none. Shares as percentages."""
    if estimate is None:
        return None
    if estimate.value is None:
        return tag("span", f"NA: {estimate.reason}", class_="na")
    parts: list[Content] = [tag("b", _value(estimate, estimate.value))]
    if estimate.low is not None and estimate.high is not None:
        interval = f" [{_value(estimate, estimate.low, unit=False)}, {_value(estimate, estimate.high, unit=False)}]"
        parts.append(tag("span", interval, class_="interval"))
    p = estimate.p if estimate.p_adj is None else estimate.p_adj
    if p is not None:
        words = p_value(p) if estimate.p_adj is None else p_value(p).replace("p", "p adj.", 1)
        parts.append(tag("span", f" {words}", class_="p strong" if p < 0.05 else "p"))
    if estimate.low is None and estimate.reason:
        parts.append(tag("span", f" no interval: {estimate.reason}", class_="na"))
    if estimate.flags:
        parts.append(tag("span", f" ⚑ {'; '.join(estimate.flags)}", class_="flag"))
    return tag("div", *parts, class_="estimate")


def plain(cell: Cell) -> str:
    """A cell of a table of data: numbers to six figures."""
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _value(estimate: Estimate, value: float, *, unit: bool = True) -> str:
    if estimate.unit == "share":
        return f"{100 * value:.0f}{' %' if unit else ''}"
    return number(value).replace("-", "−")


def _cells(row: Sequence[Content], numeric: Sequence[bool]) -> Iterable[Element]:
    for place, (cell, is_n) in enumerate(_pairs(row, numeric)):
        if place == 0:
            yield tag("th", cell, scope="row")
        else:
            yield tag("td", cell, class_="n" if is_n else None)


def _pairs(cells: Sequence[Content], numeric: Sequence[bool]) -> Iterable[tuple[Content, bool]]:
    return zip(cells, numeric, strict=True)
