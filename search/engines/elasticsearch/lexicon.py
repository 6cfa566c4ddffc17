"""Reading a query with what the cluster knows of its words, in as few questions as can be.

The text is read on the assumption that all is well with it, and what had to be assumed is asked
in one request; with the answers it is read again. A query without surprises is understood after
one round trip, one with a misspelled word after three or four.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch
from rapidfuzz.distance import OSA

from search.engines.elasticsearch.clauses import to_query
from search.engines.elasticsearch.filters import LIVE
from search.english import is_english
from search.reading import Lexicon, Reading, read
from search.reading.clauses import Clause, Word
from search.reading.lexicon import MANY, TITLE_WEIGHT, is_correction, plain_word

MOST_ROUNDS = 8
MOST_SIMILAR = 200


@dataclass(frozen=True)
class Similar:
    """Which words are like this one?"""

    word: str


@dataclass
class Answers:
    """What was asked in this search, so far."""

    counts: dict[Clause, int] = field(default_factory=dict)
    similar: dict[str, Mapping[str, int]] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)


class AskingLexicon(Lexicon):
    """Answers from what is known, assumes the rest and notes it as a question."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.questions: dict[Clause | Similar, None] = {}

    def count(self, clause: Clause, *, likely: int = MANY) -> int:
        known = self._answers.counts.get(clause)
        if known is None:
            self.questions[clause] = None
            return likely
        return known

    def weight(self, word: str) -> int:
        if not is_correction(word):
            return 0
        if word in self._answers.weights:
            return self._answers.weights[word]
        titled = self.count(Word("title_words", word))
        return self.count(Word("words", word)) + TITLE_WEIGHT * titled

    def similar(self, word: str, distance: int) -> Mapping[str, int]:
        candidates = self._answers.similar.get(word)
        if candidates is None:
            self.questions[Similar(word)] = None
            return {}
        edits = {each: OSA.distance(word, each) for each in candidates}
        return {each: count for each, count in edits.items() if 0 < count <= distance}

    def expect(self, clauses: Iterable[Clause]) -> None:
        for clause in clauses:
            self.count(clause)


def read_text(client: Elasticsearch, index: str, text: str) -> Reading:
    answers = Answers()
    # What is no English word is a name or a slip: ask at once what else it may be.
    strange = [word for chunk in text.split() if (word := plain_word(chunk))]
    lexicon = AskingLexicon(answers)
    for word in strange:
        if not is_english(word):
            lexicon.similar(word, 1)
    for _ in range(MOST_ROUNDS):
        reading = read(text, lexicon)
        if not lexicon.questions:
            break
        _ask(client, index, list(lexicon.questions), answers)
        lexicon = AskingLexicon(answers)
    return reading


def _ask(
    client: Elasticsearch, index: str, questions: list[Clause | Similar], answers: Answers
) -> None:
    clauses = [each for each in questions if not isinstance(each, Similar)]
    words = [each.word for each in questions if isinstance(each, Similar)]
    wanted = {str(number): to_query(clause) for number, clause in enumerate(clauses)}
    found = client.search(
        index=index,
        size=0,
        query=LIVE,
        track_total_hits=False,
        allow_partial_search_results=False,
        aggregations={"counts": {"filters": {"filters": wanted}}} if wanted else None,
        suggest=_suggesters(words) or None,
    )
    if wanted:
        buckets = found["aggregations"]["counts"]["buckets"]
        for number, clause in enumerate(clauses):
            answers.counts[clause] = buckets[str(number)]["doc_count"]
    for number, word in enumerate(words):
        weights = _weights(found["suggest"], number)
        answers.weights |= weights
        answers.similar[word] = weights


def _suggesters(words: list[str]) -> dict[str, Any]:
    """Ask for the terms like each word, in all fields and in titles."""
    return {
        f"{field_name}-{number}": {"text": word, "term": _like(field_name)}
        for number, word in enumerate(words)
        for field_name in ("words", "title_words")
    }


def _like(field_name: str) -> dict[str, Any]:
    """Leave the choice to us: whatever is within two edits, however often it occurs."""
    return {
        "field": field_name,
        "suggest_mode": "always",
        "string_distance": "damerau_levenshtein",
        "max_edits": 2,
        "prefix_length": 0,
        "min_word_length": 1,
        "max_term_freq": MANY,
        "accuracy": 0.2,
        "size": MOST_SIMILAR,
    }


def _weights(suggested: Mapping[str, Any], number: int) -> dict[str, int]:
    """Return the words that may be meant; frequencies count documents replaced lately too."""
    weights: dict[str, int] = {}
    for field_name, factor in (("words", 1), ("title_words", TITLE_WEIGHT)):
        for entry in suggested[f"{field_name}-{number}"]:
            for option in entry["options"]:
                word = option["text"]
                if is_correction(word):
                    weights[word] = weights.get(word, 0) + factor * option["freq"]
    return weights
