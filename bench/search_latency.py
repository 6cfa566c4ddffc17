"""How long searches take, alone, together and while the index is written.

    python -m bench.search_latency --catalogue products.csv.gz --queries QUERIES.csv
        [--threads 4] [--seconds 10] [--scratch DIR] [--engine tantivy|elasticsearch]

Every product is put in stock at some of eight made-up warehouses; searches are filtered by
three of them, half also narrow by price, and all return facets.
"""

import argparse
import os
import threading
import time
from itertools import cycle
from pathlib import Path
from random import Random

from bench.search_quality import read_questions
from bench.search_shop import ENGINES, fill, scratch_shop, searching_by

WAREHOUSES = tuple(f"W{number}" for number in range(1, 9))


def stock_everything() -> None:
    """Say in the records where each product is, and rebuild the index from them."""
    from search import services  # noqa: PLC0415 (models exist after setup)
    from search.models import SearchRecord  # noqa: PLC0415

    random = Random(1)
    records = list(SearchRecord.objects.only("product_id", "variants"))
    for record in records:
        for variant in record.variants:
            variant["warehouses"] = [each for each in WAREHOUSES if random.random() < 0.4]
    SearchRecord.objects.bulk_update(records, ["variants"], batch_size=500)
    services.rebuild_index()


def search_until(deadline: float, texts: list[str], seed: int, seconds: list[float]) -> None:
    from search.selectors import search_products  # noqa: PLC0415 (models exist after setup)
    from search.types import SearchQuery  # noqa: PLC0415

    random = Random(seed)
    for text in cycle(random.sample(texts, len(texts))):
        if time.monotonic() > deadline:
            return
        query = SearchQuery(
            text=text,
            warehouses=tuple(random.sample(WAREHOUSES, 3)),
            price_max=random.choice([None, 10_000]),
        )
        started = time.perf_counter()
        search_products(query=query)
        seconds.append(time.perf_counter() - started)


def write_until(deadline: float, written: list[float]) -> None:
    """Commit five changed documents a second, as a busy backoffice would."""
    from search.engines import search_engine  # noqa: PLC0415 (models exist after setup)
    from search.models import SearchRecord  # noqa: PLC0415
    from search.projection import to_document  # noqa: PLC0415

    documents = [to_document(record) for record in SearchRecord.objects.all()[:5]]
    while time.monotonic() < deadline:
        started = time.perf_counter()
        search_engine().index(documents)
        written.append(time.perf_counter() - started)
        time.sleep(1)


def measure(name: str, texts: list[str], threads: int, length: float, *, writing: bool) -> None:
    seconds: list[float] = []
    written: list[float] = []
    deadline = time.monotonic() + length
    workers = [
        threading.Thread(target=search_until, args=(deadline, texts, seed, seconds))
        for seed in range(threads)
    ]
    if writing:
        workers.append(threading.Thread(target=write_until, args=(deadline, written)))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    millis = sorted(1000 * each for each in seconds)
    p50, p95, p99 = (millis[int(len(millis) * share)] for share in (0.5, 0.95, 0.99))
    line = (
        f"{name}: {len(millis) / length:.0f} searches/s, "
        f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms"
    )
    if written:
        line += f"; a commit takes {1000 * sorted(written)[len(written) // 2]:.0f} ms"
    print(line)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="tantivy")
    given = parser.parse_args()
    texts = [question.text for question in read_questions(given.queries)]
    with scratch_shop(given.scratch, "tantivy") as is_new:
        if is_new:
            fill(given.catalogue)
        with searching_by(given.engine, Path(os.environ["VAR_DIR"])):
            stock_everything()
            measure("warming up", texts, 1, given.seconds, writing=False)
            measure("one at a time", texts, 1, given.seconds, writing=False)
            measure(f"{given.threads} threads", texts, given.threads, given.seconds, writing=False)
            measure("one at a time, with commits", texts, 1, given.seconds, writing=True)


if __name__ == "__main__":
    main()
