"""What the command palette offers: every table, and every key that works now."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from rich.text import Text
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider

from tui.db.schema import Catalog
from tui.widgets.cells import visible

Command: TypeAlias = tuple[str, str, Callable[[], Awaitable[object] | object]]
"""A name, a sentence, and what to run."""


class Palette(CommandPalette):
    """Textual's palette; its list can't be moved in where there is no room for a line of it."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A list that has no room does not know its lines, and fails when it is moved in by a page."""
        has_room = any(found.scrollable_content_region for found in self.query(CommandList))
        return has_room if action == "command_list" else True


class BrowseCommands(Provider):
    """Tables to open and keys to press, by name. Names come from the database: never as markup."""

    async def search(self, query: str) -> Hits:
        """The commands that fit what was typed."""
        matcher = self.matcher(query)
        for name, sentence, run in self._commands():
            score, places = matcher.fuzzy_search.match(query, name)
            if score > 0:
                yield Hit(score, _emphasised(name, places), run, text=name, help=sentence)

    async def discover(self) -> Hits:
        """All commands, before anything is typed."""
        for name, sentence, run in self._commands():
            yield DiscoveryHit(Text(name), run, text=name, help=sentence)

    def _commands(self) -> Iterator[Command]:
        yield from self._keys()
        workbench = getattr(self.screen, "workbench", None)
        if workbench is not None:
            catalog: Catalog = workbench.database.catalog
            for entry in catalog.entries:
                name = f"Open {visible(entry.name.label)}"
                yield name, f"Show this {entry.kind.value}", partial(workbench.open_table, entry.name)

    def _keys(self) -> Iterator[Command]:
        """The keys that work now, but for those that only move about."""
        seen = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if (
                active.enabled
                and binding.id
                and not binding.id.startswith("grid.")
                and binding.id not in seen
            ):
                seen.add(binding.id)
                name = f"{binding.description.capitalize()} ({self.app.get_key_display(binding)})"
                run = partial(self.app.run_action, binding.action, active.node)
                yield name, active.tooltip.replace("[", "\\["), run


def _emphasised(name: str, places: Sequence[int]) -> Text:
    text = Text(name)
    for place in places:
        text.stylize("bold underline", place, place + 1)
    return text
