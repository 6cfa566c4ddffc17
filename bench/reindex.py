"""Rebuilding the index of a shop that is searched and edited all the while.

    python -m bench.reindex --catalogue products.csv.gz --queries QUERIES.csv
        [--engine elasticsearch|tantivy] [--searches 20] [--edits 5] [--scratch DIR]

Searches go through the public selector; one that fails, is answered by the fallback, or finds
nothing where it found something before, is counted. Edits are saved in the catalogue and
brought to the index as the search consumer does; each puts a word of its own into a title, by
which the product must be found in the new index at the end. The rebuild is the command, in a
process of its own.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from bench import icecat
from bench.search_quality import read_questions
from bench.search_shop import fill, scratch_shop, searching_by

ROOT = Path(__file__).resolve().parents[1]
SEARCH_THREADS, EDIT_THREADS = 5, 2
PRODUCTS_EDITED = 300


@dataclass
class Tally:
    """What happened while the index was rebuilt."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    edited: dict[str, str] = field(default_factory=dict)
    edits: int = 0


def search_once(text: str, tally: Tally) -> None:
    from search.selectors import search_products  # noqa: PLC0415 (models exist after setup)
    from search.types import SearchQuery  # noqa: PLC0415

    started = time.perf_counter()
    try:
        result = search_products(query=SearchQuery(text=text))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        tally.failed.append(f"{text}: {error!r}")
        return
    tally.seconds.append(time.perf_counter() - started)
    if result.degraded:
        tally.failed.append(f"{text}: answered by the fallback")
    elif not result.total:
        tally.empty.append(text)


def edit_once(row: dict[str, Any], word: str, tally: Tally) -> None:
    """Save the product under a new title, and do what the search consumer does then."""
    from catalog.services import save_product  # noqa: PLC0415 (models exist after setup)
    from catalog.types import ProductInput, VariantInput  # noqa: PLC0415
    from search.services import refresh_products  # noqa: PLC0415

    variant = VariantInput(sku=row["sku"], price_minor=row["price_minor"])
    names = ("brand", "description", "category", "product_type", "attributes")
    data = ProductInput(
        title=f"{row['title'][:200]} {word}",
        variants=(variant,),
        **{name: row[name] for name in names},
    )
    refresh_products(product_ids=[save_product(data=data)])
    tally.edited[row["sku"]] = word
    tally.edits += 1


def at_a_rate(
    per_second: float, works: Iterator[Callable[[], None]], stop: threading.Event
) -> None:
    """Do one work after the other at that pace, late ones at once, until told to stop."""
    from django.db import connection  # noqa: PLC0415 (reads the environment)

    due = time.monotonic()
    while not stop.is_set():
        next(works)()
        due = max(due + 1 / per_second, time.monotonic() - 1)
        stop.wait(max(due - time.monotonic(), 0))
    connection.close()


class Shared:
    """One iterator for several threads."""

    def __init__(self, works: Iterator[Callable[[], None]]) -> None:
        self._works, self._lock = works, threading.Lock()

    def __iter__(self) -> "Shared":
        return self

    def __next__(self) -> Callable[[], None]:
        with self._lock:
            return next(self._works)


Work = tuple[float, Iterator[Callable[[], None]]]


@contextmanager
def load(given: argparse.Namespace, texts: Sequence[str], tally: Tally) -> Iterator[None]:
    stop = threading.Event()
    rows = list(islice(icecat.convert(given.catalogue), PRODUCTS_EDITED))
    edits = (
        lambda row=row, number=number: edit_once(row, f"reworded{letters(number)}", tally)
        for number, row in zip(count(), cycle(rows), strict=False)
    )
    guarded = Shared(edits)
    works: list[Work] = [(given.edits / EDIT_THREADS, guarded) for _ in range(EDIT_THREADS)]
    for number in range(SEARCH_THREADS):
        asked = cycle([*texts[number:], *texts[:number]])
        searches = (lambda text=text: search_once(text, tally) for text in asked)
        works.append((given.searches / SEARCH_THREADS, searches))
    threads = [threading.Thread(target=at_a_rate, args=(*work, stop)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def letters(number: int) -> str:
    """Return the number as letters, so that the word is none that is taken for a code."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05d}")


def missing(edited: dict[str, str]) -> list[str]:
    from search.selectors import search_products  # noqa: PLC0415 (models exist after setup)
    from search.types import SearchQuery  # noqa: PLC0415

    return [
        sku
        for sku, word in edited.items()
        if sku not in {hit.sku for hit in search_products(query=SearchQuery(text=word)).hits}
    ]


def rebuild() -> str:
    """Run `manage.py rebuild_search` and return what it said last."""
    from django.conf import settings  # noqa: PLC0415 (reads the environment)

    options = settings.STORES["search"]["OPTIONS"]
    places = {"ELASTICSEARCH_URL": "url", "ELASTICSEARCH_INDEX": "index"}
    chosen = {name: options[key] for name, key in places.items() if key in options}
    done = subprocess.run(
        [sys.executable, "manage.py", "rebuild_search"],
        cwd=ROOT,
        env=os.environ | chosen,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()[-1].rpartition("\r")[2]


def measure(given: argparse.Namespace) -> None:
    from search import services  # noqa: PLC0415 (models exist after setup)

    services.rebuild_index()
    texts, warm = [each.text for each in read_questions(given.queries)], Tally()
    for text in texts:
        search_once(text, warm)
    texts = [text for text in texts if text not in warm.empty]
    tally, started = Tally(), time.monotonic()
    with load(given, texts, tally):
        said = rebuild()
        seconds = time.monotonic() - started
    lost = missing(tally.edited)
    different = list(services.find_differences())
    millis = sorted(1000 * each for each in tally.seconds)
    print(
        f"{given.engine}, {seconds:.1f} s: {said}\n"
        f"{len(millis)} searches ({len(millis) / seconds:.1f}/s): {len(tally.failed)} failed, "
        f"{len(tally.empty)} empty; p50 {millis[len(millis) // 2]:.1f} ms, "
        f"p95 {millis[int(len(millis) * 0.95)]:.1f} ms\n"
        f"{tally.edits} edits ({tally.edits / seconds:.1f}/s) of {len(tally.edited)} products: "
        f"{len(tally.edited) - len(lost)} found in the new index, {len(lost)} lost; "
        f"{len(different)} differences between records and index"
    )
    for line in tally.failed[:5]:
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--engine", choices=["elasticsearch", "tantivy"], default="elasticsearch")
    parser.add_argument("--searches", type=float, default=20, help="a second")
    parser.add_argument("--edits", type=float, default=5, help="a second")
    parser.add_argument("--scratch", type=Path, help="keep the shop here for the next run")
    given = parser.parse_args()
    with scratch_shop(given.scratch, "tantivy") as is_new:
        if is_new:
            fill(given.catalogue)
        with searching_by(given.engine, Path(os.environ["VAR_DIR"])):
            measure(given)


if __name__ == "__main__":
    main()
