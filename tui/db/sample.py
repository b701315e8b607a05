"""The sample: a small blog network with users, posts and tags, for any database that SQLAlchemy knows."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    insert,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from tui.db.sample_content import make_post_tags, make_posts, make_tags, make_users

SEED = 20250930
APPLICATION_ID = int.from_bytes(b"tuiS")
"""The number in the header of a file which says that it is a sample."""
_HEADER = slice(68, 72)


class WholeSeconds(TypeDecorator[datetime]):
    """A point in time without fractions, also where it is kept as text."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Cut the zeros that the type's own text form has."""
        process = super().bind_processor(dialect)

        def bind(value: datetime | None) -> Any:
            bound = process(value) if process else value
            return bound.removesuffix(".000000") if isinstance(bound, str) else bound

        return bind


class Base(DeclarativeBase):
    """What the models of the sample share."""


post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
    Index("ix_post_tags_tag_id", "tag_id"),
)
"""Which post has which tags."""


class User(Base):
    """Somebody who writes."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True, index=True)
    email: Mapped[str] = mapped_column(String(100), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(WholeSeconds, server_default=func.current_timestamp())
    posts: Mapped[list["Post"]] = relationship(back_populates="author", lazy="raise")


class Post(Base):
    """What somebody wrote."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(WholeSeconds, server_default=func.current_timestamp())
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    author: Mapped[User] = relationship(back_populates="posts", lazy="raise")
    tags: Mapped[list["Tag"]] = relationship(secondary=post_tags, back_populates="posts", lazy="raise")


class Tag(Base):
    """A word under which posts are found."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    description: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[list[Post]] = relationship(secondary=post_tags, back_populates="tags", lazy="raise")


async def build(engine: AsyncEngine) -> None:
    """Create the tables in an empty database and fill them; the database itself counts the ids, from 1."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await _fill(connection)


async def _fill(connection: AsyncConnection) -> None:
    random = Random(SEED)
    users = make_users(random)
    posts = make_posts(random, users)
    await connection.execute(insert(User), users)
    await connection.execute(insert(Tag), make_tags())
    await connection.execute(insert(Post), posts)
    await connection.execute(insert(post_tags), make_post_tags(random, posts))


async def build_file(path: Path) -> None:
    """Write the sample to a file at once: until it is complete, what was there stays."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        await _write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


async def _write(path: Path) -> None:
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)))
    try:
        await build(engine)
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
            await connection.execute(text("VACUUM"))
    finally:
        await engine.dispose()


def is_sample(path: Path) -> bool:
    """Whether a file says of itself that it is a sample."""
    with path.open("rb") as file:
        header = file.read(_HEADER.stop)
    return header.startswith(b"SQLite format 3\0") and header[_HEADER] == APPLICATION_ID.to_bytes(4)
