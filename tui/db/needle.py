"""Needle: what is looked for in the rows, as a value."""

from dataclasses import dataclass

FUZZY_LONGEST = 50
"""Characters of a text in which a fuzzy needle is looked for: a longer one, as a hash, has any letters."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A text that is looked for in upper or lower case."""

    text: str
    is_fuzzy: bool = False
    """Whether other characters may stand between its own: `jsmith` is in `John Smith`."""

    def is_in(self, text: str) -> bool:
        """Whether a text has it."""
        if not self.is_fuzzy:
            return self.text.casefold() in text.casefold()
        rest = iter(text.casefold())
        return len(text) <= FUZZY_LONGEST and all(letter in rest for letter in self.text.casefold())
