"""The fields of the Tantivy index, their analyzers, and a document's values in them."""

from collections.abc import Iterable
from functools import cache

import tantivy

from search.documents import SearchDocument
from search.engines.tantivy.offers import offer_tokens
from search.text import STOP_WORDS, find_codes, normalize

STEMMED, EXACT, RAW = "stemmed", "exact", "raw"
SEPARATOR = "\x1f"
LAST_WORD_LENGTH = 40
ROOT_LIVE = "live"
# Attributes that say which product it is, not how it is: as good as a line of its description.
IDENTIFYING = frozenset({"model", "mpn", "part_number", "oem_code", "ean", "gtin", "upc", "isbn"})
# Attributes that name the kind of thing, as its categories do.
NAMING = frozenset({"kind", "product_type"})

WORDS_PATTERN = r"[\p{L}\p{N}\p{M}]+"
# Shown to customers as completions: whole words of titles, without numbers.
SHINGLE_SIZES = (1, 2, 3)


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


@cache
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("title", "brand", "kind", "facts", "details", "main", "all"):
        builder.add_text_field(name, tokenizer_name=STEMMED)
    for name in ("title_words", "words"):
        builder.add_text_field(name, tokenizer_name=EXACT)
    for name in ("state", "codes", "offers", "offer_prices", "category", "brand_is"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic")
    for name in ("attribute_is", "filters", "phrases", "category_names"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic")
    for name in ("brand_facet", "category_facet", "attribute_facet", "option_facet", "by_name"):
        builder.add_text_field(name, tokenizer_name=RAW, index_option="basic", fast=True)
    for name in ("product", "revision", "price_low", "price_high", "by_price", "by_age"):
        builder.add_unsigned_field(name, indexed=name == "product", fast=True)
    builder.add_json_field("shown", stored=True)
    return builder.build()


def open_index(path: str) -> tantivy.Index:
    """Open the index in that directory, or make one there."""
    index = tantivy.Index(schema(), path)
    index.register_tokenizer(STEMMED, STEMMER)
    index.register_tokenizer(EXACT, SPLITTER)
    return index


def stems(text: str) -> list[str]:
    found: list[str] = STEMMER.analyze(normalize(text))
    return found


def words(text: str) -> list[str]:
    found: list[str] = SPLITTER.analyze(normalize(text))
    return found


def tombstone(product_id: int, revision: int) -> tantivy.Document:
    """Return what is left of a removed product: its revision, found by no search."""
    document = tantivy.Document()
    document.add_unsigned("product", product_id)
    document.add_unsigned("revision", revision)
    return document


def live_document(source: SearchDocument) -> tantivy.Document:
    document = tombstone(source.product_id, source.revision)
    document.add_text("state", ROOT_LIVE)
    _add_texts(document, source)
    _add_filters(document, source)
    _add_order(document, source)
    document.add_json(
        "shown",
        {"title": source.title, "slug": source.slug, "variants": source.variants_json()},
    )
    return document


def _add_texts(document: tantivy.Document, source: SearchDocument) -> None:
    title, details = normalize(source.title), normalize(_details(source))
    kind = " . ".join(normalize(name) for name in _kinds(source))
    options = " . ".join(sorted({v for each in source.variants for v in each.options.values()}))
    facts = normalize(" . ".join([*_facts(source), options]))
    main = f"{title} . {source.brand} . {kind} . {options} . {details}"
    texts = {
        "title": title, "brand": source.brand, "kind": kind, "facts": facts, "details": details,
        "main": main, "all": f"{main} . {facts}", "title_words": title,
        "words": main,
    }  # fmt: skip
    for name, text in texts.items():
        document.add_text(name, text)
    for code in find_codes(_coded_texts(source)):
        document.add_text("codes", code)
    for phrase in _shingles(title):
        document.add_text("phrases", phrase)


def _kinds(source: SearchDocument) -> Iterable[str]:
    yield from (category.name for category in source.categories)
    yield from (each.value for each in source.attributes if each.code in NAMING)


def _details(source: SearchDocument) -> str:
    names = [each.value for each in source.attributes if each.code in IDENTIFYING]
    return " . ".join([*names, source.description])


def _facts(source: SearchDocument) -> Iterable[str]:
    for attribute in source.attributes:
        if attribute.code in IDENTIFYING:
            continue
        yield attribute.name if attribute.is_flag else f"{attribute.name} {attribute.value}"


def _coded_texts(source: SearchDocument) -> Iterable[str]:
    yield from (source.title, source.description)
    yield from (variant.sku for variant in source.variants)
    for attribute in source.attributes:
        if attribute.code in IDENTIFYING or (not attribute.is_flag and " " not in attribute.value):
            yield attribute.value


def _shingles(title: str) -> set[str]:
    runs: list[list[str]] = [[]]
    for chunk in title.split():
        parts = words(chunk)
        if len(parts) != 1 or any(char.isdigit() for char in parts[0]) or len(parts[0]) == 1:
            runs.append([])
            continue
        runs[-1].append(parts[0])
        if not chunk[-1].isalnum():
            runs.append([])
    return {
        " ".join(run[start : start + size])
        for run in runs
        for size in SHINGLE_SIZES
        for start in range(len(run) - size + 1)
        if run[start] not in STOP_WORDS and run[start + size - 1] not in STOP_WORDS
    }


def _add_filters(document: tantivy.Document, source: SearchDocument) -> None:
    if source.brand:
        document.add_text("brand_is", source.brand)
        document.add_text("brand_facet", source.brand)
    for category in source.categories:
        document.add_text("category", category.path)
        document.add_text("category_facet", SEPARATOR.join([category.path, category.name]))
        key = SEPARATOR.join([category.name.casefold(), category.path, category.name])
        document.add_text("category_names", key)
    for fact in source.attributes:
        if fact.filterable:
            document.add_text("attribute_is", SEPARATOR.join([fact.code, fact.value]))
            facet = SEPARATOR.join([fact.code, fact.name, fact.value])
            document.add_text("attribute_facet", facet)
    for option in {pair for each in source.variants for pair in each.options.items()}:
        document.add_text("option_facet", SEPARATOR.join(option))
    for code in filter_codes(source):
        document.add_text("filters", code)
    tokens, priced = offer_tokens(source.variants)
    for token in tokens:
        document.add_text("offers", token)
    for token in priced:
        document.add_text("offer_prices", token)


def filter_codes(source: SearchDocument) -> set[str]:
    """Return the codes of the facets this product has a value for."""
    attributes = {f"attr.{each.code}" for each in source.attributes if each.filterable}
    return attributes | {f"opt.{name}" for each in source.variants for name in each.options}


def _add_order(document: tantivy.Document, source: SearchDocument) -> None:
    """Sort keys end with the product id: no two are equal, so pages are stable."""
    low, high = min(source.prices), max(source.prices)
    document.add_unsigned("price_low", low)
    document.add_unsigned("price_high", high)
    document.add_unsigned("by_price", unique_key(low, source.product_id))
    age = int(source.published_at.timestamp()) if source.published_at else 0
    document.add_unsigned("by_age", unique_key(max(age, 0), source.product_id))
    document.add_text("by_name", f"{source.sort_title}\x00{source.product_id:020d}")


def unique_key(value: int, product_id: int) -> int:
    return (min(value, 2**36 - 1) << 28) | (product_id % 2**28)
