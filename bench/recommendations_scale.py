"""How long the job takes, and what memory, for a number of made-up events.

    python -m bench.recommendations_scale [--events 1000000] [--users N]
        [--items 20000] [--mode novel|all]

Customers come with a long tail of activity, items with a long tail of popularity in groups of
taste. Tells of each stage the time and the processor time, which others on the machine do not
change much, and the most memory that the driver, Spark's process and its Python workers held
together.
"""

import argparse
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from recommendations.spark.pipeline import prepare, recommend, train
from recommendations.spark.purchases import read_purchases
from recommendations.spark.recipe import RECIPES, Mode
from recommendations.spark.runfile import write_run
from recommendations.spark.session import spark_session

EVENTS_PER_FILE = 1_000_000
GROUPS = 50
DAYS = 730
OF_OWN_TASTE = 0.7
LOOK_SECONDS = 0.5


def generate(folder: Path, *, events: int, users: int, items: int) -> None:
    """Write made-up events, file by file, so that memory does not grow with their number."""
    draw = np.random.default_rng(1)
    per_group = items // GROUPS
    for start in range(0, events, EVENTS_PER_FILE):
        count = min(EVENTS_PER_FILE, events - start)
        user = (users * draw.random(count) ** 2).astype(np.int64)
        own = draw.random(count) < OF_OWN_TASTE
        group = np.where(own, user % GROUPS, draw.integers(0, GROUPS, count))
        item = group + GROUPS * (per_group * draw.random(count) ** 3).astype(np.int64)
        # Ten or so events of a customer fall on the same day: baskets.
        visit = draw.integers(0, np.maximum(1, 4 * events // (users * 10)), count)
        day = (user * 7919 + visit * 104_729) % DAYS
        seconds = day * 86_400 + draw.integers(0, 86_400, count)
        table = {
            "user_id": user,
            "item_id": pa.array(item).cast(pa.string()),
            "ts": pa.array(1_700_000_000_000_000 + seconds * 1_000_000, pa.timestamp("us")),
        }
        pq.write_table(pa.table(table), folder / f"{start // EVENTS_PER_FILE:05}.parquet")


class Watch:
    """What this process and its descendants use.

    `most` is the memory they held at most; pages they share count for each. `busy` is the
    processor time of all, in seconds.
    """

    def __init__(self) -> None:
        self.most = 0
        self._busy: dict[tuple[int, float], float] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        here = psutil.Process()
        while not self._done.wait(LOOK_SECONDS):
            family = [here, *here.children(recursive=True)]
            self.most = max(self.most, sum(map(self._look_at, family)))

    def _look_at(self, process: psutil.Process) -> int:
        try:
            with process.oneshot():
                times = process.cpu_times()
                self._busy[process.pid, process.create_time()] = times.user + times.system
                return int(process.memory_info().rss)
        except psutil.NoSuchProcess:
            return 0

    @property
    def busy(self) -> float:
        return sum(self._busy.values())

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        began, busy = time.monotonic(), self.busy
        yield
        took, busy = time.monotonic() - began, self.busy - busy
        print(f"{stage:12} {took:8.1f} s {busy:8.1f} CPU-s  load {os.getloadavg()[0]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, help="one for each hundred events")
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--mode", type=Mode, choices=[*Mode], default=Mode.NOVEL)
    options = parser.parse_args()
    users = options.users or options.events // 100
    recipe = RECIPES[options.mode]
    with TemporaryDirectory() as name, Watch() as watch:
        folder = Path(name)
        (folder / "events").mkdir()
        with watch.timed("generating"):
            generate(folder / "events", events=options.events, users=users, items=options.items)
        with watch.timed("job"), spark_session() as spark:
            with watch.timed("reading"):
                numbered = prepare(read_purchases(spark, str(folder / "events")), recipe)
                numbered.histories.count()
            with watch.timed("training"):
                trained = train(numbered, recipe, options.mode)
            with watch.timed("ranking"):
                customers, lines = write_run(recommend(trained, top=20), folder / "run.tsv")
    print(
        f"{options.events} events, {customers} customers, {len(numbered.item_ids)} items, "
        f"{lines} recommendations; at most {watch.most / 1e9:.1f} GB, {os.cpu_count()} cores, "
        f"{datetime.now(UTC):%Y-%m-%d}"
    )


if __name__ == "__main__":
    main()
