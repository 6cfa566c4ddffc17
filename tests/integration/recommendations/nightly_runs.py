"""A small lake and catalogue, and the nightly application run on them as the shop would."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recommendations.interactions import read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.spark.nightly.submit import spark_submit_command

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
CUSTOMERS, PRODUCTS = 40, 24
DAYS = range(2, 100, 9)  # each day is a folder of the lake, and takes time
RETIRED, UNCATALOGUED = 3, 99
TABLES = ("customers", "products", "categories")
SEED = 7
LONGEST_SECONDS = 600

Event = dict[str, Any]


def event(kind: str, *, days_ago: float, **values: Any) -> Event:
    occurred_at = UNTIL - timedelta(days=days_ago)
    name = json.dumps([kind, days_ago, values], sort_keys=True, default=str)
    return {"event_id": name, "kind": kind, "occurred_at": occurred_at.isoformat(), **values}


def order(number: str, *products: int, **values: Any) -> Event:
    lines = [
        {"sku": f"S{product}", "quantity": 1, "unit_price_minor": 100, "product_id": product}
        for product in products
    ]
    return event(
        "order", **{"outcome": "confirmed", "lines": lines, "order_number": number} | values
    )


def crowd() -> Iterator[Event]:
    """Yield what a crowd did: customers with even numbers like even products, the others odd."""
    draw = random.Random(5)
    yield order("P0", UNCATALOGUED, days_ago=50, customer_id=1)
    for guest in range(5):
        yield event("view", sku="S1", days_ago=guest + 1, visitor=f"guest{guest}")
    for customer in range(1, CUSTOMERS + 1):
        kin = [product for product in range(1, PRODUCTS + 1) if product % 2 == customer % 2]
        for ordered, days_ago in enumerate(sorted(draw.sample(DAYS, 5), reverse=True)):
            who: dict[str, Any] = {"customer_id": customer, "visitor": f"v{customer}"}
            first, second, looked_at = draw.sample(kin, 3)
            number = f"P{customer}-{ordered}"
            yield order(number, first, second, days_ago=days_ago, **who)
            yield event("view", sku=f"S{looked_at}", days_ago=days_ago + 0.1, **who)


def write_lake(folder: Path, events: list[Event]) -> str:
    """Write the events as the collector does and return the lake's URL."""
    url = f"file://{folder}"
    lake = EventLake(url)
    by_partition: dict[Partition, list[Any]] = {}
    for each in events:
        interaction = read_interaction(each, now=UNTIL + timedelta(days=30))
        place = Partition(interaction.kind, interaction.day)
        by_partition.setdefault(place, []).append(interaction)
    for partition, interactions in by_partition.items():
        lake.write(partition, interactions)
    return url


def write_catalogue(run: Path) -> None:
    """Write what the shop tells of its products: even ones are lamps, odd ones are tools."""
    run.mkdir(parents=True)
    rows = [
        {
            "sku": f"S{product}",
            "product_id": product,
            "categories": ["tools", "tools/saws"] if product % 2 else ["lighting"],
            "is_published": product != RETIRED,
        }
        for product in range(1, PRODUCTS + 1)
    ]
    schema = pa.schema(
        [
            ("sku", pa.string()),
            ("product_id", pa.int64()),
            ("categories", pa.list_(pa.string())),
            ("is_published", pa.bool_()),
        ]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), run / "catalogue.parquet")


@dataclass(frozen=True)
class Ended:
    """How a run of the application ended."""

    code: int
    lines: list[dict[str, Any]]
    log: str

    @property
    def stages(self) -> dict[str, dict[str, Any]]:
        return {line["name"]: line for line in self.lines if line["event"] == "stage"}


def start(lake: str, run: Path) -> subprocess.Popen[str]:
    """Start the application in a process group of its own."""
    command, needed = spark_submit_command(lake=lake, run=f"file://{run}", seed=SEED, until=UNTIL)
    with (run / "log").open("a") as log:
        return subprocess.Popen(
            command,
            env={**os.environ, **needed},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def kill_after(stage: str, process: subprocess.Popen[str]) -> list[str]:
    """Kill the application once a stage has ended; return the names of those that had."""
    ended: list[str] = []
    assert process.stdout is not None
    with process.stdout as told:
        while stage not in ended and (line := told.readline()):
            ended.append(json.loads(line)["name"])
        time.sleep(0.5)  # in the middle of the next one
        os.killpg(process.pid, signal.SIGKILL)
        ended += [json.loads(line)["name"] for line in told]
    process.wait()
    return ended


def finish(process: subprocess.Popen[str], run: Path) -> Ended:
    try:
        told, _ = process.communicate(timeout=LONGEST_SECONDS)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    lines = [json.loads(line) for line in told.splitlines()]
    return Ended(process.returncode, lines, (run / "log").read_text())


def table(run: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table of the run, in a stable order."""
    rows: list[dict[str, Any]] = pq.read_table(run / name).to_pylist()
    return sorted(rows, key=lambda row: str(next(iter(row.values()))))


def tables(run: Path) -> dict[str, Any]:
    """Return everything the run has written."""
    result = json.loads((run / "result.json").read_text())
    return {"result": result} | {name: table(run, name) for name in TABLES}
