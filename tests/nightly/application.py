"""A second implementation of the nightly application: small, and it dies where it is told to.

It reads the catalogue in its folder and leaves lists there, as the one on Spark does, with the
same lines on its standard output. What it is to do differently is in NIGHTLY_PLAN.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

IDS = pa.list_(pa.int64())
CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("for_you", IDS),
        ("categories", pa.list_(pa.struct([("path", pa.string()), ("products", IDS)]))),
        ("buy_again", IDS),
        ("bought", IDS),
    ]
)
PRODUCTS = pa.schema([("product_id", pa.int64()), ("similar", IDS), ("together", IDS)])
CATEGORIES = pa.schema([("path", pa.string()), ("products", IDS)])
ROWS_A_FILE = 1000


class Job:
    def __init__(self, folder: Path, until: str, plan: dict[str, Any]) -> None:
        self.folder = folder
        self.until = until
        self.plan = plan
        self.catalogue = pq.read_table(folder / "catalogue.parquet").to_pylist()
        self.products = sorted({row["product_id"] for row in self.catalogue})

    def run(self) -> int:
        if message := self.plan.get("refuse"):
            say({"event": "error", "message": message})
            return int(self.plan.get("exit", 1))
        for stage in ("events", "customers", "products", "categories"):
            self._do(stage)
        result = {
            "data_until": self.plan.get("data_until", self.until),
            "customers": self.plan["customers"],
            "products": len(self.products),
            "metrics": self.plan["metrics"],
        }
        if not self.plan.get("without_result"):
            (self.folder / "result.json").write_text(json.dumps(result))
        return 0

    def _do(self, stage: str) -> None:
        if (self.folder / stage / "_SUCCESS").exists():
            say({"event": "stage", "name": stage, "seconds": 0.0, "rows": 1, "kept": True})
            return
        sys.stderr.write(f"working on {stage}\n")
        sys.stderr.flush()
        self._note(stage)
        self._suffer(stage)
        rows = getattr(self, f"_{stage}")()
        say({"event": "stage", "name": stage, "seconds": 0.25, "rows": rows})

    def _note(self, stage: str) -> None:
        with Path(self.plan["journal"]).open("a") as journal:
            journal.write(f"{stage} {os.getpid()}\n")

    def _suffer(self, stage: str) -> None:
        if self.plan.get("killed_in") == stage:
            mark = self.folder / f"killed-{stage}-{time.monotonic_ns()}"
            if len(list(self.folder.glob(f"killed-{stage}-*"))) < self.plan["killed_times"]:
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if self.plan.get("waits_in") == stage:
            while not Path(self.plan["waits_for"]).exists():
                time.sleep(0.02)

    def _events(self) -> int:
        self._finish("events")
        return 1

    def _customers(self) -> int:
        rows = [
            {
                "customer_id": number,
                "for_you": self._from(number),
                "categories": [{"path": "outdoor", "products": self._from(number + 1)}],
                "buy_again": self._from(number)[:1],
                "bought": self._from(number)[:2],
            }
            for number in range(1, self.plan["customers"] + 1)
        ]
        return self._write("customers", rows, CUSTOMERS)

    def _products(self) -> int:
        rows = [
            {"product_id": id_, "similar": self._from(index + 1), "together": []}
            for index, id_ in enumerate(self.products)
        ]
        return self._write("products", rows, PRODUCTS)

    def _categories(self) -> int:
        paths = sorted({path for row in self.catalogue for path in row["categories"]})
        rows = [{"path": path, "products": self.products} for path in ["", *paths]]
        return self._write("categories", rows, CATEGORIES)

    def _from(self, number: int) -> list[int]:
        """Return all products, beginning at another one for each number."""
        start = number % len(self.products)
        return self.products[start:] + self.products[:start]

    def _write(self, name: str, rows: list[dict[str, Any]], schema: pa.Schema) -> int:
        (self.folder / name).mkdir(exist_ok=True)
        for start in range(0, len(rows), ROWS_A_FILE):
            part = pa.Table.from_pylist(rows[start : start + ROWS_A_FILE], schema=schema)
            pq.write_table(part, self.folder / name / f"part-{start:08}.parquet")
        self._finish(name)
        return len(rows)

    def _finish(self, name: str) -> None:
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / "_SUCCESS").touch()


def say(told: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("--lake", "--run", "--seed", "--until"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    plan = json.loads(os.environ["NIGHTLY_PLAN"])
    return Job(Path(options.run.removeprefix("file://")), options.until, plan).run()


if __name__ == "__main__":
    sys.exit(main())
