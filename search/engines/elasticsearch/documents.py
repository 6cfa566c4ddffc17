"""What the index holds of a product: its mapping, its analyzers and its values, in one place."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django_elasticsearch_dsl import Document, fields
from django_elasticsearch_dsl.registries import registry
from elasticsearch.dsl import MetaField, analyzer, token_filter, tokenizer

from search.analysis import LAST_WORD_LENGTH, words
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
from search.models import SearchRecord
from search.projection import to_document

# Made from the rest and never shown: searched, but not kept to be read again.
NOT_KEPT = ["all", "main", "words", "title_words", "facts", "details", "phrases", "codes"]
# The search page goes no deeper than this, see search.selectors.
DEEPEST_HIT = 1_000_000
DEFINITION_MARK = "definition"
LONGEST_KEYWORD = 8_000

# Stands in an empty field: how rare a word is, Lucene reckons among the documents that have the
# field at all, and where few have one its commonest word would count as rare or the reverse.
BLANK = "\ua66e"
SCORED = ("title", "brand", "kind", "facts", "details")

# As `search.analysis` cuts and folds text: queries come as words of that kind.
_words_only = tokenizer("words_only", "pattern", pattern=r"[^\p{L}\p{N}\p{M}]+")
_short = token_filter("short_words", "length", max=LAST_WORD_LENGTH - 1)
_stemmer = token_filter("english_stems", "stemmer", language="porter2")
_plain = [_short, "lowercase", "asciifolding"]
exact = analyzer("exact", tokenizer=_words_only, filter=_plain)
stemmed = analyzer("stemmed", tokenizer=_words_only, filter=[*_plain, _stemmer])


def _keyword(**options: Any) -> fields.KeywordField:
    """Return a field of values as they are; one too long for Lucene is left out, not refused."""
    return fields.KeywordField(ignore_above=LONGEST_KEYWORD, **options)


@dataclass(frozen=True)
class Removal:
    """A product taken out of search, and the revision at which it was."""

    product_id: int
    revision: int


Entry = SearchRecord | SearchDocument | Removal


@registry.register_document
class SearchRecordDocument(Document):
    """A product; one taken out stays as a tombstone of three fields, which no search finds."""

    product_id = fields.LongField()
    revision = fields.LongField()
    is_live = fields.BooleanField()
    # searched
    title = fields.TextField(analyzer=stemmed)
    brand = fields.TextField(analyzer=stemmed)
    kind = fields.TextField(analyzer=stemmed)
    facts = fields.TextField(analyzer=stemmed)
    details = fields.TextField(analyzer=stemmed)
    main = fields.TextField(analyzer=stemmed, norms=False)
    all = fields.TextField(analyzer=stemmed, norms=False, index_options="docs")
    title_words = fields.TextField(analyzer=exact)
    words = fields.TextField(analyzer=exact, norms=False, index_options="docs")
    codes = _keyword(doc_values=False)
    # completed
    phrases = _keyword()
    category_names = _keyword()
    # filtered by and counted
    category = _keyword(doc_values=False)
    category_facet = _keyword()
    brand_is = _keyword()
    attribute_is = _keyword(doc_values=False)
    attribute_facet = _keyword()
    filters = _keyword(doc_values=False)
    variants = fields.NestedField(
        properties={
            "price": fields.LongField(),
            "warehouses": _keyword(),
            "options": _keyword(),
        }
    )
    # sorted by
    by_name = _keyword(index=False)
    published_at = fields.LongField()
    # shown
    shown = fields.ObjectField(enabled=False)

    class Django:
        model = SearchRecord
        ignore_signals = True
        auto_refresh = False

    class Index:
        name = "search"
        settings = {
            # One shard holds millions of products, and scores and counts are exact.
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "max_result_window": DEEPEST_HIT,
        }

    class Meta:
        dynamic = MetaField(False)  # noqa: FBT003 - the mapping's own word
        source = MetaField(excludes=NOT_KEPT)

    def get_queryset(self) -> QuerySet[SearchRecord]:
        return SearchRecord.objects.filter(is_published=True)

    @classmethod
    def generate_id(cls, object_instance: Entry) -> int:
        return object_instance.product_id

    def prepare(self, instance: Entry) -> dict[str, Any]:
        if isinstance(instance, Removal):
            return _tombstone(instance)
        source = to_document(instance) if isinstance(instance, SearchRecord) else instance
        values: dict[str, Any] = super().prepare(_values(source))
        return values

    def _prepare_action(self, object_instance: Entry, action: str) -> dict[str, Any]:
        """Order writes by revision: an older one is refused, also by a tombstone.

        The package's own action has no version. A removal is a write too: Elasticsearch would
        forget the revision of a deleted document after a minute.
        """
        if action == "delete":
            object_instance = Removal(object_instance.product_id, object_instance.revision)
        return {
            **super()._prepare_action(object_instance, "index"),
            "version": object_instance.revision,
            "version_type": "external_gte",
        }


def index_definition() -> dict[str, Any]:
    """Return settings, analyzers and mapping of an index to be made, and their mark in it."""
    definition: dict[str, Any] = SearchRecordDocument._index.to_dict()  # noqa: SLF001 - as documented
    mark = hashlib.blake2b(json.dumps(definition, sort_keys=True).encode(), digest_size=8)
    definition["mappings"]["_meta"] = {DEFINITION_MARK: mark.hexdigest()}
    return definition


def _tombstone(entry: Removal | SearchDocument) -> dict[str, Any]:
    return {
        "product_id": entry.product_id,
        "revision": entry.revision,
        "is_live": not isinstance(entry, Removal),
    }


def _values(source: SearchDocument) -> Mapping[str, Any]:
    texts = texts_of(source)
    return {
        **_tombstone(source),
        **texts,
        **{name: BLANK for name in SCORED if not words(texts[name])},
        "codes": sorted(codes_of(source)),
        "phrases": sorted(phrases_of(source)),
        "category_names": list(category_names_of(source)),
        "category": source.category_paths,
        "category_facet": list(category_facets_of(source)),
        "brand_is": source.brand or None,
        "attribute_is": list(attribute_values_of(source)),
        "attribute_facet": list(attribute_facets_of(source)),
        "filters": sorted(filter_codes_of(source)),
        "variants": [
            {
                "price": each.price_minor,
                "warehouses": list(each.warehouses),
                "options": [SEPARATOR.join(option) for option in each.options.items()],
            }
            for each in source.variants
        ],
        "by_name": source.sort_title,
        "published_at": int(source.published_at.timestamp()) if source.published_at else 0,
        "shown": {
            "title": source.title,
            "slug": source.slug,
            "variants": source.variants_json(),
        },
    }
