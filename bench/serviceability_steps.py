"""The steps that bench.serviceability measures."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from catalog.services import save_product
from catalog.types import ProductInput, VariantInput
from logistics import selectors, services
from logistics.models import Lane, ServiceabilityRow, Warehouse
from logistics.types import CarrierInput, LaneInput, LineRequest, WarehouseInput
from shop.core.postal import find_place
from shop.core.visitor import Destination

WAREHOUSES = 50
PREFIXES = 1000
SKUS = 500
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def run() -> None:
    services.save_carrier(data=CarrierInput(code="swift", name="Swift"))
    find_place("US", "94103")  # loads the postal data
    for number in range(WAREHOUSES):
        services.save_warehouse(
            data=WarehouseInput(code=f"W{number:02}", name=f"W{number:02}", postal_code="94103")
        )

    def save_lane(warehouse: str, level: str, first: int, lane_id: int | None = None) -> int:
        # Every other code, so that nothing can be merged: 1,000 prefixes of five digits.
        codes = ",".join(f"{(first + 2 * step) % 100_000:05}" for step in range(PREFIXES))
        data = LaneInput(
            warehouse_code=warehouse,
            carrier_code="swift",
            service_level=level,
            postal_areas=codes,
            transit_days=2,
            fee_minor=500,
        )
        return services.save_lane(data=data, lane_id=lane_id)

    with timed(f"enter {WAREHOUSES} lanes of {PREFIXES} prefixes, each in force at once"):
        for number in range(WAREHOUSES):
            save_lane(f"W{number:02}", "standard", 94_000 - 20 * number)
    print(f"  {ServiceabilityRow.objects.count()} rows in the table")
    with timed("add a second lane (express) of 1,000 prefixes to one of them"):
        added = save_lane("W07", "express", 94_000)
    with timed("change all prefixes of that lane"):
        save_lane("W07", "express", 20_000, added)
    with timed("change fee and speed of one lane of 1,000 prefixes"):
        Lane.objects.filter(warehouse__code="W09").update(fee_minor=900, transit_days=3)
        services.rebuild_serviceability(warehouse_codes=["W09"])
    with timed("rebuild all of them, nothing to change"):
        services.rebuild_serviceability()
    ServiceabilityRow.objects.all().delete()
    with timed("rebuild all of them from nothing"):
        services.rebuild_serviceability()

    for group in range(SKUS // 100):
        save_product(
            data=ProductInput(
                title=f"Bench {group}",
                brand="Bench",
                category="Bench",
                variants=tuple(
                    VariantInput(sku=f"SKU-{n}", price_minor=100, options={"No": str(n)})
                    for n in range(group * 100, group * 100 + 100)
                ),
            )
        )
    codes = list(Warehouse.objects.values_list("code", flat=True))
    rows = [f"{code},SKU-{n},1000\n" for code in codes for n in range(SKUS)]
    for what in ("import", "import again, unchanged,"):
        started = time.perf_counter()
        report = services.import_stock(lines=["warehouse,sku,on_hand\n", *rows])
        seconds = time.perf_counter() - started
        assert not report.bad
        speed = f"{report.rows / seconds:.0f} a second"
        print(f"{what} {report.rows} stock rows: {seconds:.2f} s, {speed}")

    codes_asked = [f"{94_000 + 2 * step:05}" for step in range(500)]
    destinations = [Destination(country="US", postal_code=code) for code in codes_asked]
    for what in ("from the table", "from the cache"):
        asked = each(destinations, lambda to: selectors.serving_warehouses(destination=to))
        print(f"look up an address {what}: {asked}")
    skus = [f"SKU-{n}" for n in range(24)]
    asked = each(
        destinations[:100], lambda to: selectors.promises(skus=skus, destination=to, now=NOW)
    )
    print(f"promises for a page of 24 products: {asked}")

    lines = [LineRequest(sku=f"SKU-{n}", quantity=2) for n in range(3)]
    numbers = iter(range(10**6))

    def order(to: Destination) -> None:
        plan = selectors.plan_allocation(
            lines=lines, destination=to, service_level="standard", now=NOW
        )
        services.reserve_stock(
            order_number=f"bench-{next(numbers)}",
            plan=plan,
            lines=lines,
            destination=to,
            now=NOW,
        )

    print(f"plan and reserve an order of 3 lines: {each(destinations[:200], order)}")


@contextmanager
def timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.2f} s")


def each(things: list[Any], do: Callable[[Any], object]) -> str:
    times = []
    for thing in things:
        started = time.perf_counter()
        do(thing)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    slow = times[int(len(times) * 0.95)]
    return f"median {statistics.median(times):.2f} ms, 95th percentile {slow:.2f} ms"
