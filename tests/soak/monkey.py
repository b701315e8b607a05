"""The monkey: random actions at the keyboard, from a seed."""

import re
import signal
import time
from collections.abc import Callable
from os import kill
from pathlib import Path
from random import Random
from typing import Any

from tests.soak import keys
from tests.soak.audit import SoakError, check_wanted
from tests.soak.data import COLUMNS, TEXTS
from tests.soak.engines import Engine
from tests.soak.session import HELP, PATIENCE, REVIEW, Figures, Session, kept_files

RESTORE = "restore: stage them again"
SAVING = "saving…"
RUN_SECONDS = (40.0, 600.0)
"""How long one run of the program lasts, at least and at most."""


class Monkey:
    """Presses keys in one run of the program after another, and looks what becomes of it."""

    def __init__(self, engine: Engine, folder: Path, figures: Figures, seed: int) -> None:
        self._engine = engine
        self._folder = folder
        self._figures = figures
        self._random = Random(seed)
        self._actions: dict[Callable[[], None], int] = {
            self._keys: 20,
            self._burst: 8,
            self._hold: 8,
            self._click: 10,
            self._type: 8,
            self._resize: 3,
            self._escape: 6,
            self._open_table: 6,
            self._edit: 20,
            self._stage: 8,
            self._save: 12,
        }
        self.echoes: list[Path] = []
        """What the runs have echoed."""

    def play(self, seconds: float) -> None:
        """Play for some time, in a few runs of the program."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            longest = min(self._random.uniform(*RUN_SECONDS), seconds / 2)
            self._run(min(end, time.monotonic() + longest))

    def _run(self, end: float) -> None:
        self._session = Session(self._engine.url, self._folder, self._figures)
        self.echoes.append(self._session.echo)
        with self._session.terminal:
            self._begin()
            while time.monotonic() < end and not self._session.is_over:
                for _ in range(8):
                    if time.monotonic() < end:
                        self._act()
                self._look()
            self._quit()

    def _begin(self) -> None:
        session, is_left = self._session, bool(kept_files(self._folder))
        session.terminal.wait_for(lambda text: "tables" in text or session.is_over, PATIENCE)
        if is_left and session.sees(RESTORE, 5.0):
            key = self._random.choice(("r", "r", "r", "x", "escape"))
            self._figures.restored += key == "r"
            session.press(key)

    def _act(self) -> None:
        [action] = self._random.choices(list(self._actions), list(self._actions.values()))
        self._figures.trail.append(f"<{action.__name__[1:]}>")
        action()
        if not self._session.is_over:
            self._session.pump(self._random.choice((0.02, 0.05, 0.1, 0.3)))

    def _look(self) -> None:
        """What must hold at any time."""
        self._session.answer()
        self._session.watch(self._engine.connections(self._session.terminal.pid))
        if problem := self._engine.idle_in_transaction():
            raise SoakError(problem)

    # What it does

    def _keys(self) -> None:
        for key in keys.some(self._random, self._random.randrange(1, 8)):
            self._session.press(key)
            self._session.pump(0.01)

    def _burst(self) -> None:
        self._session.press(*keys.some(self._random, self._random.randrange(5, 40)))

    def _hold(self) -> None:
        self._session.press(*[self._random.choice(keys.MOVES)] * self._random.randrange(20, 120))

    def _click(self) -> None:
        self._session.send(keys.click(self._random, *self._session.size))

    def _type(self) -> None:
        self._session.press(self._random.choice(("e", "/", "t")))
        self._session.pump(0.1)
        self._session.send(keys.typed(self._random))
        self._session.press(self._random.choice(("enter", "enter", "escape")))

    def _resize(self) -> None:
        sizes = ((120, 40), (80, 24), (200, 60), (40, 12), (100, 30), (20, 5))
        self._session.resize(*self._random.choice(sizes))

    def _escape(self) -> None:
        for _ in range(self._random.randrange(1, 4)):
            self._session.press("escape")
            self._session.pump(0.12)

    def _open_table(self) -> None:
        """Open a table by its name, and go somewhere in it."""
        self._session.home()
        self._session.press("t")
        self._session.send(self._random.choice([*COLUMNS, "active_users", "post"]))
        self._session.press("enter")
        self._session.pump(0.2)
        self._go_near()

    def _go_near(self) -> None:
        self._session.press(*["down"] * self._random.randrange(25), *["right"] * self._random.randrange(5))

    def _edit(self) -> None:
        """Type another value into a cell, as people do."""
        self._session.home()
        if self._random.random() < 0.5:
            self._open_table()
        for _ in range(self._random.randrange(1, 4)):
            self._go_near()
            self._session.press("e")
            self._session.send(f"{self._random.choice(('', 'edited '))}{self._random.randrange(10_000)}")
            self._session.press("enter")
            self._session.pump(0.1)
            self._session.press("escape")
            self._session.pump(0.12)

    def _edit_text(self) -> None:
        """Edit a text somewhere near the beginning of a table, so that there is something to save."""
        self._session.home()
        table, column = self._random.choice(list(TEXTS.items()))
        self._session.press("t")
        self._session.send(table)
        self._session.press("enter", "0", *["right"] * column, *["down"] * self._random.randrange(20))
        self._session.press("e")
        self._session.send(f"meant {self._random.randrange(10_000)}")
        self._session.press("enter")
        self._session.pump(0.3)

    def _stage(self) -> None:
        """Stage a row that is new, or one that goes."""
        self._session.home()
        self._go_near()
        self._session.press(self._random.choice(("d", "D", "a", "u", "ctrl+r")))

    # Saving

    def _save(self) -> None:
        """Save what is staged; where it is refused, forget the change in the way and try again."""
        if self._random.random() < 0.7:
            self._edit_text()
        self._session.home()
        if self._session.is_over:
            return
        if not self._session.sees("w reviews", 1.0):
            return
        self._session.press("w")
        if not self._session.sees(REVIEW, PATIENCE / 2):
            return
        for attempt in range(4):
            if self._try_to_save() or self._session.is_over:
                return
            self._session.press("X" if attempt == 2 and self._random.random() < 0.5 else "x")

    def _try_to_save(self) -> bool:
        """Save once; hold what was written against what was staged."""
        session, witness = self._session, self._engine.witness
        if REVIEW not in (text := self._outcome()):
            return True
        wanted, before = self._staged(text), witness.last()
        session.press("s")
        text = self._outcome()
        writes = [write for write in witness.writes(before) if write.writer != "second"]
        if session.is_over:
            return True
        if REVIEW in text:
            self._figures.refused += 1
            self._figures.conflicts += "Somebody else" in text
            if writes and "unknown" not in text:
                raise SoakError(f"refused, but written: {writes[:5]}\n{text}")
            return False
        if not writes:
            raise SoakError(f"saved, but nothing is written; staged: {wanted}\n{text}")
        self._figures.saved += 1
        self._hold_against(text, len(writes))
        if wanted:
            check_wanted(wanted, writes, witness)
            self._figures.checked += 1
        return True

    def _staged(self, text: str) -> list[Any]:
        """What is staged, as soon as it is kept as the review shows it; nothing where it never is."""
        shown = re.search(r"([\d,]+) changes? to ", text)
        count = int(shown[1].replace(",", "")) if shown else 0
        end = time.monotonic() + 10
        while len(kept := self._session.kept()) != count and time.monotonic() < end:
            self._session.pump(0.05)
        return kept if len(kept) == count else []

    def _outcome(self) -> str:
        """The screen once the last key is done: help that opens and closes shows that it was taken."""
        session = self._session
        session.press("f1")
        session.sees(HELP, PATIENCE)
        session.press("escape")
        end = time.monotonic() + PATIENCE
        text = session.pump(0.15)
        while (SAVING in text or HELP in text) and not session.is_over:
            if time.monotonic() > end:
                raise SoakError(f"a save does not end:\n{text}")
            text = session.pump(0.15)
        return text

    def _hold_against(self, text: str, written: int) -> None:
        said = re.search(r"Saved ([\d,]+) change", text)
        if said and int(said[1].replace(",", "")) != written:
            raise SoakError(f"{said[0]} is said, but {written} rows were written")

    # Quitting

    def _quit(self) -> None:
        """End the program in one of the ways in which programs end."""
        session = self._session
        self._figures.trail.append("<quit>")
        if session.is_over:
            session.end(0)
            return
        way = self._random.choice(("q", "q", "q", "ctrl+q", "SIGTERM", "SIGKILL", "close"))
        if way.startswith("SIG"):
            number = signal.Signals[way]
            kill(session.terminal.pid, number)
            session.end(-number if way == "SIGKILL" else 128 + number)
        elif way == "close":
            session.terminal.hang_up()
            session.end(128 + signal.SIGHUP)
        else:
            session.home()
            self._quit_by(way)

    def _quit_by(self, key: str) -> None:
        session = self._session
        session.press(key)
        answer = self._random.choice(("k", "k", "x"))
        if session.sees("staged and not saved", PATIENCE):  # or the program ends meanwhile
            session.press(answer)
        session.end(0)
