"""A table of figures, for the terminal and for the documentation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """A titled table; ``note`` says what must be known to read it."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def markdown(figures: Figures) -> str:
    """The table as Markdown, under a heading and its note."""
    head = ["| " + " | ".join(figures.columns) + " |"]
    rule = ["|---" + "|---:" * (len(figures.columns) - 1) + "|"]
    rows = ["| " + " | ".join(row) + " |" for row in figures.rows]
    table = "\n".join(head + rule + rows)
    return f"## {figures.title}\n\n{figures.note}\n\n{table}"
