"""English words: telling a word that the shop does not sell from a typing error.

The list is that of symspellpy, the words that both a spelling dictionary and Google's books have.
"""

from functools import cache
from importlib.resources import files
from string import ascii_lowercase

_PACKAGE, _FILE = "symspellpy", "frequency_dictionary_en_82_765.txt"


def is_english(word: str) -> bool:
    """Is this a word, or the plural or the possessive of one, spelled as it should be?"""
    known = _words()
    return word in known or (word.endswith("s") and word[:-1] in known)


def near_english(word: str) -> set[str]:
    """Return the words one edit away that begin with the same letter."""
    return _edits(word) & _words()


@cache
def _words() -> frozenset[str]:
    lines = (files(_PACKAGE) / _FILE).read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.split(" ", 1)[0] for line in lines)


def _edits(word: str) -> set[str]:
    """Return all that one letter too many, too few, wrong or swapped makes of the word."""
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    dropped = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    wrong = {head + char + tail[1:] for head, tail in cuts if tail for char in ascii_lowercase}
    added = {head + char + tail for head, tail in cuts for char in ascii_lowercase}
    return dropped | swapped | wrong | added
