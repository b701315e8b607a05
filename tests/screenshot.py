"""The README's screenshot, taken of the program itself: `python -m tests.screenshot`."""

import asyncio
import html
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.driver import browsing

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "screenshot.svg"
SIZE = (110, 32)
VOLATILE = re.compile(r"SQLite\s[\d.]+|\d+\sms|\s+")
"""What is another on each machine, and the space that makes room for it."""


async def taken() -> str:
    """An SVG of the sample's users: one e-mail address is staged, and the user's posts stand below."""
    with TemporaryDirectory() as folder:
        shutil.copy(ROOT / "sample.db", Path(folder) / "sample.db")
        async with browsing(f"sqlite:///{folder}/sample.db", "users", size=SIZE, draws_all=True) as user:
            await user.press(*["down"] * 16)
            await user.edit("bob@new.example.org", column="email")
            return user.app.export_screenshot(title="tui")


def words(svg: str) -> str:
    """All that a screenshot says, without what is another each time."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return VOLATILE.sub("", "".join(html.unescape(text) for text in texts))


if __name__ == "__main__":
    FILE.write_text(asyncio.run(taken()), encoding="utf-8")
