"""Loading the demo shop: only what is not there yet, so that staff's changes to it stay."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from accounts.roles import ensure_roles
from catalog.selectors import get_offers
from catalog.services import save_many_products, save_product_type
from catalog.types import ProductInput
from logistics.selectors import serving_warehouses
from logistics.services import import_stock
from shop.core.visitor import Destination
from shop.demo.content import Model, leaves
from shop.demo.network import load_network, network
from shop.demo.orders import load_orders
from shop.demo.people import load_people
from shop.demo.products import first_sku, inputs, product_type
from shop.demo.stock import stock_lines

BATCH = 100
ARRIVALS = timedelta(days=5)  # from one batch to the next, so that "newest" means something
# The warehouse there serves all of the mainland, so it is known here once the network is loaded.
ANYWHERE = Destination(country="US", postal_code="43217")

Entry = tuple[Model, ProductInput]


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """How much was new."""

    lanes: int = 0
    products: int = 0
    people: int = 0
    orders: int = 0

    @property
    def changed_nothing(self) -> bool:
        return self == DemoReport()


def load_demo(
    *, now: datetime, on_progress: Callable[[str], None] = lambda _text: None
) -> DemoReport:
    """Enter what is missing of the network, the catalog with its stock, the people, their orders.

    A product that exists is left as it is, stock included. Killed at any point, the next run goes
    on from there.
    """
    lanes = 0 if _has_network() else load_network()
    on_progress(f"{lanes} new delivery lanes")
    products = _load_products(now=now, on_progress=on_progress)
    ensure_roles()
    people = load_people()
    orders = load_orders(now=now)
    on_progress(f"{people} new accounts, {orders} new orders")
    return DemoReport(lanes=lanes, products=products, people=people, orders=orders)


def _has_network() -> bool:
    codes = {warehouse["code"] for warehouse in network()["warehouses"]}
    return bool(codes & set(serving_warehouses(destination=ANYWHERE)))


def _load_products(*, now: datetime, on_progress: Callable[[str], None]) -> int:
    missing = _missing()
    if missing:
        for leaf in leaves():
            save_product_type(data=product_type(leaf))
    done = 0
    for batch in _batches(missing):
        _load_batch(batch, now=now - ARRIVALS * ((len(missing) - done) // BATCH))
        done += len(batch)
        on_progress(f"{done} of {len(missing)} new products")
    return done


def _missing() -> list[Entry]:
    """Return what is not there, well mixed, as new arrivals of a real shop are."""
    models = [model for leaf in leaves() for model in leaf.models]
    known = get_offers(skus=[first_sku(model) for model in models])
    if len(known) == len(models):
        return []  # and no drawing was made to find that out
    missing = [entry for entry in inputs() if first_sku(entry[0]) not in known]
    return sorted(missing, key=lambda entry: first_sku(entry[0]).split("-")[1])


@transaction.atomic
def _load_batch(batch: Sequence[Entry], *, now: datetime) -> None:
    """Enter products together with their stock: neither is ever there alone."""
    save_many_products(data=[data for _, data in batch], now=now)
    report = import_stock(lines=stock_lines(batch), actor="demo data")
    if report.bad:
        raise ValueError(f"Stock of the demo shop is wrong: {report.bad[0].reason}")


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    remaining = iter(entries)
    while batch := list(islice(remaining, BATCH)):
        yield batch
