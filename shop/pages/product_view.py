"""What a product page shows, made from the item document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from catalog.types import AttributeValue, ItemDocument, PictureDocument, VariantDocument
from shop.core.money import Money
from shop.pages.cards import percent_saved
from shop.pages.delivery import DeliveryState, DeliveryView

CHOSEN_FIRST = frozenset({"Color", "Finish", "Pattern"})
# What could end the script element early, or start a comment in it.
UNSAFE_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True, kw_only=True)
class OptionChoice:
    """One value of an option; `is_exact` if only this option changes on the way there.

    `is_reachable` is False only if we know that this variant cannot be brought to the shopper.
    """

    value: str
    url: str
    is_current: bool
    is_exact: bool
    is_reachable: bool


@dataclass(frozen=True, kw_only=True)
class OptionView:
    name: str
    current: str
    choices: tuple[OptionChoice, ...]


@dataclass(frozen=True, kw_only=True)
class ProductView:
    sku: str
    url: str
    title: str
    brand: str
    description: str
    bullets: tuple[str, ...]
    attributes: tuple[AttributeValue, ...]
    price: Money
    compare_at: Money | None
    saving: int
    pictures: tuple[PictureDocument, ...]
    options: tuple[OptionView, ...]
    delivery: DeliveryView
    is_saved: bool
    json_ld: SafeString


def build_product(
    document: ItemDocument, *, sku: str, delivery: DeliveryView, is_saved: bool, site: str
) -> ProductView:
    """Return the page of one variant; `site` is scheme and host, for addresses in JSON-LD."""
    variant = document.variant(sku)
    return ProductView(
        sku=sku,
        url=document.url(sku),
        title=document.title,
        brand=document.brand,
        description=document.description,
        bullets=document.bullets,
        attributes=document.attributes,
        price=variant.price,
        compare_at=variant.compare_at,
        saving=percent_saved(variant),
        pictures=_pictures(document, variant),
        options=_options(document, variant, delivery.reachable),
        delivery=delivery,
        is_saved=is_saved,
        json_ld=_json_ld(document, variant, delivery, site),
    )


def _pictures(document: ItemDocument, variant: VariantDocument) -> tuple[PictureDocument, ...]:
    own = document.picture(variant.sku)
    others = (picture for picture in document.pictures if picture != own)
    return (own, *others) if own else ()


def _options(
    document: ItemDocument, current: VariantDocument, reachable: frozenset[str] | None
) -> tuple[OptionView, ...]:
    names = dict.fromkeys(name for variant in document.variants for name in variant.options)
    # JSON keeps no order; what is seen first is chosen first.
    ordered = sorted(names, key=lambda name: name not in CHOSEN_FIRST)
    return tuple(
        OptionView(
            name=name,
            current=current.options.get(name, ""),
            choices=tuple(_choice(document, current, name, value, reachable) for value in values),
        )
        for name in ordered
        if (values := _values_of(document, name))
    )


def _values_of(document: ItemDocument, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.options[name] for v in document.variants if name in v.options))


def _choice(
    document: ItemDocument,
    current: VariantDocument,
    name: str,
    value: str,
    reachable: frozenset[str] | None,
) -> OptionChoice:
    wanted: Mapping[str, str] = {**current.options, name: value}
    having = [variant for variant in document.variants if variant.options.get(name) == value]
    # The sibling that changes the least else: not every combination exists.
    nearest = max(having, key=lambda v: sum(v.options.get(k) == w for k, w in wanted.items()))
    return OptionChoice(
        value=value,
        url=document.url(nearest.sku),
        is_current=current.options.get(name) == value,
        is_exact=dict(nearest.options) == dict(wanted),
        is_reachable=reachable is None or nearest.sku in reachable,
    )


def _json_ld(
    document: ItemDocument, variant: VariantDocument, delivery: DeliveryView, site: str
) -> SafeString:
    sold_out = delivery.state == DeliveryState.SOLD_OUT
    facts: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Product",
        "name": document.title,
        "sku": variant.sku,
        "description": document.description,
        "brand": {"@type": "Brand", "name": document.brand},
        "image": [_absolute(picture.url, site) for picture in document.pictures],
        "offers": {
            "@type": "Offer",
            "url": site + document.url(variant.sku),
            "price": str(variant.price.to_decimal()),
            "priceCurrency": variant.price.currency,
            "availability": f"https://schema.org/{'OutOfStock' if sold_out else 'InStock'}",
        },
    }
    return mark_safe(json.dumps(facts).translate(UNSAFE_IN_SCRIPT))  # noqa: S308 - escaped


def _absolute(url: str, site: str) -> str:
    return site + url if url.startswith("/") else url
