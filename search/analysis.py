"""How text is cut into words, and words into stems: what all engines' indexes hold.

Done by the analyzers of the Tantivy wheel, which here is a library for text and no store.
"""

import tantivy

from search.text import normalize

LAST_WORD_LENGTH = 40
WORDS_PATTERN = r"[\p{L}\p{N}\p{M}]+"


def _analyzer(*, stem: bool) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WORDS_PATTERN))
        .filter(tantivy.Filter.remove_long(LAST_WORD_LENGTH))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    return (builder.filter(tantivy.Filter.stemmer("english")) if stem else builder).build()


STEMMER = _analyzer(stem=True)
SPLITTER = _analyzer(stem=False)


def stems(text: str) -> list[str]:
    found: list[str] = STEMMER.analyze(normalize(text))
    return found


def words(text: str) -> list[str]:
    found: list[str] = SPLITTER.analyze(normalize(text))
    return found
