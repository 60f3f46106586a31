"""A table with our keys that changes cells in place instead of being built anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.widgets import DataTable

from memisis_screens.action import Scope
from memisis_screens.actions import bindings


@dataclass(frozen=True)
class TableColumn:
    """A column: a key that stays the same, a label, and a width in cells (None: as needed)."""

    key: str
    label: Text
    width: int | None = None


@dataclass(frozen=True)
class TableRow:
    """A row: a key that stays the same, and one text for each column."""

    key: str
    cells: tuple[Text, ...]


class WorkTable(DataTable[Text], inherit_bindings=False):
    """Shows rows given as values; what did not change is not touched."""

    SCOPE: ClassVar[Scope] = Scope.TABLE
    BINDINGS = [*bindings(Scope.TABLE)]  # noqa: RUF012 - Textual's own declaration

    def present(self, columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> None:
        """Show exactly these rows; the cursor stays on its row and column where they remain."""
        if self._column_keys == [c.key for c in columns] and self._row_keys == [
            row.key for row in rows
        ]:
            self._relabel(columns)
            for row in rows:
                self._update(row, columns)
            return
        place, coordinate = self.cursor_key, self.cursor_coordinate
        self.clear(columns=True)
        for column in columns:
            self.add_column(column.label, key=column.key, width=column.width)
        for row in rows:
            self.add_row(*row.cells, key=row.key)
        self._shown = {row.key: row.cells for row in rows}
        if rows and columns:  # near the old place, if that is gone
            self.move_cursor(
                row=min(coordinate.row, len(rows) - 1),
                column=min(coordinate.column, len(columns) - 1),
                animate=False,
            )
        self.move_to(*place)

    @property
    def cursor_key(self) -> tuple[str | None, str | None]:
        """Keys of the row and the column under the cursor (None where there is none)."""
        rows, columns = self._row_keys, self._column_keys
        row, column = self.cursor_coordinate
        return (
            rows[row] if row < len(rows) else None,
            columns[column] if column < len(columns) else None,
        )

    def move_to(self, row: str | None, column: str | None = None) -> None:
        """Put the cursor on the row and column with these keys, as far as they are there."""
        rows, columns = self._row_keys, self._column_keys
        present = self.cursor_coordinate
        if rows:
            self.move_cursor(
                row=rows.index(row) if row in rows else min(present.row, len(rows) - 1),
                column=columns.index(column) if column in columns else present.column,
                animate=False,
            )

    def _update(self, row: TableRow, columns: Sequence[TableColumn]) -> None:
        before = self._shown[row.key]
        for column, old, new in zip(columns, before, row.cells, strict=True):
            if old != new:
                wider = column.width is None and new.cell_len > old.cell_len
                self.update_cell(row.key, column.key, new, update_width=wider)
        self._shown[row.key] = row.cells

    def _relabel(self, columns: Sequence[TableColumn]) -> None:
        for known, column in zip(self.ordered_columns, columns, strict=True):
            if known.label != column.label or (column.width and known.width != column.width):
                known.label = column.label
                known.width = column.width or known.width
                self._require_update_dimensions = True
                self._update_count += 1
                self.refresh(layout=True)

    @property
    def _row_keys(self) -> list[str | None]:
        return [row.key.value for row in self.ordered_rows]

    @property
    def _column_keys(self) -> list[str | None]:
        return [column.key.value for column in self.ordered_columns]

    _shown: dict[str, tuple[Text, ...]]
