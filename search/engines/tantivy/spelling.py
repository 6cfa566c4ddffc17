"""Spelling: what was probably meant by words that the catalogue does not have.

A candidate is worth the logarithm of how often it occurs less a price for each edit; among
several misspelled words those corrections win that occur together. A word that occurs
a few times is never corrected, so that exact hits are not lost.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, product

from tantivy import Occur, Query

from search.engines.tantivy.schema import schema, stems, words
from search.engines.tantivy.snapshot import Snapshot
from search.engines.tantivy.vocabulary import SHORTEST_WORD
from search.synonyms import synonyms

KNOWN_FROM = 3  # documents with the word, from which on it is taken as meant
EDIT_PRICE = 6.0
FIRST_LETTER_PRICE = 1.2  # in edits: people rarely get the first letter wrong
SWAP_DISCOUNT = 0.2
SAME_STEM_DISCOUNT = 0.5
SPLIT_PRICE = 0.5
TOGETHER_WEIGHT = 0.5
TWO_EDITS_FROM = 6  # letters
MOST_OPTIONS = 6
MOST_COMBINATIONS = 64
SHORTEST_PART = 3
# A word that does exist is only doubted if no product has all the words, and a neighbour
# makes at least so many products match and is so much more frequent.
DOUBT_MATCHES = 3
DOUBT_RATIO = 3

Option = tuple[str, float]


def correct(text: str, snapshot: Snapshot) -> str | None:
    """Return the text as it was probably meant, or None if it is fine or nothing comes close."""
    chunks = text.split()
    corrected = _join(chunks, snapshot) or _correct_words(chunks, snapshot)
    if corrected == chunks:
        corrected = _doubt(chunks, snapshot)
    result = " ".join(corrected)
    return None if stems(result) == stems(text) else result


def _correct_words(chunks: Sequence[str], snapshot: Snapshot) -> list[str]:
    options = [_options(chunk, snapshot) for chunk in chunks]
    if all(len(each) == 1 for each in options):
        return [each[0][0] for each in options]
    best = max(
        islice(product(*options), MOST_COMBINATIONS), key=lambda each: _worth(each, snapshot)
    )
    return [text for text, _ in best]


def _worth(combination: Sequence[Option], snapshot: Snapshot) -> float:
    worth = sum(value for _, value in combination)
    if len(combination) > 1:
        together = _count_together([text for text, _ in combination], snapshot)
        worth += TOGETHER_WEIGHT * math.log(0.05 + together)
    return worth


def _options(chunk: str, snapshot: Snapshot) -> list[Option]:
    """Return what the chunk may stand for, best first; itself alone if it is fine."""
    word = _plain_word(chunk)
    if word is None:
        return [(chunk, 0.0)]
    known = snapshot.searcher.doc_freq("words", word)
    if known >= KNOWN_FROM or (word,) in synonyms():
        return [(chunk, 0.0)]
    weights = snapshot.vocabulary.weights
    distance = 2 if len(word) >= TWO_EDITS_FROM else 1
    options = [
        (candidate, math.log(weights[candidate]) - EDIT_PRICE * _edits(word, candidate, edits))
        for candidate, edits in snapshot.vocabulary.similar(word, distance).items()
    ]
    options += _splits(word, snapshot)
    options = sorted(options, key=lambda option: (-option[1], option[0]))[:MOST_OPTIONS]
    if known:
        options.append((chunk, math.log(weights.get(word, known))))
    return options or [(chunk, 0.0)]


def _plain_word(chunk: str) -> str | None:
    """Return the chunk's word if it is one that can be misspelled, not a number or code."""
    found = words(chunk)
    if len(found) != 1 or len(found[0]) < SHORTEST_WORD:
        return None
    return None if any(char.isdigit() for char in found[0]) else found[0]


def _edits(typed: str, candidate: str, edits: int) -> float:
    if f"{typed}s" == candidate or f"{candidate}s" == typed:
        return 0.0
    price = float(edits)
    if typed[0] != candidate[0]:
        price += FIRST_LETTER_PRICE
    if sorted(typed) == sorted(candidate):
        price -= SWAP_DISCOUNT
    if stems(typed) == stems(candidate):
        price -= SAME_STEM_DISCOUNT
    return price


def _splits(word: str, snapshot: Snapshot) -> Iterator[Option]:
    """Yield two known words that were written as one and stand together in the catalogue."""
    weights = snapshot.vocabulary.weights
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first, second = word[:cut], word[cut:]
        if weights.get(first, 0) >= KNOWN_FROM and weights.get(second, 0) >= KNOWN_FROM:
            phrase = Query.phrase_query(schema(), "main", [*stems(first), *stems(second)])
            if matching := snapshot.count(phrase):
                yield f"{first} {second}", math.log(matching) - EDIT_PRICE * SPLIT_PRICE


def _join(chunks: Sequence[str], snapshot: Snapshot) -> list[str] | None:
    """Return the chunks with two written as one, if only that is in the catalogue."""
    for position, (first, second) in enumerate(pairwise(chunks)):
        if _plain_word(first) is None or _plain_word(second) is None:
            continue
        joined = "".join(words(first + second))
        if snapshot.searcher.doc_freq("words", joined) >= KNOWN_FROM and not _count_together(
            [first, second], snapshot
        ):
            return [*chunks[:position], joined, *chunks[position + 2 :]]
    return None


def _doubt(chunks: Sequence[str], snapshot: Snapshot) -> list[str]:
    """Return the chunks with one existing word replaced, if that alone makes them match."""
    if len(chunks) == 1 or _count_together(chunks, snapshot):
        return list(chunks)
    weights = snapshot.vocabulary.weights
    best, most = list(chunks), DOUBT_MATCHES - 1
    for position, chunk in enumerate(chunks):
        word = _plain_word(chunk)
        if word is None:
            continue
        for candidate in sorted(snapshot.vocabulary.similar(word, 1)):
            if candidate[0] != word[0] or stems(candidate) == stems(word):
                continue
            if weights[candidate] < DOUBT_RATIO * weights.get(word, 0):
                continue
            changed = [*chunks[:position], candidate, *chunks[position + 1 :]]
            matching = _count_together(changed, snapshot)
            if matching > most:
                best, most = changed, matching
    return best


def _count_together(texts: Sequence[str], snapshot: Snapshot) -> int:
    terms = stems(" ".join(texts))
    return snapshot.count(
        Query.boolean_query(
            [(Occur.Must, Query.term_query(schema(), "main", term)) for term in terms]
        )
    )
