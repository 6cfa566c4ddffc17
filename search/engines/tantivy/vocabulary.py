"""The words of the catalogue with how often they occur: what spelling is corrected to."""

from collections import defaultdict
from dataclasses import dataclass

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.reading.lexicon import TITLE_WEIGHT, is_correction

MOST_CANDIDATES = 200


@dataclass(frozen=True)
class Vocabulary:
    """Words without digits; `weights` counts documents, titles several times."""

    weights: dict[str, int]
    by_length: dict[int, list[str]]

    @classmethod
    def read(cls, searcher: tantivy.Searcher) -> "Vocabulary":
        weights = {
            word: count
            for word, count in searcher.terms_with_prefix("words", "")
            if is_correction(word)
        }
        for word, count in searcher.terms_with_prefix("title_words", ""):
            if word in weights:
                weights[word] += TITLE_WEIGHT * count
        by_length: dict[int, list[str]] = defaultdict(list)
        for word in weights:
            by_length[len(word)].append(word)
        return cls(weights, dict(by_length))

    def similar(self, word: str, distance: int) -> dict[str, int]:
        """Return the words within so many edits, each with its distance.

        An edit is a letter too many, too few, wrong, or two swapped neighbours.
        """
        found: dict[str, int] = {}
        for length in range(len(word) - distance, len(word) + distance + 1):
            candidates = process.extract(
                word,
                self.by_length.get(length, []),
                scorer=OSA.distance,
                score_cutoff=distance,
                limit=MOST_CANDIDATES,
            )
            found.update((candidate, int(edits)) for candidate, edits, _ in candidates)
        found.pop(word, None)
        return found
