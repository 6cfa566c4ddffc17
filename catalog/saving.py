"""Write many checked products with a fixed number of statements; the one way products are saved.

A product is found by its SKUs. Rows are locked in the order of their ids, so that an import and
staff at work wait for each other instead of deadlocking.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from catalog.errors import SkuTaken
from catalog.events import ProductChanged
from catalog.models import Picture, Product, ProductStatus, Variant
from catalog.text import product_slug
from catalog.types import VariantInput
from catalog.validation import CleanProduct
from shop.core.outbox import publish_many

PRODUCT_FIELDS = [
    "title", "slug", "brand", "description", "bullets", "category", "product_type", "attributes",
    "status", "revision", "published_at", "updated_at", "content_digest",
]  # fmt: skip
VARIANT_FIELDS = ["options", "price_minor", "compare_at_minor", "currency", "picture", "position"]


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of one input; `refusal` is set when its SKUs belong to several products."""

    product_id: int = 0
    revision: int = 0
    outcome: Literal["created", "updated", "unchanged", "refused"]
    refusal: SkuTaken | None = None


@dataclass
class _Work:
    """One input on its way into the tables."""

    clean: CleanProduct
    product: Product
    existing: dict[str, Variant]
    is_new: bool


@transaction.atomic
def save_products(products: Sequence[CleanProduct], *, now: datetime) -> list[Saved]:
    """Create or update the products and publish what changed; one result for each, in order.

    The caller sees to it that no SKU is in two of them.
    """
    variants = _lock_existing({sku for each in products for sku in each.skus})
    results: list[Saved | _Work] = [_sort_out(each, variants) for each in products]
    work = [each for each in results if isinstance(each, _Work)]
    for each in work:
        _fill_product(each, now=now)
    Product.objects.bulk_create([each.product for each in work if each.is_new])
    Product.objects.bulk_create(
        [each.product for each in work if not each.is_new],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=PRODUCT_FIELDS,
    )
    pictures = _save_pictures(work)
    _save_variants(work, pictures)
    publish_many(_changes(work))
    return [_saved(each) if isinstance(each, _Work) else each for each in results]


def _lock_existing(skus: Iterable[str]) -> dict[str, Variant]:
    """Lock the products that have any of these SKUs; return their variants, all by SKU."""
    ids = set(Variant.objects.filter(sku__in=list(skus)).values_list("product_id", flat=True))
    locked = {
        each.pk: each
        for each in Product.objects.filter(id__in=ids).order_by("id").select_for_update()
    }
    variants = list(Variant.objects.filter(product_id__in=locked))
    for variant in variants:
        variant.product = locked[variant.product_id]
    return {variant.sku: variant for variant in variants}


def _sort_out(clean: CleanProduct, variants: Mapping[str, Variant]) -> Saved | _Work:
    found = [variants[sku] for sku in clean.skus if sku in variants]
    if not found:
        return _Work(clean=clean, product=Product(revision=0), existing={}, is_new=True)
    product = found[0].product
    for variant in found:
        if variant.product_id != product.pk:
            return Saved(outcome="refused", refusal=SkuTaken(variant.sku))
    if product.content_digest == clean.digest():
        return Saved(product_id=product.pk, revision=product.revision, outcome="unchanged")
    existing = {sku: each for sku, each in variants.items() if each.product_id == product.pk}
    return _Work(clean=clean, product=product, existing=existing, is_new=False)


def _fill_product(work: _Work, *, now: datetime) -> None:
    product, clean = work.product, work.clean
    product.title = clean.title
    product.slug = product_slug(clean.title)
    product.brand = clean.brand
    product.description = clean.description
    product.bullets = list(clean.bullets)
    product.category_id = clean.category_id
    product.product_type_id = clean.product_type_id
    product.attributes = dict(clean.attributes)
    if clean.status or work.is_new:
        product.status = clean.status or ProductStatus.PUBLISHED
    if product.status == ProductStatus.PUBLISHED and product.published_at is None:
        product.published_at = now
    product.revision += 1
    product.updated_at = now
    product.content_digest = clean.digest()
    if work.is_new:
        product.created_at = now


def _save_pictures(work: Sequence[_Work]) -> dict[int, list[Picture]]:
    """Replace the pictures of the products that bring some; return those that variants may use."""
    by_product: dict[int, list[Picture]] = {each.product.pk: [] for each in work}
    old = [each.product.pk for each in work if not each.is_new]
    for picture in Picture.objects.filter(product_id__in=old) if old else ():
        by_product[picture.product_id].append(picture)
    created: list[Picture] = []
    stale: list[int] = []
    for each in work:
        wanted, present = each.clean.pictures, by_product[each.product.pk]
        if wanted is None or list(wanted) == [(one.file, one.alt) for one in present]:
            continue
        stale += [one.pk for one in present]
        by_product[each.product.pk] = [
            Picture(product=each.product, file=file, alt=alt, position=position)
            for position, (file, alt) in enumerate(wanted)
        ]
        created += by_product[each.product.pk]
    if stale:
        Picture.objects.filter(id__in=stale).delete()
    Picture.objects.bulk_create(created)
    return by_product


def _save_variants(work: Sequence[_Work], pictures: Mapping[int, Sequence[Picture]]) -> None:
    stale = [
        variant.pk
        for each in work
        for sku, variant in each.existing.items()
        if sku not in each.clean.skus
    ]
    if stale:
        Variant.objects.filter(id__in=stale).delete()
    new: list[Variant] = []
    old: list[Variant] = []
    for each in work:
        for position, given in enumerate(each.clean.variants):
            variant = each.existing.get(given.sku) or Variant(sku=given.sku)
            (old if variant.pk else new).append(variant)
            variant.product = each.product
            _fill_variant(variant, given, pictures[each.product.pk], position)
    # Inserted plainly: if another writer was faster with a SKU, we must fail. And in the order
    # of their SKUs: writers of the same ones wait for each other instead of deadlocking.
    Variant.objects.bulk_create(sorted(new, key=lambda each: each.sku))
    Variant.objects.bulk_create(
        old, update_conflicts=True, unique_fields=["id"], update_fields=VARIANT_FIELDS
    )


def _fill_variant(
    variant: Variant, given: VariantInput, pictures: Sequence[Picture], position: int
) -> None:
    variant.options = dict(given.options)
    variant.price_minor = given.price_minor
    variant.compare_at_minor = given.compare_at_minor
    variant.currency = given.currency
    variant.position = position
    index = given.picture_index
    if index is not None and 0 <= index < len(pictures):
        variant.picture = pictures[index]
    elif variant.picture_id not in {picture.pk for picture in pictures}:
        variant.picture = None


def _changes(work: Iterable[_Work]) -> list[ProductChanged]:
    return [
        ProductChanged(product_id=each.product.pk, revision=each.product.revision) for each in work
    ]


def _saved(work: _Work) -> Saved:
    return Saved(
        product_id=work.product.pk,
        revision=work.product.revision,
        outcome="created" if work.is_new else "updated",
    )
