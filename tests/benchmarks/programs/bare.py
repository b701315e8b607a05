"""A bare Textual app that paints 50 rows: no program built on Textual can be faster."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Fifty lines of text."""

    def compose(self) -> ComposeResult:
        """One widget that holds all of them."""
        yield Static("\n".join(f"{i} row-{i:08d}" for i in range(1, 51)), markup=False)


if __name__ == "__main__":
    Bare().run()
