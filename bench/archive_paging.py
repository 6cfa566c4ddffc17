"""Does a customer with very many archived orders page as fast as one with ten?

    python -m bench.archive_paging --url cassandra://127.0.0.1:9042/bench_archive
        [--orders 100000] [--years 1] [--pages 300] [--writers 8] [--keep | --reuse]

Both customers' lists are written (their rows in `orders_by_customer`, which is all that a list
reads), then pages of five at the start, in the middle and at the end of each are read in turn.
`--keep` leaves the keyspace and `--reuse` measures what is in it, after a restart for example.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import django

from orders.cursor import Position
from orders.snapshots import summary_to_json
from orders.types import OrderSummary
from shop.core.money import Money

if TYPE_CHECKING:
    from orders.archives.cassandra import CassandraOrderArchive

PAGE = 5
FEW = 10
NEWEST_YEAR = 2025
SMALL, LARGE = 1, 2  # the customers


@dataclass(frozen=True)
class Spread:
    """Orders at even distances over whole years; number 0 is the newest."""

    orders: int
    years: int

    def placed_at(self, index: int) -> datetime:
        start = datetime(NEWEST_YEAR - self.years + 1, 1, 1, tzinfo=UTC)
        length = datetime(NEWEST_YEAR + 1, 1, 1, tzinfo=UTC) - start
        step = length / self.orders
        return start + length - step * (index + 0.5)

    def position(self, index: int) -> Position:
        return Position(self.placed_at(index), number(index))


def number(index: int) -> str:
    return f"BENCH-{index:07}"


def write(
    archive: "CassandraOrderArchive", customer_id: int, spread: Spread, writers: int
) -> None:
    # Their package needs models, which exist after setup.
    from orders.archives.cassandra import statements as cql  # noqa: PLC0415
    from orders.archives.cassandra.keys import to_micros  # noqa: PLC0415

    execute = archive.connection.execute
    now = time.time_ns() // 1000
    for year in {spread.placed_at(index).year for index in range(spread.orders)}:
        execute(cql.ENTER_YEAR, [customer_id, year, now])

    def enter(index: int) -> None:
        placed_at = spread.placed_at(index)
        text = json.dumps(summary(index, placed_at))
        key = customer_id, placed_at.year, to_micros(placed_at), number(index)
        execute(cql.ENTER, [*key, text, now])

    with ThreadPoolExecutor(writers) as pool:
        for batch in batches(iter(range(spread.orders)), 2000):  # what waits stays bounded
            list(pool.map(enter, batch))


def batches(indexes: Iterator[int], size: int) -> Iterator[list[int]]:
    while batch := list(islice(indexes, size)):
        yield batch


def summary(index: int, placed_at: datetime) -> dict[str, object]:
    return summary_to_json(
        OrderSummary(
            number=number(index),
            status="delivered",
            placed_at=placed_at,
            total=Money(1999 + index),
            line_count=3,
            titles=("A desk lamp of brass", "A notebook, ruled", "Twelve pencils"),
            picture_urls=("/media/p/lamp.svg", "/media/p/notebook.svg", "/media/p/pencils.svg"),
            promised_date=date(2025, 6, 1) + timedelta(days=index % 7),
        )
    )


def measure(call: Callable[[], int], times: int, expected: int) -> list[float]:
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        found = call()
        seconds.append(time.perf_counter() - started)
        assert found == expected, f"{found} orders on a page of {expected}"
    return seconds


def compare(archive: "CassandraOrderArchive", few: Spread, many: Spread, times: int) -> None:
    def page(customer_id: int, spread: Spread, after: int | None) -> Callable[[], int]:
        before = None if after is None else spread.position(after)
        return lambda: len(archive.list_by_customer(customer_id, before=before, limit=PAGE))

    places: dict[str, tuple[int | None, int | None, int]] = {
        "first": (None, None, PAGE),
        "deep": (few.orders // 2 - 3, many.orders // 2, PAGE),
        "last": (few.orders - 3, many.orders - 3, 2),
    }
    print(f"{'page':6} {'orders':>8} {'p50 ms':>8} {'p95 ms':>8}")
    for name, (after_few, after_many, expected) in places.items():
        figures = []
        taken: tuple[list[float], list[float]] = [], []
        # In turn, so that whatever else the machine does slows both.
        for _ in range(times // 10):
            taken[0].extend(measure(page(SMALL, few, after_few), 10, expected))
            taken[1].extend(measure(page(LARGE, many, after_many), 10, expected))
        for spread, seconds in zip((few, many), taken, strict=True):
            middle, high = statistics.median(seconds), statistics.quantiles(seconds, n=20)[18]
            figures.append((middle, high))
            print(f"{name:6} {spread.orders:8} {middle * 1000:8.2f} {high * 1000:8.2f}")
        (few_p50, few_p95), (many_p50, many_p95) = figures
        print(f"{name:6} {'ratio':>8} {many_p50 / few_p50:8.2f} {many_p95 / few_p95:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, help="with a keyspace for this alone")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--pages", type=int, default=300, help="how often each page is read")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--reuse", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    django.setup()
    from orders.archives.cassandra import CassandraOrderArchive  # noqa: PLC0415

    archive = CassandraOrderArchive(url=given.url, timeout_seconds=20)
    few, many = Spread(FEW, given.years), Spread(given.orders, given.years)
    if not given.reuse:
        archive.setup()
        started = time.perf_counter()
        write(archive, SMALL, few, given.writers)
        write(archive, LARGE, many, given.writers)
        print(f"written in {time.perf_counter() - started:.0f} s")
    compare(archive, few, many, given.pages)
    if not given.keep and not given.reuse:
        with archive.connection.session() as session:
            session.execute(f"DROP KEYSPACE {archive.connection.address.keyspace}", timeout=60)


if __name__ == "__main__":
    main()
