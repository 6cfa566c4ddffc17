"""What an engine indexes: one document per product, with its variants and their warehouses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class SearchCategory:
    path: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SearchAttribute:
    """`value` is the text a customer reads; `filterable` ones become facets.

    A plain yes has the value "Yes" and is searchable by its name; a plain no is not indexed.
    """

    code: str
    name: str
    value: str
    filterable: bool = False
    is_flag: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchVariant:
    """`warehouses` are those that have it in stock."""

    sku: str
    options: Mapping[str, str]
    price_minor: int
    currency: str = "USD"
    warehouses: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "options": dict(self.options), "warehouses": list(self.warehouses)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "warehouses": tuple(data["warehouses"])})


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """A published product as search sees it; of two documents the higher `revision` stays."""

    product_id: int
    revision: int
    slug: str
    title: str
    brand: str = ""
    description: str = ""
    categories: tuple[SearchCategory, ...] = ()
    attributes: tuple[SearchAttribute, ...] = ()
    variants: tuple[SearchVariant, ...]
    published_at: datetime | None = None

    @property
    def category_paths(self) -> list[str]:
        return [category.path for category in self.categories]

    @property
    def prices(self) -> list[int]:
        return [variant.price_minor for variant in self.variants]

    @property
    def sort_title(self) -> str:
        return self.title.casefold()

    def variants_json(self) -> list[dict[str, Any]]:
        return [variant.to_json() for variant in self.variants]
