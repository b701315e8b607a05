"""The sentences that the program says are sentences."""

import pytest

from tests.sentences import MARK, Sentence, sentences

ALL = sorted(set(sentences()))


def test_there_are_many() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize("sentence", ALL, ids=[f"{one.place} {one.text[:30]}" for one in ALL])
def test_a_sentence_begins_and_ends_as_one(sentence: Sentence) -> None:
    first, last = sentence.text[0], sentence.text[-1]

    assert first.isupper() or first in f"{MARK}{{\\“'\""
    assert last in f".?{MARK}}}"
    assert "\n" not in sentence.text


@pytest.mark.parametrize("word", ["error", "exception", "invalid", "failed to", "illegal", "commit", "oops"])
def test_no_sentence_speaks_as_programs_do(word: str) -> None:
    assert [one for one in ALL if word in one.text.lower() and "reported an error" not in one.text] == []
