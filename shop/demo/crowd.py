"""A crowd of made-up shoppers who looked around and bought in the last months.

Recommendations are learned from many people; the few demo customers would teach nothing. The crowd
leaves behavioural events only: it holds no stock, has no accounts and owes no money.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from shop.core import stream
from shop.demo.content import Model, leaves
from shop.demo.people import customers
from shop.demo.products import first_sku

SHOPPERS = 400
DAYS = 90
VISITS = (2, 9)
STYLES = 4
# How people are: chances of one step of a visit following the other.
IN_STYLE = 0.75
TAKES_ONE = 0.45
TAKES_ITS_COMPANION = 0.4
PAYS = 0.7
BUYS_AGAIN = 0.25


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """`tastes` are the leaf categories, by number, that this one comes for."""

    visitor: str
    customer_id: int | None
    style: int
    tastes: tuple[int, ...]


def remember_crowd(*, now: datetime) -> int:
    """Put the crowd's events on the stream, once for each data folder; return how many.

    :raises StoreUnavailable: when the stream does not answer; the next call starts again, and the
        events it repeats have the same ids and times
    """
    marker = Path(settings.VAR_DIR) / "demo-crowd"
    if marker.exists():
        began = datetime.fromisoformat(marker.read_text().split()[0])
        if marker.read_text().endswith("done"):
            return 0
    else:
        began = now
        marker.write_text(began.isoformat())
    count = 0
    for shopper in _shoppers():
        for number, (kind, at, about) in enumerate(_visits(shopper, until=began)):
            stream.record_durable(
                kind,
                event_id=f"demo:{shopper.visitor}:{number}",
                occurred_at=at.isoformat(),
                visitor=shopper.visitor,
                customer_id=shopper.customer_id,
                **about,
            )
            count += 1
    marker.write_text(f"{began.isoformat()} done")
    return count


def _shoppers() -> Iterator[Shopper]:
    ids = [customer_id for customer_id, _, _ in customers()]
    for number in range(SHOPPERS):
        dice = Random(f"shopper {number}")  # noqa: S311 - to be the same each time
        home = dice.randrange(len(leaves()))
        root = leaves()[home].category[0]
        kin = [place for place, leaf in enumerate(leaves()) if leaf.category[0] == root]
        yield Shopper(
            visitor=f"demo-{number}",
            customer_id=ids[number] if number < len(ids) else None,
            style=dice.randrange(STYLES),
            # Mostly what they came for, something of its kind, and now and then anything.
            tastes=(home, home, home, dice.choice(kin), dice.randrange(len(leaves()))),
        )


Event = tuple[str, datetime, dict[str, Any]]


def _visits(shopper: Shopper, *, until: datetime) -> Iterator[Event]:
    dice = Random(f"visits of {shopper.visitor}")  # noqa: S311
    favorite: Model | None = None
    ages = sorted((dice.uniform(0.1, DAYS) for _ in range(dice.randint(*VISITS))), reverse=True)
    for number, age in enumerate(ages):
        at = until - timedelta(days=age)
        leaf = leaves()[dice.choice(shopper.tastes)]
        looked_at = [_choose(dice, leaf.models, shopper.style) for _ in range(dice.randint(2, 6))]
        for model in looked_at:
            at += timedelta(seconds=dice.randint(10, 90))
            yield "view", at, {"sku": first_sku(model)}
        basket = [looked_at[-1]] if dice.random() < TAKES_ONE else []
        if basket and dice.random() < TAKES_ITS_COMPANION:
            basket.append(_companion(basket[0]))
        if favorite is not None and dice.random() < BUYS_AGAIN:
            basket.append(favorite)
        for model in basket:
            yield "cart", at, {"sku": first_sku(model), "action": "add", "quantity": 1}
        if basket and dice.random() < PAYS:
            favorite = favorite or basket[0]
            yield _order(f"demo-{shopper.visitor}-{number}", basket, at + timedelta(minutes=3))


def _order(number: str, basket: Sequence[Model], at: datetime) -> Event:
    models = {first_sku(model): model for model in basket}
    lines = [
        {"sku": sku, "quantity": 1, "unit_price_minor": model.price_minor}
        for sku, model in models.items()
    ]
    about = {
        "order_number": number,
        "outcome": "confirmed",
        "lines": lines,
        "total_minor": sum(model.price_minor for model in models.values()),
        "currency": settings.SHOP_CURRENCY,
    }
    return "order", at, about


def _choose(dice: Random, models: Sequence[Model], style: int) -> Model:
    alike = [model for model in models if _number(model) % STYLES == style]
    return dice.choice(alike if alike and dice.random() < IN_STYLE else models)


def _companion(model: Model) -> Model:
    """Return the one thing that goes with it, from another leaf of the same root category."""
    others = [
        other
        for leaf in leaves()
        if leaf.category[0] == model.category[0] and leaf.category != model.category
        for other in leaf.models
    ] or [other for leaf in leaves() for other in leaf.models if other is not model]
    return others[_number(model) % len(others)]


def _number(model: Model) -> int:
    """Return a number that follows from the product alone."""
    return int.from_bytes(blake2b(first_sku(model).encode(), digest_size=4).digest())
