"""Words that mean the same, read from `synonyms.txt`."""

from collections import defaultdict
from functools import cache
from pathlib import Path

Phrase = tuple[str, ...]
LONGEST_PHRASE = 3
MARK = "~"
_FILE = Path(__file__).with_name("synonyms.txt")


@cache
def synonyms() -> dict[Phrase, tuple[Phrase, ...]]:
    """Return for each phrase the others of its groups."""
    found: dict[Phrase, list[Phrase]] = defaultdict(list)
    for line in _lines():
        group = [_phrase(text) for text in line.split(",")]
        for phrase in group:
            found[phrase].extend(other for other in group if other != phrase)
    return {phrase: tuple(dict.fromkeys(others)) for phrase, others in found.items()}


@cache
def homonyms() -> frozenset[Phrase]:
    """Return the phrases that also mean something else: a notebook may be of paper."""
    marked = (text for line in _lines() for text in line.split(",") if MARK in text)
    return frozenset(_phrase(text) for text in marked)


def _lines() -> list[str]:
    return [line for line in _FILE.read_text().splitlines() if line and not line.startswith("#")]


def _phrase(text: str) -> Phrase:
    return tuple(text.lower().replace(MARK, "").replace("-", " ").split())
