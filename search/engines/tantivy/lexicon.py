"""What reading a query asks of the catalogue, answered from a snapshot at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.engines.tantivy.clauses import term_of, to_query
from search.engines.tantivy.snapshot import Snapshot
from search.reading.clauses import Clause, Code, Word
from search.reading.lexicon import MANY, Lexicon


@dataclass(frozen=True)
class SnapshotLexicon(Lexicon):
    """Nothing here costs a round trip, so each question is answered when it is asked."""

    snapshot: Snapshot

    def count(self, clause: Clause, *, likely: int = MANY) -> int:
        searcher = self.snapshot.searcher
        match clause:
            case Word(field):
                term = term_of(clause)
                return searcher.doc_freq(field, term) if term else 0
            case Code(code):
                return searcher.doc_freq("codes", code)
            case _:
                return self.snapshot.count(to_query(clause, searcher))

    def weight(self, word: str) -> int:
        return self.snapshot.vocabulary.weights.get(word, 0)

    def similar(self, word: str, distance: int) -> Mapping[str, int]:
        return self.snapshot.vocabulary.similar(word, distance)

    def expect(self, clauses: Iterable[Clause]) -> None:
        """Need no preparation."""
