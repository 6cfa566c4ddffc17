"""Prices that a customer writes among the words: "mug under $20"."""

import re
from dataclasses import dataclass, replace

from search.types import SearchQuery

_AMOUNT = r"(?:\$\s?{0}|{0}\s?(?:dollars|bucks|usd)\b)"
_NUMBER = r"(\d{1,6}(?:\.\d\d)?)"


def _amount() -> str:
    """Return the pattern of an amount; without a currency a number may mean anything."""
    return _AMOUNT.format(_NUMBER)


_MOST = re.compile(rf"\b(?:under|below|up to|less than|cheaper than|at most)\s+{_amount()}", re.I)
_LEAST = re.compile(rf"\b(?:over|above|more than|at least)\s+{_amount()}", re.I)
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+\$?\s?{_NUMBER}\s+(?:and|to)\s+{_amount()}|"
    rf"\$\s?{_NUMBER}\s?(?:-|to)\s?\$?\s?{_NUMBER}(?![\d.])",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class PriceWords:
    """The words that gave a price, and the bounds in minor units."""

    words: str
    low: int | None = None
    high: int | None = None


def read_price_words(query: SearchQuery) -> tuple[SearchQuery, PriceWords | None]:
    """Return the query with the price in its text as a filter.

    A price chosen as a filter wins; the words are taken out all the same.
    """
    found = _find(query.text)
    if found is None:
        return query, None
    text = " ".join(query.text.replace(found.words, " ", 1).split())
    if query.price_min is not None or query.price_max is not None:
        return replace(query, text=text), None
    return replace(query, text=text, price_min=found.low, price_max=found.high), found


def _find(text: str) -> PriceWords | None:
    for pattern in (_BETWEEN, _MOST, _LEAST):
        match = pattern.search(text)
        if match is None:
            continue
        amounts = [_minor(group) for group in match.groups() if group]
        if pattern is _MOST:
            return PriceWords(words=match[0], high=amounts[0])
        if pattern is _LEAST:
            return PriceWords(words=match[0], low=amounts[0])
        return PriceWords(words=match[0], low=min(amounts), high=max(amounts))
    return None


def _minor(amount: str) -> int:
    whole, _, cents = amount.partition(".")
    return 100 * int(whole) + int(cents or 0)
