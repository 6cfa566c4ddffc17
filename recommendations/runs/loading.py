"""From Spark's files to tables: whole batches, by the one who holds the run.

Killed in between, all rows of the run are written anew: nobody reads them before `finish`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from recommendations.forgetting import lock_forgetting
from recommendations.models import ForgottenCustomer
from recommendations.runs.claims import Claim
from recommendations.runs.clearing import delete_rows
from recommendations.runs.errors import BadOutput
from recommendations.runs.folder import RunFolder

BATCH = 2000

Row = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A folder of Spark's and the table that it goes to, with how a row becomes one of ours."""

    folder: str
    table: str
    columns: Sequence[str]
    read: Sequence[str]
    values: Callable[[Row], Sequence[object]]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    customers: int
    products: int


def _array(numbers: Iterable[int] | None) -> str:
    """Return PostgreSQL's text for an array; psycopg's own way takes ten times as long."""
    return f"{{{','.join(map(str, numbers or ()))}}}"


def _by_path(lists: Iterable[Row] | None) -> str:
    return json.dumps({each["path"]: each["products"] or [] for each in lists or ()})


CUSTOMERS = Target(
    folder="customers",
    table="recommendations_customerlists",
    columns=("customer_id", "for_you", "categories", "buy_again", "bought"),
    read=("customer_id", "for_you", "categories", "buy_again", "bought"),
    values=lambda row: (
        row["customer_id"],
        _array(row["for_you"]),
        _by_path(row["categories"]),
        _array(row["buy_again"]),
        _array(row["bought"]),
    ),
)
PRODUCTS = Target(
    folder="products",
    table="recommendations_productlists",
    columns=("product_id", "similar", "together"),
    read=("product_id", "similar", "together"),
    values=lambda row: (row["product_id"], _array(row["similar"]), _array(row["together"])),
)
CATEGORIES = Target(
    folder="categories",
    table="recommendations_categorylists",
    columns=("path", "product_ids"),
    read=("path", "products"),
    values=lambda row: (row["path"], _array(row["products"])),
)


def load_lists(claim: Claim, folder: RunFolder, *, clock: Clock) -> Loaded:
    """Write the rows of the run, without the customers who asked to be forgotten.

    :raises RunTakenOver: when the run is another's now; what was written is written anew by it
    :raises BadOutput: when the files are not what was agreed
    :raises StoreUnavailable: when they cannot be reached
    """
    delete_rows(claim.run_id, on_batch=lambda: claim.write(now=clock()))
    unwanted = forgotten_since(claim.started_at)
    customers = _load(CUSTOMERS, claim, folder, clock, without=unwanted)
    products = _load(PRODUCTS, claim, folder, clock)
    _load(CATEGORIES, claim, folder, clock)
    return Loaded(customers=customers, products=products)


def leave_out_forgotten(claim: Claim) -> int:
    """Delete the lists of who asked since they were loaded; nobody asks until the commit."""
    lock_forgetting()
    asked = forgotten_since(claim.started_at)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM recommendations_customerlists"
            " WHERE run_id = %s AND customer_id = ANY(%s)",
            [claim.run_id, sorted(asked)],
        )
        return int(cursor.rowcount)


def forgotten_since(started_at: datetime) -> set[int]:
    """Return whose events may be among those that a run started then has read."""
    asked = ForgottenCustomer.objects.filter(Q(done_at=None) | Q(done_at__gte=started_at))
    return set(asked.values_list("customer_id", flat=True))


def _load(
    target: Target,
    claim: Claim,
    folder: RunFolder,
    clock: Clock,
    *,
    without: AbstractSet[int] = frozenset(),
) -> int:
    count = 0
    for batch in folder.read_rows(target.folder, target.read, size=BATCH):
        rows = [row for row in batch if row.get("customer_id") not in without]
        try:
            values = [target.values(row) for row in rows]
        except (KeyError, TypeError) as error:
            raise BadOutput(f"A row of {target.folder} is not what was agreed.") from error
        with transaction.atomic():
            claim.write(now=clock())  # and hold its record, so that nobody else writes meanwhile
            _copy(target, claim.run_id, values)
        count += len(values)
    return count


def _copy(target: Target, run_id: int, rows: Iterable[Sequence[object]]) -> None:
    names = ", ".join(f'"{name}"' for name in ("run_id", *target.columns))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {target.table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((run_id, *row))
