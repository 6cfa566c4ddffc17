"""Search records from item documents and stock; search documents from records."""

from collections.abc import Mapping

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from catalog.types import AttributeValue, ItemDocument
from search.documents import SearchAttribute, SearchCategory, SearchDocument, SearchVariant
from search.models import SearchRecord
from search.text import find_codes, normalize

# Words of facts no customer types; they would only blur the exact-word fallback.
LONGEST_FACT = 200

Warehouses = Mapping[str, tuple[str, ...]]


def describe(record: SearchRecord, item: ItemDocument, warehouses: Warehouses) -> None:
    """Fill a record from the product as it is now and where its variants are in stock."""
    variants = [
        SearchVariant(
            sku=variant.sku,
            options=variant.options,
            price_minor=variant.price.minor,
            currency=variant.price.currency,
            warehouses=tuple(sorted(warehouses.get(variant.sku, ()))),
        )
        for variant in item.variants
    ]
    record.product_revision = item.revision
    record.is_published = item.is_published
    record.slug = item.slug
    record.title = item.title
    record.sort_title = item.title.casefold()
    record.brand = item.brand
    record.description = "\n".join([*item.bullets, item.description])
    record.categories = [{"path": each.path, "name": each.name} for each in item.category_path]
    record.category_paths = [each.path for each in item.category_path]
    record.attributes = [vars(fact) for each in item.attributes if (fact := _fact(each))]
    record.variants = [variant.to_json() for variant in variants]
    record.skus = [variant.sku for variant in variants]
    record.price_min = min(variant.price_minor for variant in variants)
    record.published_at = item.published_at
    record.words = word_vector(record)


def restock(record: SearchRecord, warehouses: Warehouses) -> bool:
    """Set where the record's variants are in stock; tell whether that changed anything."""
    before = record.variants
    record.variants = [
        {**each, "warehouses": sorted(warehouses.get(each["sku"], ()))} for each in before
    ]
    return [_places(each) for each in before] != [_places(each) for each in record.variants]


def to_document(record: SearchRecord) -> SearchDocument:
    return SearchDocument(
        product_id=record.product_id,
        revision=record.revision,
        slug=record.slug,
        title=record.title,
        brand=record.brand,
        description=record.description,
        categories=tuple(SearchCategory(**each) for each in record.categories),
        attributes=tuple(SearchAttribute(**each) for each in record.attributes),
        variants=tuple(SearchVariant.from_json(each) for each in record.variants),
        published_at=record.published_at,
    )


def word_vector(record: SearchRecord) -> CombinedExpression:
    """Return the words the SQL fallback searches, with part numbers in their one spelling."""
    codes = find_codes([record.title, *record.skus])
    names = [each["name"] for each in record.categories]
    main = " ".join([record.title, record.brand, *names, *record.skus, *sorted(codes)])
    return SearchVector(Value(normalize(main)), config="english", weight="A") + SearchVector(
        Value(normalize(record.description)), config="english", weight="B"
    )


def _fact(attribute: AttributeValue) -> SearchAttribute | None:
    """Return the attribute as search sees it; a plain "no" is not worth finding."""
    if attribute.value is False or _is_bare_number(attribute):
        return None
    is_flag = attribute.value is True
    return SearchAttribute(
        code=attribute.code,
        name=attribute.name,
        value="Yes" if is_flag else attribute.display[:LONGEST_FACT],
        filterable=attribute.filterable,
        is_flag=is_flag,
    )


def _is_bare_number(attribute: AttributeValue) -> bool:
    """Is it a number without unit or use as a filter? Nobody searches for "56"."""
    is_number = isinstance(attribute.value, int | float) and attribute.value is not True
    return is_number and not attribute.unit and not attribute.filterable


def _places(variant: Mapping[str, object]) -> tuple[object, list[object]]:
    places = variant["warehouses"]
    return variant["sku"], list(places) if isinstance(places, list | tuple) else []
