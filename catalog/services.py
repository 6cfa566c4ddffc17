"""Changes to the catalogue; each in one transaction with the event that tells of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from catalog.attributes import CODE
from catalog.category_tree import CategoryResolver, forget_tree
from catalog.errors import InvalidCategory, InvalidProduct, NotPublishable, ProductNotFound
from catalog.importing.parsing import BadRow, ImportOptions
from catalog.importing.reading import read_rows
from catalog.importing.running import Import, ImportReport
from catalog.models import Attribute, AttributeKind, Product, ProductStatus, ProductType
from catalog.product_types import type_specs_by_code
from catalog.projection import Rebuilt
from catalog.projection import rebuild_items as _rebuild_items
from catalog.publishing import missing_for_publishing
from catalog.saving import save_products
from catalog.touching import touch_product, touch_products
from catalog.types import ProductInput, ProductTypeInput
from catalog.validation import clean_product
from shop.core.errors import NotFound


def save_product(
    *, data: ProductInput, create_category: bool = True, now: datetime | None = None
) -> int:
    """Create a product, or update the one that has these SKUs, and return its id.

    The input is the whole product: variants it does not name are removed. Saving what is saved
    already changes nothing, not even the revision.

    :raises InvalidProduct: with every problem, by field
    :raises SkuTaken: if the SKUs belong to more than one product
    """
    (product_id,) = save_many_products(data=[data], create_category=create_category, now=now)
    return product_id


@transaction.atomic
def save_many_products(
    *, data: Sequence[ProductInput], create_category: bool = True, now: datetime | None = None
) -> list[int]:
    """Do what `save_product` does, for all of them or none, and return their ids in order.

    No SKU may be in two of them.

    :raises InvalidProduct, SkuTaken: for the first that cannot be saved
    """
    types, resolver = type_specs_by_code(), CategoryResolver(create=create_category)
    clean = []
    for each in data:
        try:
            category_id = resolver.resolve(each.category)
        except (InvalidCategory, NotFound) as error:
            raise InvalidProduct({"category": [str(error)]}) from error
        clean.append(clean_product(each, types=types, category_id=category_id))
    results = save_products(clean, now=now or timezone.now())
    for saved in results:
        if saved.refusal:
            raise saved.refusal
    forget_tree()
    return [saved.product_id for saved in results]


@transaction.atomic
def publish_product(*, product_id: int, now: datetime | None = None) -> None:
    """Put a draft or retired product on sale.

    :raises ProductNotFound: if there is none
    :raises NotPublishable: if it lacks a category or a variant
    """
    product = _locked(product_id)
    if product.status == ProductStatus.PUBLISHED:
        return
    if missing := missing_for_publishing(product):
        raise NotPublishable(missing)
    now = now or timezone.now()
    published_at = product.published_at or now
    _set_status(product, ProductStatus.PUBLISHED, now=now, published_at=published_at)


@transaction.atomic
def retire_product(*, product_id: int, now: datetime | None = None) -> None:
    """Take a published product off sale; its page stays and says so.

    :raises ProductNotFound: if there is none that was ever published
    """
    product = _locked(product_id)
    if product.status == ProductStatus.DRAFT:
        raise ProductNotFound(product_id)
    if product.status == ProductStatus.PUBLISHED:
        _set_status(product, ProductStatus.RETIRED, now=now or timezone.now())


@transaction.atomic
def announce_edit(*, product_id: int, now: datetime) -> None:
    """Give a product edited in the backoffice its next revision and tell of it."""
    touch_product(product_id, now=now)
    forget_tree()


def _locked(product_id: int) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(product_id)
    return product


def _set_status(product: Product, status: str, *, now: datetime, **changes: datetime) -> None:
    touch_product(product.pk, now=now, status=status, **changes)
    forget_tree()


@transaction.atomic
def save_product_type(*, data: ProductTypeInput) -> int:
    """Create or update a product type by its code and return its id.

    Attributes it does not name are removed; its products are shown anew.

    :raises InvalidProduct: if an attribute is wrong
    """
    _check_type(data)
    product_type, _created = ProductType.objects.update_or_create(
        code=data.code, defaults={"name": data.name, "accepts_any": data.accepts_any}
    )
    wanted = [
        Attribute(
            product_type=product_type,
            code=each.code,
            name=each.name,
            kind=each.kind,
            unit=each.unit,
            choices=list(each.choices),
            required=each.required,
            filterable=each.filterable,
            position=position,
        )
        for position, each in enumerate(data.attributes)
    ]
    fields = ["name", "kind", "unit", "choices", "required", "filterable", "position"]
    before = list(product_type.attributes.values_list("code", *fields))
    if before != [tuple(getattr(each, name) for name in ("code", *fields)) for each in wanted]:
        product_type.attributes.exclude(code__in=[each.code for each in wanted]).delete()
        Attribute.objects.bulk_create(
            wanted,
            update_conflicts=True,
            unique_fields=["product_type", "code"],
            update_fields=fields,
        )
        touch_products(Product.objects.filter(product_type=product_type))
    return product_type.pk


def _check_type(data: ProductTypeInput) -> None:
    problems: dict[str, list[str]] = {}
    for each in data.attributes:
        if not CODE.fullmatch(each.code):
            problems[each.code] = ["Is not a code: small letters, digits, underscores."]
        elif each.kind not in AttributeKind.values:
            problems[each.code] = [f"“{each.kind}” is not a kind of attribute."]
        elif each.kind == AttributeKind.CHOICE and not each.choices:
            problems[each.code] = ["Needs a list of choices."]
    if problems:
        raise InvalidProduct(problems)


def rebuild_items(*, progress: Callable[[int], None] = lambda _count: None) -> Rebuilt:
    """Write every item document again from the backoffice record.

    :raises StoreUnavailable: if the item store does not answer
    """
    return _rebuild_items(progress=progress)


def import_products(
    *,
    source: Path,
    file_format: str,
    options: ImportOptions,
    delimiter: str = ",",
    on_bad_row: Callable[[BadRow], None] = lambda _row: None,
    on_progress: Callable[[ImportReport], None] = lambda _report: None,
    now: datetime | None = None,
) -> ImportReport:
    """Load a file of products in batches, each its own transaction; bad rows are set aside.

    Running it again goes on where it was stopped: rows that would change nothing are skipped.

    :raises InvalidImport: if the file or its columns cannot be used at all
    """
    rows = read_rows(source, file_format=file_format, delimiter=delimiter)
    run = Import(
        options=options,
        now=now or timezone.now(),
        on_bad_row=on_bad_row,
        on_progress=on_progress,
    )
    return run.run(rows)
