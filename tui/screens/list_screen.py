"""What screens look like that show a list in the middle of another screen."""

from typing import TypeVar

from textual.screen import ModalScreen

T = TypeVar("T")


class ListScreen(ModalScreen[T]):
    """A frame in the middle, as wide as what stands in it; the rows around it stay in sight."""

    DEFAULT_CSS = """
    ListScreen {
        align: center middle;
        & > Vertical {
            width: auto;
            min-width: 64;
            max-width: 92%;
            height: auto;
            max-height: 100%;
            border: round $accent;
            background: $surface;
            padding: 1 2;
        }
        QuietList, QuietList:focus {
            width: auto; min-width: 60; max-height: 60vh; border: none; margin-bottom: 1;
        }
        Static { width: auto; }
    }
    """
