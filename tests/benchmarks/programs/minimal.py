"""A minimal Textual app that reads 50 rows with SQLAlchemy's asyncio and aiosqlite: `minimal.py FILE`."""

import sys

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """The first fifty rows of the table, as text."""

    def compose(self) -> ComposeResult:
        """One widget, empty until the rows are there."""
        yield Static(markup=False)

    def on_mount(self) -> None:
        """Read in a worker, so that the first frame does not wait."""
        self.run_worker(self.read(sys.argv[1]), group="read")

    async def read(self, path: str) -> None:
        """Open the database, read a page, show it."""
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        async with engine.connect() as connection:
            rows = (await connection.execute(text("SELECT * FROM events ORDER BY id LIMIT 50"))).all()
        await engine.dispose()
        self.query_one(Static).update("\n".join("  ".join(map(str, row)) for row in rows))


if __name__ == "__main__":
    Minimal().run()
