"""Loading stock levels from a file: streamed, in batches, bad rows reported and left out."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from catalog.selectors import get_offers
from logistics import stock_rows
from logistics.errors import InvalidImportFile
from logistics.models import Stock, Warehouse
from logistics.movements import record_movements
from logistics.services.inventory import LARGEST_ON_HAND
from logistics.states import MovementReason
from logistics.types import BadRow, ImportReport

COLUMNS = ("warehouse", "sku", "on_hand")
BATCH = 1000
LONGEST_SKU = 64

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class StockRow:
    line: int
    warehouse: str
    sku: str
    on_hand: int


def import_stock(
    *,
    lines: Iterable[str],
    actor: str = "import",
    on_batch: Callable[[int], None] = lambda rows: None,
) -> ImportReport:
    """Set stock from CSV lines with the columns warehouse, sku, on_hand; each batch is one
    transaction.

    A row that cannot be loaded is reported with its line and reason, the others are loaded; of
    several rows for one warehouse and SKU the last one counts. Loading a file again changes
    nothing.

    :raises InvalidImportFile: if the first line does not name the columns
    """
    reader = _open(lines)
    loader = _Loader(warehouses=dict(Warehouse.objects.values_list("code", "id")), actor=actor)
    records = _records(reader, loader)
    while batch := list(islice(records, BATCH)):
        loader.load(batch)
        on_batch(loader.rows)
    return ImportReport(
        rows=loader.rows,
        changed=loader.changed,
        unchanged=loader.unchanged,
        bad=tuple(sorted(loader.bad, key=lambda row: row.line)),
    )


Record = dict[str | Any, Any]


def _open(lines: Iterable[str]) -> "csv.DictReader[str]":
    reader = csv.DictReader(lines, restkey="", restval=None)
    try:
        header = reader.fieldnames or []
    except csv.Error as error:
        raise InvalidImportFile(f"This is not a CSV file: {error}.") from error
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise InvalidImportFile(
            f"The first line must name the columns {', '.join(COLUMNS)};"
            f" missing: {', '.join(missing)}."
        )
    return reader


class _Loader:
    """Counts as it goes; `load` is one transaction a batch, so that a broken file leaves whole
    batches.
    """

    def __init__(self, *, warehouses: Mapping[str, int], actor: str) -> None:
        self._warehouses = warehouses
        self._actor = actor
        self.rows = self.changed = self.unchanged = 0
        self.bad: list[BadRow] = []

    def load(self, records: Sequence[tuple[int, Record]]) -> None:
        self.rows += len(records)
        rows = [row for line, record in records if (row := self._read(line, record)) is not None]
        known = get_offers(skus=sorted({row.sku for row in rows}))
        latest: dict[Pair, StockRow] = {}
        for row in rows:
            if row.sku in known:
                latest[row.warehouse, row.sku] = row
            else:
                self.refuse(row.line, f"The catalog has no SKU “{row.sku}”.")
        if latest:
            self._save(latest)

    @transaction.atomic
    def _save(self, latest: Mapping[Pair, StockRow]) -> None:
        # Sorted, as two imports that insert the same rows wait for each other's unique keys.
        Stock.objects.bulk_create(
            [Stock(warehouse_id=self._warehouses[code], sku=sku) for code, sku in sorted(latest)],
            ignore_conflicts=True,
        )
        locked = stock_rows.lock_pairs([(row.warehouse, row.sku) for row in latest.values()])
        deltas: dict[int, int] = {}
        for pair, stock in locked.items():
            row = latest[pair]
            if row.on_hand < stock.reserved:
                self.refuse(
                    row.line,
                    f"{stock.reserved} are reserved for orders; on hand cannot be {row.on_hand}.",
                )
            elif row.on_hand == stock.on_hand:
                self.unchanged += 1
            else:
                deltas[stock.id] = row.on_hand - stock.on_hand
        self._apply(deltas)

    def _apply(self, deltas: Mapping[int, int]) -> None:
        if not deltas:
            return
        changed = stock_rows.adjust(deltas)
        record_movements(
            {stock.id: (deltas[stock.id], stock.on_hand) for stock in changed},
            reason=MovementReason.IMPORT,
            actor=self._actor,
        )
        stock_rows.publish_crossings(changed)
        self.changed += len(changed)

    def _read(self, line: int, record: Record) -> StockRow | None:
        try:
            return self._parse(line, record)
        except ValueError as error:
            self.refuse(line, str(error))
            return None

    def _parse(self, line: int, record: Record) -> StockRow:
        if "" in record or any(record[column] is None for column in COLUMNS):
            raise ValueError("The row has more or fewer cells than the header.")
        code, sku, on_hand = (record[column].strip() for column in COLUMNS)
        if code not in self._warehouses:
            raise ValueError(f"There is no warehouse “{code}”.")
        if not 1 <= len(sku) <= LONGEST_SKU or "\x00" in sku:
            raise ValueError(f"A SKU has 1 to {LONGEST_SKU} characters.")
        return StockRow(
            line=line,
            warehouse=code,
            sku=sku,
            on_hand=_parse_on_hand(on_hand),
        )

    def refuse(self, line: int, reason: str) -> None:
        self.bad.append(BadRow(line=line, reason=reason))


def _parse_on_hand(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ON_HAND))):
        raise ValueError(
            f"On hand must be a whole number from 0 to {LARGEST_ON_HAND:,}, not “{text[:20]}”."
        )
    if int(text) > LARGEST_ON_HAND:
        raise ValueError(f"On hand must be at most {LARGEST_ON_HAND:,}.")
    return int(text)


def _records(reader: "csv.DictReader[str]", loader: _Loader) -> Iterator[tuple[int, Record]]:
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            loader.rows += 1
            loader.refuse(reader.line_num, f"It cannot be read as CSV: {error}.")
        else:
            yield reader.line_num, record
