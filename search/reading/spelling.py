"""Spelling: what was probably meant by words that the catalogue does not have.

A candidate is worth the logarithm of how often it occurs less a price for each edit; among
several misspelled words those corrections win that occur together. A word that occurs
a few times is never corrected, so that exact hits are not lost, nor is an English word, nor one
that is closer to an English word which the shop does not sell: for those there is at best a guess.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, product

from search.analysis import stems, words
from search.english import is_english, near_english
from search.reading.clauses import Phrase, Word
from search.reading.lexicon import Lexicon, plain_word
from search.reading.wording import count_together
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
SHORTEST_PART, SHORTEST_PART_OF_ENGLISH = 3, 4
# A word that does exist is only doubted if no product has all the words, and a neighbour
# makes at least so many products match and is so much more frequent.
DOUBT_MATCHES = 3
DOUBT_RATIO = 3

Option = tuple[str, float]


@dataclass(frozen=True)
class Spelling:
    """What to search for; `guesses` are other words that some of it may stand for."""

    text: str
    is_corrected: bool = False
    guesses: Mapping[str, str] = field(default_factory=dict)

    @property
    def suggestion(self) -> str | None:
        """Return what to ask the customer about, or tell them."""
        guessed = [self.guesses.get(" ".join(words(chunk)), chunk) for chunk in self.text.split()]
        return " ".join(guessed) if self.is_corrected or self.guesses else None


def correct(text: str, lexicon: Lexicon) -> Spelling:
    """Return the text as it was meant, as far as that is certain, and what else may be meant."""
    chunks = text.split()
    corrected = _join(chunks, lexicon) or _correct_words(chunks, lexicon)
    if corrected != chunks:
        result = " ".join(corrected)
        return Spelling(result, is_corrected=stems(result) != stems(text))
    doubted = _doubt(chunks, lexicon)
    if doubted is None:
        return Spelling(text)
    position, candidate = doubted
    word = words(chunks[position])[0]
    if is_english(word):
        return Spelling(text, guesses={word: candidate})
    changed = [*chunks[:position], candidate, *chunks[position + 1 :]]
    return Spelling(" ".join(changed), is_corrected=True)


def _correct_words(chunks: Sequence[str], lexicon: Lexicon) -> list[str]:
    options = [_options(chunk, lexicon) for chunk in chunks]
    if all(len(each) == 1 for each in options):
        return [each[0][0] for each in options]
    best = max(
        islice(product(*options), MOST_COMBINATIONS), key=lambda each: _worth(each, lexicon)
    )
    return [text for text, _ in best]


def _worth(combination: Sequence[Option], lexicon: Lexicon) -> float:
    worth = sum(value for _, value in combination)
    if len(combination) > 1:
        together = count_together([text for text, _ in combination], lexicon)
        worth += TOGETHER_WEIGHT * math.log(0.05 + together)
    return worth


def _options(chunk: str, lexicon: Lexicon) -> list[Option]:
    """Return what the chunk may stand for, best first; itself alone if it is fine."""
    word = plain_word(chunk)
    if word is None or _is_known(word, lexicon):
        return [(chunk, 0.0)]
    options = [*_splits(word, lexicon), *_neighbours(word, lexicon)]
    options = sorted(options, key=lambda option: (-option[1], option[0]))[:MOST_OPTIONS]
    if known := lexicon.count(Word("words", word)):
        options.append((chunk, math.log(lexicon.weight(word) or known)))
    return options or [(chunk, 0.0)]


def _is_known(word: str, lexicon: Lexicon) -> bool:
    """Is the word one that is meant? An English one that is found at all always is."""
    known = lexicon.count(Word("words", word))
    return known >= KNOWN_FROM or (word,) in synonyms() or (bool(known) and is_english(word))


def _neighbours(word: str, lexicon: Lexicon) -> Iterator[Option]:
    if is_english(word):
        return
    for candidate, edits in lexicon.similar(word, _reach(word, lexicon)).items():
        price = EDIT_PRICE * _edits(word, candidate, edits)
        yield candidate, math.log(lexicon.weight(candidate)) - price


def _reach(word: str, lexicon: Lexicon) -> int:
    """Return how many edits are believed: but one if they make a word that nobody sells."""
    if len(word) < TWO_EDITS_FROM:
        return 1
    near = near_english(word)
    lexicon.expect(Word("all", each) for each in near)
    is_sold = any(lexicon.count(Word("all", each)) for each in near)
    return 2 if is_sold or not near else 1


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


def _splits(word: str, lexicon: Lexicon) -> Iterator[Option]:
    """Yield two known words that were written as one and stand together in the catalogue.

    A raincoat is a rain coat, but a carpet has nothing to do with a car and a pet.
    """
    shortest = SHORTEST_PART_OF_ENGLISH if is_english(word) else SHORTEST_PART
    for cut in range(shortest, len(word) - shortest + 1):
        first, second = word[:cut], word[cut:]
        if lexicon.weight(first) >= KNOWN_FROM and lexicon.weight(second) >= KNOWN_FROM:
            phrase = Phrase("main", (first, second))
            if matching := lexicon.count(phrase, likely=0):
                yield f"{first} {second}", math.log(matching) - EDIT_PRICE * SPLIT_PRICE


def _join(chunks: Sequence[str], lexicon: Lexicon) -> list[str] | None:
    """Return the chunks with two written as one, if only that is in the catalogue."""
    for position, (first, second) in enumerate(pairwise(chunks)):
        if plain_word(first) is None or plain_word(second) is None:
            continue
        joined = "".join(words(first + second))
        if lexicon.count(Word("words", joined)) >= KNOWN_FROM and not count_together(
            [first, second], lexicon
        ):
            return [*chunks[:position], joined, *chunks[position + 2 :]]
    return None


def _doubt(chunks: Sequence[str], lexicon: Lexicon) -> tuple[int, str] | None:
    """Return which word may stand for which other, if that alone makes products match."""
    if len(chunks) == 1 or count_together(chunks, lexicon):
        return _doubt_alone(chunks, lexicon)
    best, most = None, 0
    for position, chunk in enumerate(chunks):
        word = plain_word(chunk)
        for candidate in _twins(word, lexicon) if word else ():
            if lexicon.weight(candidate) < DOUBT_RATIO * lexicon.weight(word or ""):
                continue
            changed = [*chunks[:position], candidate, *chunks[position + 1 :]]
            matching = count_together(changed, lexicon)
            is_strange = not lexicon.weight(word or "") and _is_in_titles(candidate, lexicon)
            if matching > most and (is_strange or matching >= DOUBT_MATCHES):
                best, most = (position, candidate), matching
    return best


def _doubt_alone(chunks: Sequence[str], lexicon: Lexicon) -> tuple[int, str] | None:
    """Return what the only word may stand for if nothing has it, and titles often the other."""
    word = plain_word(chunks[0]) if len(chunks) == 1 else None
    if word is None or lexicon.count(Word("all", word)):
        return None
    titled = [twin for twin in _twins(word, lexicon) if _is_in_titles(twin, lexicon)]
    best = max(titled, key=lambda twin: (lexicon.weight(twin), twin), default=None)
    return None if best is None else (0, best)


def _is_in_titles(word: str, lexicon: Lexicon) -> bool:
    return lexicon.count(Word("title_words", word)) >= KNOWN_FROM


def _twins(word: str, lexicon: Lexicon) -> list[str]:
    """Return the words one edit away that begin alike and are not other forms of the word."""
    return [
        candidate
        for candidate in sorted(lexicon.similar(word, 1))
        if candidate[0] == word[0] and stems(candidate) != stems(word)
    ]
