"""What reading a query must know of the catalogue's words, and the rules about single words."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from search.analysis import words
from search.reading.clauses import Clause
from search.text import STOP_WORDS

SHORTEST_WORD = 3
# A word in a title says more about what is sold than one in a description.
TITLE_WEIGHT = 4
# Taken for the number of products where there is no telling yet.
MANY = 10**6


class Lexicon(Protocol):
    """Answers about the words of the index as it is now.

    An engine that asks a server may at first answer by what is `likely`, note the question, and
    have the text read again once it knows.
    """

    def count(self, clause: Clause, *, likely: int = MANY) -> int:
        """Return how many products match."""

    def weight(self, word: str) -> int:
        """Return how many products have the word, titles counting several times; 0 if none."""

    def similar(self, word: str, distance: int) -> Mapping[str, int]:
        """Return the catalogue's words within so many edits, each with its distance.

        An edit is a letter too many, too few, wrong, or two swapped neighbours.
        """

    def expect(self, clauses: Iterable[Clause]) -> None:
        """Take note of what may be counted next."""


def has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def is_correction(word: str) -> bool:
    """Is the word one that others may be corrected to?"""
    return len(word) >= SHORTEST_WORD and word not in STOP_WORDS and not has_digit(word)


def plain_word(chunk: str) -> str | None:
    """Return the chunk's word if it is one that can be misspelled, not a number or code."""
    found = words(chunk)
    if len(found) != 1 or len(found[0]) < SHORTEST_WORD:
        return None
    return None if has_digit(found[0]) else found[0]
