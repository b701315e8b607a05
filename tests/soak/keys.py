"""What the monkey presses: every key that is bound, and what people and cats do besides."""

from random import Random

MOVES = [
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "ctrl+b", "ctrl+f"),
    *("ctrl+home", "ctrl+end", *"hjkl0$gG<>"),
]
WORK = [
    *("enter", "escape", "space", "tab", "shift+tab", "backspace", "delete", "insert"),
    *("f1", "f2", "f5", "f6", "f7", "f8", "f10", "shift+up", "shift+down"),
    *("alt+left", "alt+right"),
    *(f"ctrl+{letter}" for letter in "acdeknprstuwx"),
    *"eadDmuo/nNfFsSyYrtwxX?vc[].:123Jb*=!%#BEHKLW",
]
SEQUENCES = {
    "shift+tab": "\x1b[Z",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f10": "\x1b[21~",
    "alt+left": "\x1b[1;3D",
    "alt+right": "\x1b[1;3C",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
}
TEXTS = ("", "x", "17", "-3.50", "NULL", "it's", "日本 🎉", "2024-02-30", "true", "second", "%_\\", "a\tb")


def sequence(name: str) -> str:
    """What the terminal sends for keys that `tests.pty_session` has no name for."""
    return SEQUENCES.get(name, name)


def some(random: Random, count: int) -> list[str]:
    """Random keys: moving as often as all else."""
    return [random.choice(MOVES if random.random() < 0.5 else WORK) for _ in range(count)]


def click(random: Random, columns: int, lines: int) -> str:
    """A click, sometimes a double one, or a turn of the wheel."""
    x, y = random.randint(1, columns), random.randint(1, lines)
    button = random.choice((0, 0, 0, 64, 65))
    once = f"\x1b[<{button};{x};{y}M" + ("" if button > 2 else f"\x1b[<0;{x};{y}m")
    return once * random.choice((1, 1, 2, 5))


def typed(random: Random) -> str:
    """Something that is typed into a prompt."""
    return random.choice(TEXTS) + str(random.randrange(100)) * random.randrange(3)
