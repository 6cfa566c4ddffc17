"""Item documents made from the backoffice record, a handful of statements for any number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from catalog.attributes import TypeSpec, attribute_values
from catalog.models import Category, Picture, Product, ProductStatus, Variant
from catalog.pictures import picture_document
from catalog.product_types import type_specs
from catalog.types import CategoryRef, DocumentStatus, ItemDocument, VariantDocument
from shop.core.money import Money


def build_documents(product_ids: Iterable[int]) -> dict[int, ItemDocument]:
    """Return the documents of those products that were published and have something to sell."""
    products = list(
        Product.objects.filter(id__in=list(product_ids)).exclude(status=ProductStatus.DRAFT)
    )
    ids = [product.pk for product in products]
    # Grouped by hand: prefetching costs more than all the rest of a document.
    variants: dict[int, list[Variant]] = defaultdict(list)
    for variant in Variant.objects.filter(product_id__in=ids).order_by("position", "id"):
        variants[variant.product_id].append(variant)
    pictures: dict[int, list[Picture]] = defaultdict(list)
    for picture in Picture.objects.filter(product_id__in=ids).order_by("position", "id"):
        pictures[picture.product_id].append(picture)
    specs = {spec.id: spec for spec in type_specs({each.product_type_id for each in products})}
    paths = _category_paths({each.category_id for each in products if each.category_id})
    return {
        product.pk: _document(
            product,
            variants[product.pk],
            pictures[product.pk],
            specs[product.product_type_id],
            paths.get(product.category_id or 0, ()),
        )
        for product in products
        if product.pk in variants
    }


def _category_paths(ids: Iterable[int]) -> dict[int, tuple[CategoryRef, ...]]:
    paths = dict(Category.objects.filter(id__in=list(ids)).values_list("id", "path"))
    wanted = {each for path in paths.values() for each in path_to_root(path)}
    names = dict(Category.objects.filter(path__in=wanted).values_list("path", "name"))
    return {
        category_id: tuple(CategoryRef(path=each, name=names[each]) for each in path_to_root(path))
        for category_id, path in paths.items()
    }


def path_to_root(path: str) -> tuple[str, ...]:
    """Return the paths from the root down: ``a/b`` gives ``a``, ``a/b``."""
    parts = path.split("/")
    return tuple("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _document(
    product: Product,
    variants: Sequence[Variant],
    pictures: Sequence[Picture],
    spec: TypeSpec,
    category_path: tuple[CategoryRef, ...],
) -> ItemDocument:
    status: DocumentStatus = (
        "published" if product.status == ProductStatus.PUBLISHED else "retired"
    )
    return ItemDocument(
        product_id=product.pk,
        revision=product.revision,
        slug=product.slug,
        title=product.title,
        brand=product.brand,
        description=product.description,
        bullets=tuple(product.bullets),
        category_path=category_path,
        attributes=attribute_values(spec, product.attributes),
        variants=tuple(_variant(each, pictures) for each in variants),
        pictures=tuple(
            picture_document(each.file, each.alt or product.title) for each in pictures
        ),
        status=status,
        published_at=product.published_at,
    )


def _variant(variant: Variant, pictures: Sequence[Picture]) -> VariantDocument:
    positions = (index for index, each in enumerate(pictures) if each.pk == variant.picture_id)
    compare_at = variant.compare_at_minor
    return VariantDocument(
        sku=variant.sku,
        options=dict(variant.options),
        price=Money(variant.price_minor, variant.currency),
        compare_at=Money(compare_at, variant.currency) if compare_at else None,
        picture_index=next(positions, None) if variant.picture_id else None,
    )
