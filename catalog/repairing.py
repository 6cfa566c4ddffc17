"""Mending item documents that are not what the backoffice says."""

from django.db import transaction
from django.utils import timezone

from catalog.models import Product
from catalog.projection import find_differences, in_chunks, project_items
from catalog.stores import item_store
from catalog.stores.base import ItemNotStorable
from catalog.touching import touch_product


def repair_items() -> int:
    """Write every document that differs again; return how many did.

    :raises StoreUnavailable: if the item store does not answer
    :raises ItemNotStorable: for the first that cannot be stored, once all others are
    """
    differing = {each.product_id: each for each in find_differences(deep=True)}
    refused: list[ItemNotStorable] = []
    for chunk in in_chunks(sorted(differing)):
        held = item_store().held_revisions(chunk)
        current = Product.objects.filter(id__in=chunk).values_list("id", "revision")
        for product_id, revision in list(current):
            if revision < held.get(product_id, 0):
                _overtake(product_id, held[product_id])
        newest = {each: max(differing[each].product_revision, held.get(each, 0)) for each in chunk}
        try:
            project_items(newest, repair=True)
        except ItemNotStorable as error:
            refused.append(error)
    if refused:
        raise refused[0]
    return len(differing)


@transaction.atomic
def _overtake(product_id: int, revision: int) -> None:
    """Lift a product above its document or tombstone: the transaction of that one is lost.

    As after a restored backup: the document store refuses what is older than what it holds.
    """
    Product.objects.filter(pk=product_id, revision__lt=revision).update(revision=revision)
    touch_product(product_id, now=timezone.now())
