"""What a customer's words are taken for, whichever engine answers.

The text becomes a `Clause`, which each engine puts into its own query language; what must be
known of the catalogue for that is asked of a `Lexicon`.
"""

from search.reading.lexicon import Lexicon
from search.reading.reading import Reading, read

__all__ = ["Lexicon", "Reading", "read"]
