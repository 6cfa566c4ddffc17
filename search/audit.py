"""Do records and index say what catalogue and stock say? The checks of `manage.py audit`."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.selectors import get_offers, scan_products
from logistics.selectors import warehouses_in_stock
from search.models import SearchRecord
from search.rebuilding import DRAFT, find_differences
from shop.core.errors import StoreUnavailable
from shop.core.models import OutboxMessage
from shop.core.registry import Difference

BATCH = 500


@dataclass(frozen=True)
class Pending:
    """What events on their way to the search consumer are about."""

    product_ids: frozenset[int]
    skus: frozenset[str]

    @classmethod
    def read(cls) -> "Pending":
        rows = OutboxMessage.objects.filter(
            subscriber__startswith="search.", parked_at__isnull=True
        )
        payloads = list(rows.values_list("payload", flat=True))
        skus = frozenset(each["sku"] for each in payloads if "sku" in each)
        # An event about a SKU changes the document of its whole product.
        ids = {offer.product_id for offer in get_offers(skus=skus).values()} if skus else set()
        named = {each["product_id"] for each in payloads if "product_id" in each}
        return cls(frozenset(ids | named), skus)


def audit_search() -> Iterator[Difference]:
    """Yield what differs; what an event on its way will settle is in flight."""
    # Read first: an event handled meanwhile must not look like one that never was.
    pending = Pending.read()
    yield from _audit_records(pending)
    yield from _audit_stock(pending)
    yield from _audit_index(pending)


def _audit_records(pending: Pending) -> Iterator[Difference]:
    rows = SearchRecord.objects.values_list("product_id", "product_revision", "is_published")
    held = {product_id: (revision, published) for product_id, revision, published in rows}
    for product in scan_products():
        revision, is_published = held.pop(product.product_id, (0, False))
        wanted = product.status == "published"
        is_stale = (wanted and revision != product.revision) or is_published != wanted
        if product.status != DRAFT and is_stale:
            yield _difference(
                "search-record-stale",
                product.product_id,
                f"The product is at revision {product.revision}, its record at {revision}.",
                pending,
            )
    for product_id, (revision, is_published) in held.items():
        if is_published:
            detail = f"There is no such product; its record is at {revision}."
            yield _difference("search-record-orphan", product_id, detail, pending)


def _audit_stock(pending: Pending) -> Iterator[Difference]:
    records = SearchRecord.objects.filter(is_published=True).order_by("product_id")
    rows = records.values_list("product_id", "variants")
    batch: list[tuple[int, list[dict[str, object]]]] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield from _stock_differences(batch, pending)
            batch = []
    yield from _stock_differences(batch, pending)


def _stock_differences(
    batch: list[tuple[int, list[dict[str, object]]]], pending: Pending
) -> Iterator[Difference]:
    held = {
        str(variant["sku"]): (product_id, tuple(_names(variant["warehouses"])))
        for product_id, variants in batch
        for variant in variants
    }
    actual = warehouses_in_stock(skus=list(held))
    for sku, (product_id, places) in held.items():
        if places != tuple(sorted(actual.get(sku, ()))):
            yield Difference(
                kind="search-stock-stale",
                subject=sku,
                detail=f"In stock at {actual.get(sku, ())}, findable from {places}.",
                is_in_flight=sku in pending.skus or product_id in pending.product_ids,
            )


def _audit_index(pending: Pending) -> Iterator[Difference]:
    try:
        for each in find_differences():
            detail = f"Record {each.record_revision}, index {each.index_revision}."
            yield _difference("search-index-stale", each.product_id, detail, pending)
    except StoreUnavailable as error:
        yield Difference(kind="search-index-unavailable", subject="search", detail=str(error))


def _difference(kind: str, product_id: int, detail: str, pending: Pending) -> Difference:
    return Difference(
        kind=kind,
        subject=str(product_id),
        detail=detail,
        is_in_flight=product_id in pending.product_ids,
    )


def _names(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
