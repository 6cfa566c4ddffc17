"""Values the catalogue hands out and takes in; all frozen, none bound to a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

from shop.core.money import Money

Scalar = str | int | float | bool
JsonObject = dict[str, Any]
DocumentStatus = Literal["published", "retired"]
PICTURE_SIZES = ("card", "page", "thumb")


def product_url(slug: str, sku: str) -> str:
    """Return the storefront address of a variant (design §9: stable)."""
    return f"/p/{quote(slug)}/{quote(sku)}/"


@dataclass(frozen=True, kw_only=True)
class CategoryRef:
    """A category on the way from the root; `path` is its address, e.g. ``tools/drills``."""

    path: str
    name: str


@dataclass(frozen=True, kw_only=True)
class AttributeValue:
    """One typed fact about a product; `display` is how a customer reads it, unit included."""

    code: str
    name: str
    value: Scalar
    unit: str = ""
    display: str
    filterable: bool = False


@dataclass(frozen=True, kw_only=True)
class PictureDocument:
    """Addresses of one picture; `url` is the largest, `sizes` has card, page and thumb."""

    alt: str
    url: str
    sizes: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class VariantDocument:
    sku: str
    options: dict[str, str]
    price: Money
    compare_at: Money | None = None
    picture_index: int | None = None

    def to_json(self) -> JsonObject:
        return {
            "sku": self.sku,
            "options": self.options,
            "price_minor": self.price.minor,
            "compare_at_minor": self.compare_at.minor if self.compare_at else None,
            "currency": self.price.currency,
            "picture_index": self.picture_index,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        currency, compare_at = data["currency"], data["compare_at_minor"]
        return cls(
            sku=data["sku"],
            options=dict(data["options"]),
            price=Money(data["price_minor"], currency),
            compare_at=None if compare_at is None else Money(compare_at, currency),
            picture_index=data["picture_index"],
        )


@dataclass(frozen=True, kw_only=True)
class ItemDocument:
    """Everything a product page or a card needs, read by key; made from the backoffice record.

    A later `revision` replaces an earlier one, never the other way round.
    """

    product_id: int
    revision: int
    slug: str
    title: str
    brand: str
    description: str
    bullets: tuple[str, ...]
    category_path: tuple[CategoryRef, ...]
    attributes: tuple[AttributeValue, ...]
    variants: tuple[VariantDocument, ...]
    pictures: tuple[PictureDocument, ...]
    status: DocumentStatus
    published_at: datetime | None

    @property
    def is_published(self) -> bool:
        return self.status == "published"

    @property
    def price_from(self) -> Money:
        """The cheapest variant's price."""
        return min(variant.price for variant in self.variants)

    def variant(self, sku: str) -> VariantDocument:
        """Return the variant with that SKU.

        :raises KeyError: if this product has none
        """
        for variant in self.variants:
            if variant.sku == sku:
                return variant
        raise KeyError(sku)

    def url(self, sku: str | None = None) -> str:
        return product_url(self.slug, sku or self.variants[0].sku)

    def picture(self, sku: str | None = None) -> PictureDocument | None:
        """Return the variant's own picture, or else the product's first."""
        index = next((v.picture_index for v in self.variants if v.sku == sku), None) or 0
        return self.pictures[index] if index < len(self.pictures) else None

    def to_json(self) -> JsonObject:
        return {
            "product_id": self.product_id,
            "revision": self.revision,
            "slug": self.slug,
            "title": self.title,
            "brand": self.brand,
            "description": self.description,
            "bullets": list(self.bullets),
            "category_path": [vars(category) for category in self.category_path],
            "attributes": [vars(attribute) for attribute in self.attributes],
            "variants": [variant.to_json() for variant in self.variants],
            "pictures": [vars(picture) for picture in self.pictures],
            "status": self.status,
            "published_at": self.published_at.isoformat() if self.published_at else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        published_at = data["published_at"]
        return cls(
            product_id=data["product_id"],
            revision=data["revision"],
            slug=data["slug"],
            title=data["title"],
            brand=data["brand"],
            description=data["description"],
            bullets=tuple(data["bullets"]),
            category_path=tuple(CategoryRef(**category) for category in data["category_path"]),
            attributes=tuple(AttributeValue(**value) for value in data["attributes"]),
            variants=tuple(VariantDocument.from_json(variant) for variant in data["variants"]),
            pictures=tuple(PictureDocument(**picture) for picture in data["pictures"]),
            status=data["status"],
            published_at=datetime.fromisoformat(published_at) if published_at else None,
        )


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a variant is sold as right now, from SQL: the truth for cart and checkout."""

    sku: str
    product_id: int
    title: str
    slug: str
    options: dict[str, str]
    price: Money
    picture_url: str
    is_published: bool

    @property
    def url(self) -> str:
        return product_url(self.slug, self.sku)


@dataclass(frozen=True, kw_only=True)
class CategoryNode:
    """A category with its subtree; `product_count` counts published products in all of it."""

    path: str
    name: str
    children: tuple["CategoryNode", ...] = ()
    product_count: int = 0
    ancestors: tuple[CategoryRef, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProductState:
    """Where the backoffice record stands; what projections are compared with."""

    product_id: int
    revision: int
    status: str


@dataclass(frozen=True, kw_only=True)
class VariantInput:
    """`picture_index` points into the product's pictures."""

    sku: str
    price_minor: int
    options: Mapping[str, str] = field(default_factory=dict)
    compare_at_minor: int | None = None
    currency: str = "USD"
    picture_index: int | None = None


@dataclass(frozen=True, kw_only=True)
class PictureInput:
    """A raster file (PNG, JPEG or WebP) by path, or SVG text drawn by our own code."""

    path: Path | None = None
    svg: str | None = None
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class ProductInput:
    """A whole product as import, demo data and services know it.

    `category` names a path by names or slugs: ``Tools > Drills`` or ``tools/drills``.
    `status` of "" publishes a new product and leaves an old one as it is; `pictures` of None
    leaves the pictures as they are.
    """

    title: str
    variants: tuple[VariantInput, ...]
    brand: str = ""
    description: str = ""
    bullets: tuple[str, ...] = ()
    category: str = ""
    product_type: str = "general"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    status: str = ""
    pictures: tuple[PictureInput, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class AttributeInput:
    """One attribute of a product type; `kind` is a code of `AttributeKind`."""

    code: str
    name: str
    kind: str = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    filterable: bool = False


@dataclass(frozen=True, kw_only=True)
class ProductTypeInput:
    """`accepts_any` lets products carry attributes the type does not declare."""

    code: str
    name: str
    attributes: tuple[AttributeInput, ...] = ()
    accepts_any: bool = False
