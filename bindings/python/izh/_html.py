"""Tables for notebooks."""

from __future__ import annotations

from html import escape
from typing import Iterable, Tuple


def table(title: str, rows: Iterable[Tuple[str, ...]]) -> str:
    """A table with a title, all of it text."""
    cells = (
        "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in row) for row in rows
    )
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<b>{escape(title)}</b><table>{body}</table>"
