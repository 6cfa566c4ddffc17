"""From changed products and stock to the index: the record first, then the engine.

Both happen under one transaction that holds the records' rows: two workers cannot hand the
engine the same revision with different content. If the engine is away the records are kept all the
same, as searches are answered from them meanwhile, and marked for when the outbox tries again.
"""

from collections.abc import Iterable, Mapping, Sequence

from catalog.selectors import get_current_items
from catalog.types import ItemDocument
from logistics.selectors import warehouses_in_stock
from search.engines import search_engine
from search.locks import refreshing
from search.models import SearchRecord
from search.projection import describe, restock, to_document
from shop.core.errors import StoreUnavailable

BATCH = 500
BARE_FIELDS = ("product_id", "revision", "product_revision", "is_published", "is_indexed")


def refresh_products(*, product_ids: Iterable[int]) -> int:
    """Bring these products' records and index to the present; return how many changed.

    :raises StoreUnavailable: if the engine does not answer; to be called again
    """
    wanted = sorted(set(product_ids))
    return sum(
        _refresh_batch(wanted[start : start + BATCH]) for start in range(0, len(wanted), BATCH)
    )


def refresh_stock(*, skus: Iterable[str]) -> int:
    """Bring the places these variants are in stock at to the present.

    :raises StoreUnavailable: if the engine does not answer; to be called again
    """
    with refreshing():
        found = SearchRecord.objects.filter(skus__overlap=list(skus), is_published=True)
        records = list(found.select_for_update().order_by("product_id"))
        stock = warehouses_in_stock(skus=[sku for record in records for sku in record.skus])
        changed = [record for record in records if restock(record, stock) or not record.is_indexed]
        for record in changed:
            record.revision += 1
            record.is_indexed = True
        SearchRecord.objects.bulk_update(
            changed, ["variants", "revision", "is_indexed"], batch_size=BATCH
        )
        failure = _try_to_hand_over(changed)
    if failure:
        raise failure
    return len(changed)


def _refresh_batch(product_ids: Sequence[int]) -> int:
    with refreshing():
        records = _lock_records(product_ids)
        # Read after the rows are locked: what a faster worker saw can only be older.
        items = get_current_items(product_ids=product_ids)
        stock = warehouses_in_stock(
            skus=[variant.sku for item in items.values() for variant in item.variants]
        )
        described = [
            _described(record, items[record.product_id], stock)
            for record in records.values()
            if record.product_id in items
        ]
        withdrawn = [
            _withdrawn(record)
            for record in records.values()
            if record.product_id not in items and _is_to_be_withdrawn(record)
        ]
        _save(described, withdrawn)
        failure = _try_to_hand_over([*described, *withdrawn])
    if failure:
        raise failure
    return len(described) + len(withdrawn)


def _is_to_be_withdrawn(record: SearchRecord) -> bool:
    return record.is_published or not record.revision or not record.is_indexed


def _try_to_hand_over(records: Sequence[SearchRecord]) -> StoreUnavailable | None:
    """Hand the records over, or mark them for the next time; return what kept the engine."""
    try:
        _hand_over(records)
    except StoreUnavailable as error:
        ids = [record.product_id for record in records]
        SearchRecord.objects.filter(product_id__in=ids).update(is_indexed=False)
        return error
    return None


def _hand_over(records: Sequence[SearchRecord]) -> None:
    """Give the engine what is published and take from it what is not."""
    published = [to_document(record) for record in records if record.is_published]
    if published:
        search_engine().index(published)
    withdrawn = {each.product_id: each.revision for each in records if not each.is_published}
    if withdrawn:
        search_engine().delete(withdrawn)


def _lock_records(product_ids: Sequence[int]) -> dict[int, SearchRecord]:
    """Lock the products' records, made empty where there are none yet."""
    SearchRecord.objects.bulk_create(
        [
            SearchRecord(product_id=product_id, revision=0, product_revision=0, is_published=False)
            for product_id in product_ids
        ],
        ignore_conflicts=True,
    )
    rows = SearchRecord.objects.filter(product_id__in=product_ids).only(*BARE_FIELDS)
    return {row.product_id: row for row in rows.select_for_update().order_by("product_id")}


def _described(
    record: SearchRecord, item: ItemDocument, stock: Mapping[str, tuple[str, ...]]
) -> SearchRecord:
    describe(record, item, stock)
    record.is_indexed = True
    record.revision += 1
    return record


def _withdrawn(record: SearchRecord) -> SearchRecord:
    record.is_published = False
    record.is_indexed = True
    record.revision += 1
    return record


def _save(described: Sequence[SearchRecord], withdrawn: Sequence[SearchRecord]) -> None:
    """Write whole rows over what is there, in one statement a batch."""
    fields = SearchRecord._meta.concrete_fields  # noqa: SLF001 - Django's public model API
    SearchRecord.objects.bulk_create(
        described,
        update_conflicts=True,
        unique_fields=["product_id"],
        update_fields=[field.name for field in fields if not field.primary_key],
        batch_size=BATCH,
    )
    SearchRecord.objects.bulk_update(
        withdrawn, ["is_published", "is_indexed", "revision"], batch_size=BATCH
    )
