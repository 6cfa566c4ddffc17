"""Product cards: what a list shows of a product, for this shopper's address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext

from catalog.selectors import get_items
from catalog.types import ItemDocument, VariantDocument
from logistics.selectors import promises, warehouses_in_stock
from search.types import Hit
from shop.core.money import Money
from shop.pages.context import wished_by
from shop.pages.outage import without_sql
from shop.pages.shopper import ShopRequest

SMALLEST_SAVING = 5  # percent; below it a flag says more than the price does


@dataclass(frozen=True, kw_only=True)
class CardView:
    """One product in a list; `arrives` is None without an address, or where it cannot go."""

    sku: str
    url: str
    title: str
    brand: str
    picture_url: str
    price: Money
    compare_at: Money | None
    saving: int
    is_from: bool
    more: str
    arrives: date | None
    unreachable: str
    is_saved: bool
    position: int


@dataclass(frozen=True, kw_only=True)
class StockView:
    """When each SKU arrives, and which products nobody has; not known while SQL is away."""

    days: Mapping[str, date] = field(default_factory=dict)
    sold_out: frozenset[int] = frozenset()
    is_known: bool = True


def build_cards(
    request: ShopRequest, hits: Sequence[Hit], *, now: datetime, first_position: int = 1
) -> tuple[CardView, ...]:
    """Return the cards of the hits whose documents exist, in their order.

    One read of documents, and with an address one of promises, however many cards.
    """
    documents = get_items(product_ids=[hit.product_id for hit in hits])
    shown = [
        (hit.sku, documents[hit.product_id])
        for hit in hits
        if hit.product_id in documents and documents[hit.product_id].is_published
    ]
    stock = without_sql(
        request, lambda: _stock_of(request, shown, now), otherwise=StockView(is_known=False)
    )
    wished = wished_by(request) if shown else frozenset()
    return tuple(
        _card(
            document,
            sku=sku,
            arrives=stock.days.get(sku),
            is_saved=sku in wished,
            position=position,
            unreachable=_unreachable(request, document, sku, stock),
        )
        for position, (sku, document) in enumerate(shown, start=first_position)
    )


def percent_saved(variant: VariantDocument) -> int:
    """Return by how much the price is below the compare-at price, 0 if hardly."""
    if variant.compare_at is None or not variant.compare_at:
        return 0
    percent = round(100 - 100 * variant.price.minor / variant.compare_at.minor)
    return percent if percent >= SMALLEST_SAVING else 0


def _stock_of(
    request: ShopRequest, shown: Sequence[tuple[str, ItemDocument]], now: datetime
) -> StockView:
    return StockView(
        days=_arrival_days(request, [sku for sku, _ in shown], now),
        sold_out=_sold_out(request, [document for _, document in shown]),
    )


def _arrival_days(request: ShopRequest, skus: list[str], now: datetime) -> dict[str, date]:
    if request.deliver_to is None or not skus:
        return {}
    found = promises(skus=skus, destination=request.deliver_to, now=now)
    return {sku: promise.delivery_date for sku, promise in found.items()}


def _sold_out(request: ShopRequest, documents: Sequence[ItemDocument]) -> frozenset[int]:
    """Return the products that no warehouse has; with an address the promises tell."""
    if request.deliver_to is not None or not documents:
        return frozenset()
    skus = [variant.sku for document in documents for variant in document.variants]
    having = warehouses_in_stock(skus=skus)
    return frozenset(
        document.product_id
        for document in documents
        if not any(having[variant.sku] for variant in document.variants)
    )


def _unreachable(request: ShopRequest, document: ItemDocument, sku: str, stock: StockView) -> str:
    if not stock.is_known:
        return ""
    if request.deliver_to is not None:
        if sku in stock.days:
            return ""
        return gettext("Not deliverable to %(postal_code)s") % {
            "postal_code": request.deliver_to.postal_code
        }
    return gettext("Sold out") if document.product_id in stock.sold_out else ""


def _card(
    document: ItemDocument,
    *,
    sku: str,
    arrives: date | None,
    is_saved: bool,
    position: int,
    unreachable: str,
) -> CardView:
    variant = next((v for v in document.variants if v.sku == sku), document.variants[0])
    picture = document.picture(variant.sku)
    return CardView(
        sku=variant.sku,
        url=document.url(variant.sku),
        title=document.title,
        brand=document.brand,
        picture_url=picture.sizes.get("card", picture.url) if picture else "",
        price=variant.price,
        compare_at=variant.compare_at,
        saving=percent_saved(variant),
        is_from=variant.price == document.price_from and _prices_differ(document),
        more=_more_variants(document),
        arrives=arrives,
        unreachable=unreachable,
        is_saved=is_saved,
        position=position,
    )


def _prices_differ(document: ItemDocument) -> bool:
    return len({variant.price for variant in document.variants}) > 1


def _more_variants(document: ItemDocument) -> str:
    count = len(document.variants)
    if count < 2:  # noqa: PLR2004 - one variant is no choice
        return ""
    names = {name for variant in document.variants for name in variant.options}
    return (
        f"{count} {_plural(next(iter(names)).lower())}" if len(names) == 1 else f"{count} options"
    )


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "sh", "ch")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
