"""Words that mean the same, read from `synonyms.txt`."""

from collections import defaultdict
from functools import cache
from pathlib import Path

Phrase = tuple[str, ...]
LONGEST_PHRASE = 3
_FILE = Path(__file__).with_name("synonyms.txt")


@cache
def synonyms() -> dict[Phrase, tuple[Phrase, ...]]:
    """Return for each phrase the others of its groups."""
    found: dict[Phrase, list[Phrase]] = defaultdict(list)
    for line in _FILE.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        group = [tuple(phrase.lower().replace("-", " ").split()) for phrase in line.split(",")]
        for phrase in group:
            found[phrase].extend(other for other in group if other != phrase)
    return {phrase: tuple(dict.fromkeys(others)) for phrase, others in found.items()}
