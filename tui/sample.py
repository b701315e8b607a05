"""`python -m tui.sample PATH`: writes the sample database to a file."""

import asyncio
import sys
from pathlib import Path

USAGE = "Usage: python -m tui.sample PATH"


def main(arguments: list[str]) -> int:
    """Write the sample where the user wants it, return the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        return _refuse(USAGE)
    path = Path(arguments[0])
    try:
        return _write(path)
    except OSError as error:
        return _refuse(f"{path} cannot be written: {error.strerror}.")


def _write(path: Path) -> int:
    from tui.db.sample import build_file, is_sample

    if not path.absolute().parent.is_dir():
        return _refuse(f"{path.parent} is no directory: make it first, or name another place.")
    if path.exists() and not (path.is_file() and is_sample(path)):
        return _refuse(f"{path} is not a sample, so it stays as it is: name another file, or remove it.")
    asyncio.run(build_file(path.absolute()))
    print(f"Wrote the sample database to {path}.")
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
