"""Item documents made from the backoffice record, a handful of statements for any number."""

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
        Product.objects.filter(id__in=list(product_ids))
        .exclude(status=ProductStatus.DRAFT)
        .select_related("category")
        .prefetch_related("variants", "pictures")
    )
    specs = {spec.id: spec for spec in type_specs({each.product_type_id for each in products})}
    names = _category_names(each.category for each in products)
    return {
        product.pk: _document(product, specs[product.product_type_id], names)
        for product in products
        if product.variants.all()
    }


def _category_names(categories: Iterable[Category | None]) -> dict[str, str]:
    paths = {path for each in categories if each for path in path_to_root(each.path)}
    return dict(Category.objects.filter(path__in=paths).values_list("path", "name"))


def path_to_root(path: str) -> tuple[str, ...]:
    """Return the paths from the root down: ``a/b`` gives ``a``, ``a/b``."""
    parts = path.split("/")
    return tuple("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _document(product: Product, spec: TypeSpec, names: dict[str, str]) -> ItemDocument:
    status: DocumentStatus = (
        "published" if product.status == ProductStatus.PUBLISHED else "retired"
    )
    paths = path_to_root(product.category.path) if product.category else ()
    pictures = list(product.pictures.all())
    return ItemDocument(
        product_id=product.pk,
        revision=product.revision,
        slug=product.slug,
        title=product.title,
        brand=product.brand,
        description=product.description,
        bullets=tuple(product.bullets),
        category_path=tuple(CategoryRef(path=path, name=names[path]) for path in paths),
        attributes=attribute_values(spec, product.attributes),
        variants=tuple(_variant(each, pictures) for each in product.variants.all()),
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
