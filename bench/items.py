"""How fast item documents are read and written: PostgreSQL's table against MongoDB.

    python -m bench.items MONGODB_URL [--documents 20000] [--reads 2000]

PostgreSQL is a durable one of the bench's own. Reads of the two take turns, so that both meet the
same machine; a database of the bench's own is dropped from MongoDB at the end.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command
from pymongo import MongoClient

from bench.scratch import scratch_shop
from catalog.stores.base import ItemStore
from catalog.stores.mongo import MongoItemStore
from catalog.types import (
    AttributeValue,
    CategoryRef,
    ItemDocument,
    PictureDocument,
    VariantDocument,
)
from shop.core.money import Money

BATCH = 500
LISTING = 24
DATABASE = f"bench_items_{os.getpid()}"


@contextmanager
def scratch_database() -> Iterator[None]:
    home = Path(tempfile.mkdtemp(prefix="bench-items-"))
    home.chmod(0o755)
    try:
        with scratch_shop(home, durable=True):
            call_command("migrate", verbosity=0)
            yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def both_stores(url: str) -> Iterator[dict[str, ItemStore]]:
    from catalog.stores.sql import SqlItemStore  # noqa: PLC0415 (its model exists after setup)

    mongodb = MongoItemStore(url=urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}")))
    try:
        yield {"sql": SqlItemStore(), "mongodb": mongodb}
    finally:
        mongodb.close()
        with MongoClient[dict[str, Any]](url) as client:
            client.drop_database(DATABASE)


def make_documents(count: int) -> list[ItemDocument]:
    """Return documents of about 4 kB: 3 variants, 12 attributes, 4 pictures."""
    words = [
        "light",
        "sturdy",
        "folding",
        "steel",
        "oak",
        "travel",
        "quiet",
        "bright",
        "compact",
        "washable",
    ]
    random = Random(1)
    return [
        ItemDocument(
            product_id=number,
            revision=1,
            slug=f"product-{number}",
            title=" ".join(random.sample(words, 5)),
            brand=random.choice(words),
            description=" ".join(random.choices(words, k=150)),
            bullets=tuple(" ".join(random.sample(words, 6)) for _ in range(4)),
            category_path=tuple(CategoryRef(path=each, name=each) for each in words[:3]),
            attributes=tuple(
                AttributeValue(code=f"a{each}", name=f"Fact {each}", value=each, display=str(each))
                for each in range(12)
            ),
            variants=tuple(
                VariantDocument(sku=f"{number}-{size}", options={"Size": size}, price=Money(999))
                for size in ("S", "M", "L")
            ),
            pictures=tuple(
                PictureDocument(
                    alt="A picture",
                    url=f"/media/{number}/{each}.webp",
                    sizes={size: f"/media/{number}/{each}-{size}.webp" for size in words[:3]},
                )
                for each in range(4)
            ),
            status="published",
            published_at=None,
        )
        for number in range(1, count + 1)
    ]


def write_all(store: ItemStore, documents: Sequence[ItemDocument]) -> float:
    """Return how many documents a second are written, in batches as the outbox makes them."""
    store.setup()
    started = time.perf_counter()
    for first in range(0, len(documents), BATCH):
        store.upsert(documents[first : first + BATCH])
    return len(documents) / (time.perf_counter() - started)


def page_reader(count: int) -> Callable[[ItemStore, int], object]:
    return lambda store, seed: store.get_by_sku(f"{Random(seed).randint(1, count)}-M")


def listing_reader(count: int) -> Callable[[ItemStore, int], object]:
    return lambda store, seed: store.get_many(Random(seed).sample(range(1, count + 1), LISTING))


def read_in_turn(
    stores: dict[str, ItemStore], reads: int, read: Callable[[ItemStore, int], object]
) -> dict[str, list[float]]:
    """Return each store's times in milliseconds, sorted."""
    times: dict[str, list[float]] = {name: [] for name in stores}
    for seed in range(reads):
        for name, store in stores.items():
            started = time.perf_counter()
            read(store, seed)
            times[name].append(1000 * (time.perf_counter() - started))
    return {name: sorted(each) for name, each in times.items()}


def tell_reads(what: str, times: dict[str, list[float]]) -> None:
    for share in (50, 95):
        sql, mongodb = (times[name][len(times[name]) * share // 100] for name in times)
        print(
            f"{what}, p{share}: sql {sql:.2f} ms, mongodb {mongodb:.2f} ms, "
            f"mongodb/sql {mongodb / sql:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--reads", type=int, default=2_000)
    given = parser.parse_args()
    with scratch_database(), both_stores(given.url) as stores:
        documents = make_documents(given.documents)
        sql, mongodb = (write_all(store, documents) for store in stores.values())
        print(
            f"{given.documents} new documents: sql {sql:.0f}/s, mongodb {mongodb:.0f}/s, "
            f"mongodb/sql {mongodb / sql:.2f}"
        )
        page = read_in_turn(stores, given.reads, page_reader(given.documents))
        tell_reads("product page", page)
        listing = read_in_turn(stores, given.reads // 4, listing_reader(given.documents))
        tell_reads(f"listing of {LISTING}", listing)


if __name__ == "__main__":
    main()
