"""Browser: theme, first screen, and the one Database. It leaves everything else to the screens."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segments
from rich.text import Text
from textual import on, work
from textual._styles_cache import StylesCache
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, InputEvent, Key, Paste
from textual.screen import Screen
from textual.timer import Timer

from tui import screens
from tui.db.address import Address
from tui.db.options import JOURNAL_SIZE, Options, Start
from tui.garbage import Garbage
from tui.screens.connect import Connect
from tui.screens.palette import Palette
from tui.settings import (
    journal_file,
    load_theme,
    save_theme,
    settings_file,
    shelf_directory,
    staged_directory,
)
from tui.widgets.cells import visible
from tui.widgets.key_gate import KeyGate, Passed
from tui.widgets.status import Explaining, Notice, StatusLine

if TYPE_CHECKING:
    from textual.actions import ActionParseResult

    from tui.db.database import Database
    from tui.db.journal import Journal

SAMPLE_NOTICE = "A private copy of the sample: try anything, it is gone when you quit."


FIRST = ("edit_prompt", "record", "filter_prompt")
"""Screens that are most likely to be opened soon."""

REST = 0.5
"""Seconds that the first rows have the processor for themselves."""


class Browser(App[None]):
    """The application. `address` None opens a private copy of the sample database."""

    TITLE = "tui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+q",
            "quit",
            "quit",
            show=False,
            priority=True,
            tooltip="Quit; asks when something is staged",
            id="app.quit",
        ),
        Binding(
            "question_mark,f1",
            "help",
            "help",
            tooltip="Every key that works here",
            id="app.help",
        ),
    ]

    def __init__(
        self,
        address: Address | None,
        options: Options | None = None,
        *,
        start: Start | None = None,
        journal_size: int = JOURNAL_SIZE,
    ) -> None:
        self._options = options or Options()  # before all else: the colours depend on it
        super().__init__()
        self.database: Database | None = None
        self.failure: str | None = None
        """Why the database could not be opened."""
        self._address = address
        self._start = start
        self._journal_size = journal_size
        self._directory = TemporaryDirectory(prefix="tui-")
        self._gate = KeyGate(self)
        self._garbage = Garbage()
        self._look_again: Timer | None = None
        self._quit: Callable[[], object] = self.exit
        self._saved: Callable[[], Awaitable[object]] = _nothing
        self._is_saving: Callable[[], bool] = lambda: False

    def get_driver_class(self) -> type[Driver]:
        """The way to the terminal, but one that copes with a window that is closed."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from tui.terminal import LastingDriver

        return LastingDriver

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables; what wears the accent wears the error colour on a production database."""
        variables = super().get_css_variables()
        if not self._options.production:
            return variables
        error = {name: value for name, value in variables.items() if name.startswith("error")}
        return variables | {name.replace("error", "accent"): value for name, value in error.items()}

    def get_default_screen(self) -> Connect:
        """The first screen; it opens the database."""
        return Connect(self._address, self._options, Path(self._directory.name) / "sample.db")

    def on_mount(self) -> None:
        """Take care of signals, garbage and the theme."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)
        self._garbage.begin()
        self.set_interval(1, self._tidy)
        theme = load_theme()
        if theme in self.available_themes:
            self.theme = theme
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember_theme(theme.name))

    def _tidy(self) -> None:
        """Look for garbage when it disturbs nobody; a save is not to be held up either."""
        if self._is_saving():
            self._garbage.note()
        self._garbage.tidy()

    def on_resize(self) -> None:
        """Draw all anew: a window that shrank and grew at once has its old size, but not its text."""
        self.screen.refresh()

    def _end(self, number: int) -> None:
        """Quit for a signal: what is staged is kept, a save that is under way is waited for."""
        self._leave(128 + number)

    @work(group="quit", description="ending")
    async def _leave(self, code: int) -> None:
        await self._saved()
        self.exit(return_code=code)

    @on(Connect.Connected)
    def browse(self, event: Connect.Connected) -> None:
        """Show the main screen."""
        from tui.db.shelf import Shelf
        from tui.screens.browse import Browse

        self.database = event.database
        notice = SAMPLE_NOTICE if self._address is None else self.database.why_read_only or ""
        kept = staged_directory() if self._address is not None else None
        journal = self._journal() if self._journal_size else None
        place = self.database.address.place if self._address is not None else ""
        screen = Browse(
            self.database,
            start=self._start,
            notice=notice,
            kept=kept,
            journal=journal,
            shelf=Shelf(shelf_directory(), place),
        )
        self._quit, self._saved = screen.action_quit, screen.idle.wait
        self._is_saving = lambda: not screen.idle.is_set()
        self.push_screen(screen)
        self.set_timer(REST, self._import_rest)

    @work(group="import", description="importing")
    async def _import_rest(self) -> None:
        """Import what the keys need: from then on none of them waits for it."""
        await asyncio.to_thread(_import_screens)

    def _journal(self) -> "Journal":
        """The journal; that of a database that is gone at the end goes with it."""
        from tui.db.journal import Journal

        is_lasting = self._address is not None and self._address.place
        path = journal_file() if is_lasting else Path(self._directory.name) / "journal.db"
        return Journal(path, self._journal_size)

    def action_help(self) -> None:
        """Show every key that works on this screen."""
        from tui.screens.help import Help, bindings_of

        self.push_screen(Help("Keys", bindings_of(self.screen)))

    def action_help_quit(self) -> None:
        """ctrl+c ends nothing, for work may be staged: say what does."""
        self._say(Notice("With ctrl+c selected text is copied; ctrl+q quits."))

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; where it is dimmed, say why."""
        is_done = await super().run_action(action, default_namespace, namespaces)
        if not is_done and isinstance(default_namespace, Explaining):
            reason = default_namespace.why_not.get(str(action), "")
            if reason:
                self._say(Notice(reason, is_error=True))
        return is_done

    def _say(self, notice: Notice) -> None:
        """Show a notice in the status line of the topmost screen that has one."""
        lines = (getattr(screen, "status", None) for screen in reversed(self.screen_stack))
        line = next((line for line in lines if isinstance(line, StatusLine)), None)
        if line is not None:
            line.show_notice(notice)

    def pop_screen(self) -> AwaitComplete:
        """Close a screen, and let go of its lines: Textual would remember those of a thousand widgets."""
        StylesCache.get_inner_outer.cache_clear()
        return super().pop_screen()

    async def action_quit(self) -> None:
        """Quit; the main screen asks first when something is staged, whatever stands above it."""
        self._quit()

    def action_command_palette(self) -> None:
        """Offer tables and keys by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    async def on_event(self, event: Event) -> None:
        """Hand keys on one at a time; what is pasted into the palette is made visible first."""
        if isinstance(event, InputEvent):
            self._garbage.note()
        if isinstance(event, Key) and not event.is_forwarded:
            self._gate.add(event)
            await self._hand_on_key()
        else:
            if isinstance(event, Paste) and isinstance(self.screen, CommandPalette):
                event.text = visible(event.text)
            await super().on_event(event)

    async def _hand_on_key(self) -> None:
        if (key := self._gate.take()) is not None:
            await super().on_event(key)
            self._gate.follow()
        elif self._gate.has_waiting and self._look_again is None:
            self._look_again = self.set_timer(0.01, self._look_at_keys)

    async def _look_at_keys(self) -> None:
        """Hand on a key that waited for a screen to be ready. There is one timer, however many keys wait."""
        self._look_again = None
        await self._hand_on_key()

    @on(Passed)
    async def take_next_key(self, event: Passed) -> None:
        """Hand on the next key when the one before was handled."""
        self._gate.passed(event)
        await self._hand_on_key()

    @on(Connect.Failed)
    def fail(self, event: Connect.Failed) -> None:
        """End with the reason."""
        self.failure = event.reason
        self.exit(return_code=2)

    def get_system_commands(self, screen: Screen[object]) -> Iterator[SystemCommand]:
        """What the palette offers everywhere; the screens add their own."""
        yield SystemCommand("Theme", "Choose the colours; the choice is remembered", self.action_change_theme)
        yield SystemCommand("Screenshot", "Save a picture of this screen", self.action_screenshot)

    @work(group="settings", exclusive=True, description="remembering the theme")
    async def _remember_theme(self, name: str) -> None:
        try:
            await asyncio.to_thread(save_theme, name)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or f"{settings_file()} is damaged"
            self._say(Notice(f"The theme can't be remembered: {reason}.", is_error=True))

    async def on_unmount(self) -> None:
        """Close the database: a save that is under way is waited for, everything else is stopped."""
        self._garbage.end()
        if self.database is not None:
            await self.database.close()
        await asyncio.to_thread(self._directory.cleanup)

    def _fatal_error(self) -> None:
        """Report a crash without the values of variables: they may hold a password or a user's data."""
        from traceback import format_exc

        report = format_exc() if self._address is None else self._address.without_secrets(format_exc())
        self.bell()
        text = Text("\n".join(visible(line) for line in report.splitlines()), overflow="fold")
        self._exit_renderables.append(Segments(self.console.render(text)))
        self._close_messages_no_wait()


def _import_screens() -> None:
    """Import all screens, and with them all that they need; from then on Python looks for garbage."""
    others = [module.name for module in iter_modules(screens.__path__)]
    for name in (*FIRST, *others):
        import_module(f"{screens.__name__}.{name}")
    if not gc.get_freeze_count():
        gc.freeze()  # else each full collection looks at all modules again, and holds up the loop
    gc.enable()


async def _nothing() -> None:
    """There is nothing to wait for."""
