"""Text as search sees it: cleaned query strings and part numbers in one spelling."""

import re
import unicodedata
from collections.abc import Iterable
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
_INNER_BREAK = re.compile(r"[/,;()|]+")
_ASCII_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_DIGIT = re.compile(r"\d")


def normalize(text: str) -> str:
    """Return `text` in one Unicode form, without control characters and possessive endings."""
    if text.isascii():
        return _POSSESSIVE.sub("", _ASCII_CONTROLS.sub(" ", text))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return _POSSESSIVE.sub("", text)


def clean_query(text: str) -> str:
    """Return what a customer typed, fit for searching: bounded, on one line, nothing special."""
    words = normalize(text[: 2 * MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS]
    return " ".join(words)[:MAX_QUERY_LENGTH].strip()


def normalize_code(text: str) -> str:
    """Return a part number in the one spelling all others lead to: CM-1312 NFI is cm1312nfi."""
    return _bare(normalize(text))


def is_codelike(code: str) -> bool:
    return SHORTEST_CODE <= len(code) <= MAX_CODE_LENGTH and _DIGIT.search(code) is not None


def find_codes(texts: Iterable[str]) -> set[str]:
    """Return every part number in `texts`, and neighbors written apart that make one."""
    with_digits = (text for text in texts if _DIGIT.search(text))
    return {code for text in with_digits for code in _codes_of(text) if is_codelike(code)}


def _codes_of(text: str) -> set[str]:
    chunks = normalize(text).split()
    codes = [_bare(chunk) for chunk in chunks]
    found = {*codes, *(first + second for first, second in pairwise(codes))}
    for chunk in chunks:
        if _INNER_BREAK.search(chunk):
            found.update(_bare(part) for part in _INNER_BREAK.split(chunk))
    return found


def _bare(chunk: str) -> str:
    return _NOT_CODE.sub("", chunk).casefold()
