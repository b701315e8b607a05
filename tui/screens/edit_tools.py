"""What an editor can't do by itself: the user's own editor, and files."""

import asyncio
import os
import shlex
import subprocess
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from textual import work
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from tui.screens.asking import ask
from tui.screens.prompts import TextPrompt
from tui.widgets.edit_form import FormError, read
from tui.widgets.value_editor import ValueEditor

LARGEST = 64 * 2**20
"""Bytes of a file that is loaded."""

NO_EDITOR = "No editor is named: set $VISUAL or $EDITOR, such as EDITOR=nano, and start again."


class EditTools(Vertical):
    """Frames a value editor, and takes its text to other programs and files and back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o", "external", "your editor", tooltip="Edit it in $VISUAL or $EDITOR", id="edit.external"
        ),
        Binding(
            "f7", "load", "load a file", priority=True, tooltip="Take the value from a file", id="edit.load"
        ),
        Binding(
            "f8",
            "save",
            "save to a file",
            priority=True,
            tooltip="Write the value to a new file",
            id="edit.save",
        ),
    ]

    @dataclass
    class Said(Message):
        """Something is to be said about it."""

        sentence: str

    def __init__(self, editor: ValueEditor) -> None:
        super().__init__()
        self._editor = editor

    @work(group="tools", exclusive=True)
    async def action_external(self) -> None:
        """Edit the text in the user's own editor; it comes back into the prompt."""
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not command:
            self._say(NO_EDITOR)
            return
        before = self._editor.whole
        try:
            with self.app.suspend():
                after = await asyncio.to_thread(_edited, shlex.split(command), before)
        except (OSError, ValueError, subprocess.SubprocessError, SuspendNotSupported) as error:
            self._say(f"The editor {command} failed: {getattr(error, 'strerror', None) or error}.")
            return
        self.app.refresh()
        if after != before:
            self._put(after)

    def _put(self, text: str) -> None:
        """Put a text that is written in the editor's form."""
        try:
            meant = read(text, self._editor.form)
        except FormError as error:
            self._say(str(error))
            return
        self._editor.put(meant if isinstance(meant, str) else text)

    def action_load(self) -> None:
        """Ask for a file and take the value from it."""
        hint = "⏎ loads · esc leaves"
        self._load(ask(self, TextPrompt("Take the value from the file", hint=hint)))

    @work(group="prompt", exclusive=True, description="loading a file")
    async def _load(self, answer: Awaitable[str | None]) -> None:
        name = await answer
        if not name:
            return
        try:
            content = await asyncio.to_thread(_content, name)
            self._editor.put(content.hex() if self._editor.takes_bytes else content.decode())
        except UnicodeDecodeError:
            self._say(f"{name} holds no text in UTF-8.")
        except (OSError, ValueError) as error:
            self._say(f"{name} can't be loaded: {getattr(error, 'strerror', None) or error}.")

    def action_save(self) -> None:
        """Ask for a new file and write the value to it."""
        hint = "⏎ saves · esc leaves · only a file that is not there yet"
        self._save(ask(self, TextPrompt("Write the value to the new file", hint=hint)))

    @work(group="prompt", exclusive=True, description="saving a file")
    async def _save(self, answer: Awaitable[str | None]) -> None:
        name = await answer
        if not name:
            return
        try:
            content = self._editor.content
            await asyncio.to_thread(_write, name, content)
        except (OSError, ValueError) as error:
            self._say(f"{name} can't be written: {getattr(error, 'strerror', None) or error}.")
        else:
            self._say(f"{len(content):,} bytes are written to {name}.")

    def _say(self, sentence: str) -> None:
        self.post_message(self.Said(sentence))


def _edited(command: list[str], text: str) -> str:
    """The text after the user has edited it in a file; a line end that the editor adds is none."""
    with TemporaryDirectory(prefix="tui-") as folder:
        path = Path(folder) / "value.txt"
        path.write_bytes(text.encode(errors="surrogateescape"))
        subprocess.run([*command, str(path)], check=True)
        after = path.read_bytes().decode(errors="surrogateescape")
    return after if text.endswith("\n") else after.removesuffix("\n")


def _content(name: str) -> bytes:
    path = Path(name).expanduser()
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it has more than {LARGEST // 2**20} MiB")
    return path.read_bytes()


def _write(name: str, content: bytes) -> None:
    descriptor = os.open(Path(name).expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
