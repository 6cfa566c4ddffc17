"""The fields of the Tantivy index, their analyzers, and a document's values in them."""

from functools import cache

import tantivy

from search.analysis import SPLITTER, STEMMER
from search.contents import (
    SEPARATOR,
    attribute_facets_of,
    attribute_values_of,
    category_facets_of,
    category_names_of,
    codes_of,
    filter_codes_of,
    phrases_of,
    texts_of,
)
from search.documents import SearchDocument
from search.engines.tantivy.offers import offer_tokens

STEMMED, EXACT, RAW = "stemmed", "exact", "raw"
ROOT_LIVE = "live"
EXACT_FIELDS = ("title_words", "words")


@cache
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("title", "brand", "kind", "facts", "details", "main", "all"):
        builder.add_text_field(name, tokenizer_name=STEMMED)
    for name in EXACT_FIELDS:
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
    for name, text in texts_of(source).items():
        document.add_text(name, text)
    for code in codes_of(source):
        document.add_text("codes", code)
    for phrase in phrases_of(source):
        document.add_text("phrases", phrase)


def _add_filters(document: tantivy.Document, source: SearchDocument) -> None:
    if source.brand:
        document.add_text("brand_is", source.brand)
        document.add_text("brand_facet", source.brand)
    options = {pair for each in source.variants for pair in each.options.items()}
    tokens, priced = offer_tokens(source.variants)
    fields = {
        "category": source.category_paths,
        "category_facet": category_facets_of(source),
        "category_names": category_names_of(source),
        "attribute_is": attribute_values_of(source),
        "attribute_facet": attribute_facets_of(source),
        "option_facet": (SEPARATOR.join(option) for option in options),
        "filters": filter_codes_of(source),
        "offers": tokens,
        "offer_prices": priced,
    }
    for name, values in fields.items():
        for value in values:
            document.add_text(name, value)


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
