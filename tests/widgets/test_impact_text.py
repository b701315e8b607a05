"""What a deletion does to other tables, in words."""

from tui.db.impact import Effect, Impact
from tui.db.schema import ForeignKey, OnDelete, TableName
from tui.widgets.impact_text import impact_lines, impact_sentence


def effect(table: str, count: int, rule: OnDelete, *columns: str) -> Effect:
    return Effect(
        ForeignKey(TableName("s", table), columns, TableName("s", "top"), ("id",), True, rule), count
    )


POSTS = effect("posts", 47, OnDelete.CASCADE, "author_id")
LINKS = effect("post_tags", 1001, OnDelete.CASCADE, "post_id")
NOTE = effect("note", 1, OnDelete.SET_NULL, "a", "b")
KIND = effect("kind", 2, OnDelete.SET_DEFAULT, "c")
BILL = effect("bi[red]ll", 1, OnDelete.BLOCK, "user_id")


def lines(impact: Impact) -> list[str]:
    shown = impact_lines(impact)
    return [] if shown is None else shown.plain.split("\n")


def test_what_goes_too_and_what_is_changed_is_one_sentence() -> None:
    assert impact_sentence(Impact((POSTS, LINKS, NOTE, KIND))) == (
        "; with it go 47 rows of posts and 1,000+ rows of post_tags; "
        "a, b becomes NULL in 1 row of note; c becomes its default in 2 rows of kind"
    )


def test_what_forbids_it_is_said_before_all_else() -> None:
    expected = ", but 1 row of bi[red]ll forbids that: delete or change it first"
    assert impact_sentence(Impact((BILL, POSTS))) == expected
    many = Effect(BILL.key, 3)
    expected = ", but 3 rows of bi[red]ll and 3 rows of bi[red]ll forbid that: delete or change them first"
    assert impact_sentence(Impact((many, many))) == expected


def test_the_paragraph_has_a_line_for_each_foreign_key() -> None:
    assert lines(Impact((BILL, POSTS, NOTE), is_whole=False)) == [
        "Deleting it also",
        "  is forbidden by 1 row of bi[red]ll (user_id): delete or change them first",
        "  deletes 47 rows of posts",
        "  changes 1 row of note: a, b becomes NULL",
        "There is more: not all of it was counted.",
    ]


def test_where_nothing_else_happens_nothing_is_said() -> None:
    assert (impact_sentence(Impact()), lines(Impact())) == ("", [])
