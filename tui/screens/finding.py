"""The rows of a view with the keys that go to one of them: by a text in it, its key, or its number."""

import re
from collections.abc import Awaitable
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui.db.needle import Needle
from tui.db.page import Row
from tui.db.rows import get_in
from tui.screens.asking import ask
from tui.screens.bulk import Bulk
from tui.screens.loader import Found, RowsLoader
from tui.screens.place import Place
from tui.screens.staging import NotPossibleError
from tui.widgets.cells import visible
from tui.widgets.staged_rows import first_hit, row_key
from tui.widgets.status import Notice

OUT_OF_ORDER = "The rows come in another order than before: sort by a column (s), then search again."
NUMBER = re.compile(r"#\s*(\d[\d,]{0,17})")
PERCENT = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)\s*%")


class Finding(Vertical):
    """Goes to a row of the whole view, loaded or not; the rows themselves are what `Bulk` shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash", "find", "find", key_display="/", tooltip="Find a text in this table", id="rows.find"
        ),
        Binding("n", "find_next(1)", "next hit", show=False, tooltip="Go to the next hit", id="rows.next"),
        Binding(
            "N",
            "find_next(-1)",
            "previous hit",
            show=False,
            tooltip="Go to the previous hit",
            id="rows.previous",
        ),
        Binding(
            "colon",
            "go_to",
            "go to",
            key_display=":",
            show=False,
            tooltip="Go to a row by its key, its number or a percentage",
            id="rows.go-to",
        ),
    ]

    def __init__(self, bulk: Bulk) -> None:
        super().__init__()
        self._bulk = bulk
        self.pane = bulk.pane

    def compose(self) -> ComposeResult:
        """Just the rows."""
        yield self._bulk

    def action_find(self) -> None:
        """Ask for a text and go to the next row that contains it."""
        from tui.screens.find_prompt import FindPrompt

        pane = self.pane
        if pane.loader is not None:
            prompt = FindPrompt(pane.loader.view.table.name.label, pane.marks.hit)
            self._find_answer(ask(self, prompt))

    @work(group="prompt", exclusive=True, description="asking what to find")
    async def _find_answer(self, answer: Awaitable[Needle | None]) -> None:
        needle = await answer
        if needle is not None:
            self.find(needle)

    def action_find_next(self, direction: int) -> None:
        """Go to the next row that contains the text, or to the previous one."""
        if self.pane.marks.hit is not None:
            self.find(self.pane.marks.hit, backward=direction < 0)
        else:
            self.post_message(Notice("Nothing was searched for here: / finds a text.", is_error=True))

    @work(group="find", exclusive=True, description="finding")
    async def find(self, needle: Needle, *, backward: bool = False) -> None:
        """Search the whole view on the server, from the highlighted row on, and once around."""
        pane, loader = self.pane, self.pane.loader
        if loader is None:
            return
        pane.marks = replace(pane.marks, hit=needle)
        pane.redraw()
        with pane.activity.doing("find", f"searching for {visible(needle.text, 30)}"):
            found = await loader.find(needle, pane.row, backward=backward)
            if loader is not pane.loader:
                return
            if found.is_around:
                end = "bottom" if backward else "top"
                self.post_message(Notice(f"No more hits this way: the search went on at the {end}."))
            await self._show(loader, found, first_hit(found.row.values, needle))

    async def _show(self, loader: RowsLoader, found: Found, column: int) -> None:
        """Put the highlight on a row, and have the rows around it loaded where they are not."""
        pane = self.pane
        keys = [shown.key for shown in pane.grid.rows.rows]
        key = row_key(found.row, found.number or 0, 0)
        if key in keys:
            pane.grid.move_to(keys.index(key), column)
        else:
            index = await loader.to(found)
            if loader is not pane.loader:
                return
            pane.show(Place(loader, key, column, pane.marks), index)
        if not found.row.identity and (pane.row is None or pane.row.values != found.row.values):
            self.post_message(Notice(OUT_OF_ORDER, is_error=True))

    def action_go_to(self) -> None:
        """Ask for a row's key or number and go there."""
        from tui.screens.prompts import TextPrompt

        loader = self.pane.loader
        if loader is not None:
            table = loader.view.table
            key = ", ".join(table.identity.columns)
            hint = f"{f'{key} · ' if key else ''}#17 the 17th row · 50% · esc leave"
            self._go_answer(ask(self, TextPrompt(f"Go to a row of {table.name.label}", hint=hint)))

    @work(group="prompt", exclusive=True, description="asking where to go")
    async def _go_answer(self, answer: Awaitable[str | None]) -> None:
        text = (await answer or "").strip()
        if text:
            self.go(text)

    @work(group="find", exclusive=True, description="going to a row")
    async def go(self, text: str) -> None:
        """Go to the row of a key, of a number (`#17`), or at a part of the whole view (`50%`)."""
        pane, loader = self.pane, self.pane.loader
        if loader is None:
            return
        with pane.activity.doing("find", f"going to {visible(text, 30)}"):
            number, percent = NUMBER.fullmatch(text), PERCENT.fullmatch(text)
            if number is not None:
                index = await loader.at_row(int(number[1].replace(",", "")))
            elif percent is not None:
                index = await loader.at_part(float(percent[1]) / 100)
            else:
                row = await self._row_of(loader, text)
                return await self._show_row(loader, row)
            if loader is pane.loader:
                pane.show(Place(loader, None, pane.grid.column_index, pane.marks), index)
        return None

    async def _row_of(self, loader: RowsLoader, text: str) -> Row:
        """The row of a key. Raises NotPossibleError where there is none, ValueRefusedError."""
        from tui.db.entry import comparable

        table = loader.view.table
        columns = [table.column(name) for name in table.identity.columns]
        parts = [part.strip() for part in text.split(",")] if len(columns) > 1 else [text]
        if not columns:
            raise NotPossibleError("Rows have no key here: #17 goes to the 17th row, 50% to the middle.")
        names = ", ".join(table.identity.columns)
        if len(parts) != len(columns):
            raise NotPossibleError(f"The key of {table.name.label} is {names}: type both, with commas.")
        key = [await comparable(loader.database, c, part) for c, part in zip(columns, parts, strict=True)]
        row = await get_in(loader.database, loader.view, tuple(key))
        if row is None:
            hint = f" #{text} goes to the row of that number." if text.isdecimal() else ""
            raise NotPossibleError(f"No row of {table.name.label} has {names} {text[:40]}.{hint}")
        return row

    async def _show_row(self, loader: RowsLoader, row: Row) -> None:
        await self._show(loader, Found(row), self.pane.grid.column_index)
        is_there = self.pane.row is not None and self.pane.row.identity == row.identity
        if loader is self.pane.loader and not is_there:
            raise NotPossibleError("The filters don't let that row through: F changes them.")
