"""Text as search sees it: cleaned query strings and part numbers in one spelling."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 16
SHORTEST_CODE, MAX_CODE_LENGTH = 2, 32
# fmt: off
STOP_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on",
    "or", "that", "the", "this", "to", "with",
})
# fmt: on

_POSSESSIVE = re.compile(r"['\u2019]s\b")
_NOT_CODE = re.compile(r"[\W_]+")
_INNER_BREAKS = re.compile(r"[/,;()|]+")


def normalize(text: str) -> str:
    """Return `text` in one Unicode form, without control characters and possessive endings."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return _POSSESSIVE.sub("", text)


def clean_query(text: str) -> str:
    """Return what a customer typed, fit for searching: bounded, on one line, nothing special."""
    words = normalize(text[: 2 * MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS]
    return " ".join(words)[:MAX_QUERY_LENGTH].strip()


def normalize_code(text: str) -> str:
    """Return a part number in the one spelling all others lead to: CM-1312 NFI is cm1312nfi."""
    return _NOT_CODE.sub("", normalize(text)).casefold()


def is_codelike(code: str) -> bool:
    return SHORTEST_CODE <= len(code) <= MAX_CODE_LENGTH and any(char.isdigit() for char in code)


def find_codes(texts: Iterable[str]) -> set[str]:
    """Return every part number in `texts`, and neighbours written apart that make one."""
    return {code for text in texts for code in _codes_of(text) if is_codelike(code)}


def _codes_of(text: str) -> Iterator[str]:
    chunks = normalize(text).split()
    codes = [normalize_code(chunk) for chunk in chunks]
    yield from codes
    yield from (first + second for first, second in pairwise(codes))
    for chunk in chunks:
        yield from (normalize_code(part) for part in _INNER_BREAKS.split(chunk))
