"""What is asked of an index, in no engine's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Word:
    """A word in a field, in any of its forms if the field is a stemmed one."""

    field: str
    word: str


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other in a field, at most `slop` places off."""

    field: str
    words: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True)
class Code:
    """A part number in its one spelling."""

    code: str


@dataclass(frozen=True)
class CodePrefix:
    """The part numbers that begin like this."""

    prefix: str


@dataclass(frozen=True)
class Best:
    """Any of these, scored by the best of them and `tie` times the others."""

    parts: tuple["Clause", ...]
    tie: float


@dataclass(frozen=True)
class AtLeast:
    """So many of these, scored by their sum; of no parts nothing matches."""

    parts: tuple["Clause", ...]
    required: int


@dataclass(frozen=True)
class Boosted:
    """The same with its score multiplied."""

    part: "Clause"
    factor: float


@dataclass(frozen=True)
class Flat:
    """The same with one score for all that matches."""

    part: "Clause"
    score: float


@dataclass(frozen=True)
class Scored:
    """All of `must`, with what they match of `should` added to the score."""

    must: tuple["Clause", ...]
    should: tuple["Clause", ...]


Clause = Union[Word, Phrase, Code, CodePrefix, Best, AtLeast, Boosted, Flat, Scored]  # noqa: UP007 - recursive

NOTHING = AtLeast((), 1)


def every(parts: Iterable[Clause]) -> AtLeast:
    known = tuple(parts)
    return AtLeast(known, len(known))


def some(parts: Iterable[Clause]) -> AtLeast:
    return AtLeast(tuple(parts), 1)
