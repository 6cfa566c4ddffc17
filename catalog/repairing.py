"""Mending item documents that are not what the backoffice says."""

from django.db import transaction
from django.utils import timezone

from catalog.models import Product
from catalog.projection import find_differences, project_items
from catalog.touching import touch_product


def repair_items() -> int:
    """Write every document that differs again; return how many did.

    :raises StoreUnavailable: if the item store does not answer
    """
    differences = list(find_differences(deep=True))
    for each in differences:
        if 0 < each.product_revision < each.item_revision:
            _overtake(each.product_id, each.item_revision)
    newest = {
        each.product_id: max(each.product_revision, each.item_revision) for each in differences
    }
    project_items(newest, repair=True)
    return len(differences)


@transaction.atomic
def _overtake(product_id: int, revision: int) -> None:
    """Lift a product above its document: the transaction it was made of is lost.

    As after a restored backup: the document store refuses what is older than what it holds.
    """
    Product.objects.filter(pk=product_id, revision__lt=revision).update(revision=revision)
    touch_product(product_id, now=timezone.now())
