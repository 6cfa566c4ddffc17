"""Which words are English."""

import pytest

from search.english import is_english, near_english


@pytest.mark.parametrize("word", ["grinder", "grinders", "womens", "drone", "hammock"])
def test_words_are_known_in_their_usual_forms(word: str) -> None:
    assert is_english(word)


@pytest.mark.parametrize("word", ["griner", "cofee", "headpones"])
def test_typing_errors_are_not_words(word: str) -> None:
    assert not is_english(word)


def test_a_word_one_slip_away_is_told() -> None:
    assert "grinder" in near_english("griner")
    assert near_english("xqzvbn") == set()
