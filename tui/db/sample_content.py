"""The rows of the sample: a small blog network, the same on every run. No database in here."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeAlias

from tui.db.sample_people import CULTURES, NICKNAMES
from tui.db.sample_words import (
    DESCRIPTIONS,
    EXTRA_TAGS,
    FOREIGN,
    LISTS,
    ODD,
    PLACES,
    SEASONS,
    SENTENCES,
    TITLES,
    TOPICS,
)

Rows: TypeAlias = list[dict[str, Any]]

USERS = 1000
BUSIEST = 735
"""Posts of the busiest author; the one after them has half, then a third, and so on down to none."""
FIRST_DAY = datetime(2021, 3, 1, 8, 0, 0)
LAST_DAY = datetime(2025, 9, 30, 22, 0, 0)

KNOWN_USERS = {12: ("李小龍", "lee"), 17: ("bob", "bob"), 31: ("amy.chen", "amy")}
"""Users that examples and tests may name: id -> username and the local part of the address."""
KNOWN_COUNTS = {12: 0, 17: 47, 31: 3}
"""How many posts they have."""

_TAG_NAMES = (*TOPICS, *EXTRA_TAGS)
_TAGS_PER_POST = ((0, 1, 2, 3, 4), (7, 26, 37, 20, 10))
"""How many tags a post may have, and how often it has so many."""
_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def make_users(random: Random) -> Rows:
    """A thousand users in the order in which they joined."""
    names = _names(random)
    stamps = sorted(_moment(random, FIRST_DAY) for _ in range(USERS))
    return [_user(random, *KNOWN_USERS.get(i, next(names)), stamps[i - 1]) for i in range(1, USERS + 1)]


def make_tags() -> Rows:
    """Forty tags: the topics, then what goes with any topic."""
    return [
        {"name": name, "description": text and text.format(tag=name)}
        for i, name in enumerate(_TAG_NAMES)
        for text in (DESCRIPTIONS[i % len(DESCRIPTIONS)],)
    ]


def make_posts(random: Random, users: Rows) -> Rows:
    """About five thousand posts, oldest first, each later than its author."""
    authors = [author for author, count in _post_counts(random).items() for _ in range(count)]
    dated = sorted((_moment(random, users[author - 1]["created_at"]), author) for author in authors)
    odd = dict(zip(random.sample(range(len(dated)), len(ODD)), ODD, strict=True))
    return [
        dict(zip(("title", "content"), odd.get(i) or _post(random), strict=True))
        | {"created_at": stamp, "author_id": author}
        for i, (stamp, author) in enumerate(dated)
    ]


def make_post_tags(random: Random, posts: Rows) -> Rows:
    """About two tags for each post, its topic first where the text tells one."""
    links = []
    for post_id, post in enumerate(posts, 1):
        tags = dict.fromkeys([*_topics_of(post), *_any_tags(random)])
        chosen = list(tags)[: random.choices(*_TAGS_PER_POST)[0]]
        links += [{"post_id": post_id, "tag_id": tag} for tag in chosen]
    return links


def _names(random: Random) -> Iterator[tuple[str, str]]:
    """Usernames with local parts of addresses, both unique, the nicknames strewn in."""
    every = [_name(random, given, family) for gs, fs in CULTURES for given in gs for family in fs]
    every += [(nick, f"{_latin(nick) or 'hello'}.{i}") for i, nick in enumerate(NICKNAMES, 1)]
    random.shuffle(every)
    unique = {username: local for username, local in every}
    for number, (username, local) in enumerate(unique.items()):
        yield username, local if number % 9 else f"{local}+blog"


def _name(random: Random, given: tuple[str, str], family: tuple[str, str]) -> tuple[str, str]:
    """How one person writes their name: mostly as on a keyboard, often as at home."""
    local = f"{given[0]}.{family[0]}"
    east = not (given[1] + family[1]).isascii() and len(given[1]) < 4 and family[1][0] > "\u3000"
    at_home = f"{family[1]}{given[1]}" if east else f"{given[1]} {family[1]}"
    forms = (local, f"{given[0]}_{family[0]}", f"{given[0]}{random.randint(70, 99)}", at_home, at_home)
    return random.choice(forms), local


def _latin(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _user(random: Random, username: str, local: str, created: datetime) -> dict[str, Any]:
    return {
        "username": username,
        "email": f"{local}@example.{random.choice(('org', 'org', 'com'))}",
        "hashed_password": "$2b$12$" + "".join(random.choices(_BCRYPT, k=53)),
        "is_active": random.random() < 0.93,
        "created_at": created,
    }


def _moment(random: Random, after: datetime) -> datetime:
    span = int((LAST_DAY - after).total_seconds())
    return after + timedelta(seconds=random.randrange(span + 1))


def _post_counts(random: Random) -> dict[int, int]:
    """A long tail: user id -> posts, many with none."""
    others = [i for i in range(1, USERS + 1) if i not in KNOWN_COUNTS]
    random.shuffle(others)
    return {user: BUSIEST // rank for rank, user in enumerate(others, 1)} | KNOWN_COUNTS


def _post(random: Random) -> tuple[str, str | None]:
    if random.random() < 0.08:
        title, text = random.choice(FOREIGN)
        return f"{title} {random.choice(('', '', '✨', '(2)', '…'))}".strip(), text
    things = random.choice(list(TOPICS.values()))
    title = _fill(random, random.choice(TITLES), things)
    return title[0].upper() + title[1:], _content(random, things)


def _content(random: Random, things: tuple[str, ...]) -> str | None:
    """Mostly a few sentences; at times nothing, an empty text, or several kilobytes."""
    size = random.random()
    if size < 0.05:
        return None if size < 0.03 else ""
    if size > 0.985:
        return "\n\n".join(_paragraph(random, things) for _ in range(random.randint(8, 25)))
    return "\n\n".join(_paragraph(random, things) for _ in range(random.choice((1, 1, 1, 1, 2, 3))))


def _paragraph(random: Random, things: tuple[str, ...]) -> str:
    if random.random() < 0.12:
        return _fill(random, random.choice(LISTS), things)
    sentences = random.sample(SENTENCES, random.randint(1, 5))
    return " ".join(_sentence(_fill(random, sentence, things)) for sentence in sentences)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _fill(random: Random, template: str, things: tuple[str, ...]) -> str:
    """The template with its blanks filled in; blanks of one name differ from each other."""
    words = {"{thing}": things, "{place}": PLACES, "{season}": SEASONS}
    return re.sub(
        r"\{(thing|place|season|number)\}",
        lambda m: random.choice(words[m[0]]) if m[0] in words else str(random.randint(3, 90)),
        template,
    )


def _topics_of(post: dict[str, Any]) -> list[int]:
    """The tag of the topic that a post's title names, if any."""
    title = post["title"].lower()
    return [i for i, things in enumerate(TOPICS.values(), 1) if any(t.lower() in title for t in things)][:1]


def _any_tags(random: Random) -> list[int]:
    """Four tags that go with any topic; the first ones of the list are the most used."""
    weights = [1 / rank for rank in range(1, len(EXTRA_TAGS) + 1)]
    return random.choices(range(len(TOPICS) + 1, len(_TAG_NAMES) + 1), weights, k=4)
