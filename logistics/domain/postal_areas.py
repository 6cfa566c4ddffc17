"""Postal areas as staff write them (prefixes, ranges, `*`) and as the serviceability table stores
them (prefixes).
"""

import re
from collections.abc import Iterator

WHOLE_COUNTRY = "*"
_SEPARATORS = re.compile(r"[\s,;]+")
_SPACED_RANGE = re.compile(r"(?<=\w)[ \t]*[-\u2013][ \t]*(?=\w)")
_PREFIX = re.compile(r"[A-Z0-9]{1,10}")
_CODE_LENGTH = {"US": 5}


class BadPostalArea(ValueError):
    """One token that is neither a prefix, a range nor `*`."""

    def __init__(self, token: str, reason: str) -> None:
        self.token = token
        self.reason = reason
        super().__init__(f"“{token}”: {reason}")


def normalize_postal_code(*, country: str, postal_code: str) -> str:
    """Upper case without blanks and dashes; US codes without the four digits after the dash."""
    code = postal_code.strip().upper()
    if country == "US":
        code = code.partition("-")[0]
    return re.sub(r"[\s-]", "", code)


def prefixes_of(code: str) -> list[str]:
    """All prefixes of a code, the whole country ("") first."""
    return [code[:length] for length in range(len(code) + 1)]


def parse_postal_areas(text: str, *, country: str) -> list[str]:
    """Read "94, 95000-95999, *" into canonical tokens, in the order written, without repeats.

    :raises BadPostalArea: naming the first token that cannot be read.
    """
    joined = _SPACED_RANGE.sub("-", text.upper())
    tokens = [token for token in _SEPARATORS.split(joined) if token]
    return list(dict.fromkeys(_canonical(token, country) for token in tokens))


def expand(tokens: list[str]) -> list[str]:
    """Turn canonical tokens into prefixes: a range becomes the fewest prefixes that cover exactly
    it.
    """
    prefixes: dict[str, None] = {}
    for token in tokens:
        low, dash, high = token.partition("-")
        if token == WHOLE_COUNTRY:
            prefixes[""] = None
        elif dash:
            prefixes.update(dict.fromkeys(range_to_prefixes(low, high)))
        else:
            prefixes[token] = None
    return list(prefixes)


def range_to_prefixes(low: str, high: str) -> Iterator[str]:
    """The fewest prefixes that cover the digit strings from `low` to `high`, both included, and
    nothing else.
    """
    length = len(low)
    current, last = int(low), int(high)
    while current <= last:
        power = 0
        # Widen as long as a block of the next size starts here, ends within the range and leaves a
        # digit.
        while (
            power < length
            and current % 10 ** (power + 1) == 0
            and current + 10 ** (power + 1) - 1 <= last
        ):
            power += 1
        yield str(current // 10**power).zfill(length - power) if power < length else ""
        current += 10**power


def find_overlaps(tokens: list[str]) -> list[tuple[str, str]]:
    """Pairs of tokens of one list that cover some postal code twice."""
    owners: dict[str, list[str]] = {}
    for token in tokens:
        for prefix in expand([token]):
            owners.setdefault(prefix, []).append(token)
    overlaps = {
        (wider, token): None
        for prefix, named in owners.items()
        for token in named
        for shorter in prefixes_of(prefix)
        for wider in owners.get(shorter, ())
        if wider != token and (len(shorter) < len(prefix) or wider < token)
    }
    return sorted(overlaps)


def _canonical(token: str, country: str) -> str:
    if token == WHOLE_COUNTRY:
        return token
    low, dash, high = token.partition("-")
    if not dash:
        return _checked_prefix(token, token, country)
    _checked_prefix(token, low, country)
    _checked_prefix(token, high, country)
    if not (low.isdigit() and high.isdigit()):
        raise BadPostalArea(token, "a range needs digits at both ends.")
    if len(low) != len(high):
        raise BadPostalArea(token, "both ends of a range need the same number of digits.")
    if low > high:
        raise BadPostalArea(token, "the range ends before it begins.")
    return token if low != high else low


def _checked_prefix(token: str, prefix: str, country: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise BadPostalArea(
            token,
            "use letters and digits, a range such as 95000-95999, or * for the whole country.",
        )
    longest = _CODE_LENGTH.get(country)
    if longest is not None and not prefix.isdigit():
        raise BadPostalArea(token, f"postal codes of {country} have digits only.")
    if longest is not None and len(prefix) > longest:
        raise BadPostalArea(token, f"postal codes of {country} have {longest} digits.")
    return prefix
