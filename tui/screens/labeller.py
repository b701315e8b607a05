"""Finds what the rows are called that foreign keys point to, and shows it beside the keys."""

from collections.abc import Sequence

from textual import work
from textual.widget import Widget

from tui.db.changes import Update, written
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.labels import load_labels, parents_of, pointers
from tui.db.page import Row
from tui.db.schema import ForeignKey, Table
from tui.db.values import Value
from tui.screens.rows_pane import RowsPane
from tui.widgets.staged_rows import KnownLabels

MOST = 20_000
"""Labels of one foreign key that are remembered."""


class LabelBook:
    """The labels that are known: looked up once, one statement for each foreign key of a table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[ForeignKey, dict[tuple[Value, ...], str]] = {}

    def forget(self) -> None:
        """Look everything up anew: it may have been changed."""
        self._known.clear()

    def known(self, table: Table) -> KnownLabels:
        """What is known for a table's foreign keys; what is looked up later stands there, too."""
        return {
            table.positions[relation.key.columns[-1]]: (
                tuple(table.positions[name] for name in relation.key.columns),
                self._known.setdefault(relation.key, {}),
            )
            for relation in parents_of(table)
        }

    def lacks(self, table: Table, rows: Sequence[Row]) -> bool:
        """Whether something that these rows point to was not looked up yet."""
        return any(
            pointers(table, rows, one) - self._known.get(one.key, {}).keys() for one in parents_of(table)
        )

    async def look_up(self, table: Table, rows: Sequence[Row]) -> bool:
        """Look up what these rows point to; whether there is news. Where it fails, keys stand alone."""
        has_news = False
        for relation in parents_of(table):
            known = self._known.setdefault(relation.key, {})
            wanted = pointers(table, rows, relation) - known.keys()
            if wanted:
                some = [row for row in rows if not wanted.isdisjoint(pointers(table, [row], relation))]
                try:
                    found = await load_labels(self._database, table, relation, some)
                except TuiError:
                    found = {}
                if len(known) > MOST:
                    known.clear()
                known |= {**dict.fromkeys(wanted, ""), **found}
                has_news = True
        return has_news


class Labeller(Widget):
    """Loads the labels of all loaded rows. Nothing of it is seen."""

    DEFAULT_CSS = "Labeller { display: none; }"

    def __init__(self, database: Database, pane: RowsPane) -> None:
        super().__init__()
        self._pane = pane
        self._book = LabelBook(database)

    def forget(self) -> None:
        """Look everything up anew: it may have been changed."""
        self._book.forget()

    def load(self) -> None:
        """Show what is known already, and look up the rest."""
        table, loader = self._pane.table, self._pane.loader
        if table is not None and loader is not None and parents_of(table):
            self._pane.labels = self._book.known(table)
            self._load(table, [*loader.buffer.rows, *self._staged(table)])

    def _staged(self, table: Table) -> list[Row]:
        """The rows as they are staged: a new value of a foreign key has a label, too."""
        rows = []
        for change in self._pane.changes:
            if change.table.name == table.name and (values := written(change)):
                held = change.was | values if isinstance(change, Update) else values  # type: ignore[operator]
                rows.append(Row((), tuple(held.get(name) for name in table.positions)))
        return rows

    @work(group="labels", exclusive=True, description="reading what foreign keys point to")
    async def _load(self, table: Table, rows: list[Row]) -> None:
        if await self._book.look_up(table, rows) and self._pane.table is table:
            self._pane.redraw()
