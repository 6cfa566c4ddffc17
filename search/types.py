"""What the shop asks of search and what it gets back; no engine's vocabulary in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Sort = Literal["relevance", "price_asc", "price_desc", "newest", "name"]
SORTS: tuple[Sort, ...] = get_args(Sort)
DEFAULT_PAGE_SIZE = 24
MAX_PAGE_SIZE = 100


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """One question to the index.

    Values of one facet are alternatives, different facets narrow each other. Options, prices and
    `warehouses` must be met by one and the same variant. `warehouses` of None filters nothing;
    an empty tuple is an address nobody serves and finds nothing.
    """

    text: str = ""
    category: str | None = None
    brands: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warehouses: tuple[str, ...] | None = None
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    @property
    def filters_variants(self) -> bool:
        """Does it matter which of a product's variants matches?"""
        has_price = self.price_min is not None or self.price_max is not None
        return has_price or bool(self.options) or self.warehouses is not None


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """One choice of a facet and the number of products that choosing it would find."""

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True, kw_only=True)
class Facet:
    """`code` is ``brand``, ``category``, ``price``, ``attr.<code>`` or ``opt.<name>``."""

    code: str
    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A product found and the variant of it to show: one that meets all filters."""

    product_id: int
    sku: str
    score: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """One page of hits with totals and facets over all pages.

    `did_you_mean` is another spelling; `corrected` tells that the hits are already those of that
    spelling because the words as typed are not in the catalogue. `unmatched` are words that no
    product has; `loosened` tells that there are hits without some of the words. `price_read` are
    the bounds taken from words such as "under $20". `total_elsewhere` tells, if nothing was
    found, how many products would match for some other address. `degraded` tells that the index
    did not answer and a simpler search stood in.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: tuple[Facet, ...] = ()
    page: int = 1
    pages: int = 1
    did_you_mean: str | None = None
    corrected: bool = False
    unmatched: tuple[str, ...] = ()
    loosened: bool = False
    price_read: tuple[int | None, int | None] | None = None
    total_elsewhere: int = 0
    degraded: bool = False

    def facet(self, code: str) -> Facet | None:
        return next((facet for facet in self.facets if facet.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A completion of what is being typed; categories and products say where they lead."""

    text: str
    kind: Literal["query", "category", "product"]
    url: str | None = None
