"""Item documents from the backoffice record: written on change, rebuilt, compared."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.documents import build_documents
from catalog.models import Product
from catalog.stores import item_store
from catalog.stores.base import ItemNotStorable

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    written: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class ItemDifference:
    """A product whose item document is not what the backoffice says; revision 0 is "none"."""

    product_id: int
    product_revision: int
    item_revision: int
    detail: str = ""


def project_items(revisions: Mapping[int, int], *, repair: bool = False) -> int:
    """Bring the documents of these products to their present state; return how many changed.

    `revisions` says at which revision each is known to have changed: it dates the tombstone of
    a product that is gone. Reading again makes late and repeated calls harmless.
    """
    product_ids = list(revisions)
    current = dict(Product.objects.filter(id__in=product_ids).values_list("id", "revision"))
    documents = build_documents(product_ids)
    store = item_store()
    changed = 0
    for product_id, revision in revisions.items():
        if product_id not in documents:
            # What is held may be newer than the product: its transaction was lost.
            changed += store.delete(product_id, max(revision, current.get(product_id, 0)))
    # Last: it raises for what cannot be stored, once all else is.
    return changed + store.upsert(list(documents.values()), repair=repair)


def rebuild_items(*, progress: Callable[[int], None] = lambda _count: None) -> Rebuilt:
    """Write every item document again and remove those without a product.

    :raises ItemNotStorable: for the first that cannot be stored, once all others are
    """
    written = done = 0
    expected: set[int] = set()
    refused: list[ItemNotStorable] = []
    for chunk in _product_chunks():
        documents = build_documents(chunk)
        try:
            written += item_store().upsert(list(documents.values()), repair=True)
        except ItemNotStorable as error:
            refused.append(error)
        expected |= documents.keys()
        done += len(chunk)
        progress(done)
    removed = _remove_orphans(expected)
    if refused:
        raise refused[0]
    return Rebuilt(written=written, removed=removed)


def _remove_orphans(expected: Container[int]) -> int:
    held = {key: revision for key, revision in item_store().scan() if key not in expected}
    removed = 0
    for chunk in in_chunks(sorted(held)):
        # Looked at again: a product may have been published since the others were read.
        for orphan in set(chunk) - build_documents(chunk).keys():
            removed += item_store().delete(orphan, held[orphan])
    return removed


def find_differences(*, deep: bool = False) -> Iterator[ItemDifference]:
    """Compare each document's revision with the product's; with `deep`, its whole content."""
    held = dict(item_store().scan())
    for chunk in _product_chunks():
        expected = build_documents(chunk)
        for product_id, document in expected.items():
            found = held.pop(product_id, 0)
            if found != document.revision:
                yield ItemDifference(
                    product_id=product_id,
                    product_revision=document.revision,
                    item_revision=found,
                )
        if deep:
            stored = item_store().get_many(expected)
            for product_id, document in stored.items():
                if document.revision == expected[product_id].revision and (
                    document != expected[product_id]
                ):
                    yield ItemDifference(
                        product_id=product_id,
                        product_revision=document.revision,
                        item_revision=document.revision,
                        detail="same revision, other content",
                    )
    for product_id, revision in held.items():
        yield ItemDifference(product_id=product_id, product_revision=0, item_revision=revision)


def in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _product_chunks() -> Iterator[Sequence[int]]:
    last = 0
    while True:
        products = Product.objects.filter(id__gt=last).order_by("id")
        chunk = list(products.values_list("id", flat=True)[:BATCH])
        if not chunk:
            return
        yield chunk
        last = chunk[-1]
