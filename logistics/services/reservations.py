"""Taking stock for an order and settling what becomes of it: committed, consumed, or released."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from logistics import stock_rows
from logistics.errors import InsufficientStock, NothingReserved
from logistics.lanes import read_lanes
from logistics.models import Reservation
from logistics.movements import record_movements
from logistics.planning import ShortTogether, date_lanes, make_plan, wanted_units
from logistics.states import RESERVATION_TRANSITIONS, MovementReason, ReservationStatus
from logistics.stock_rows import LockedStock
from logistics.types import AllocationPlan, LineRequest
from shop.core.visitor import Destination


class _PlanOutrun(Exception):
    """Another buyer was faster: the plan no longer fits the stock."""


def reserve_stock(
    *,
    order_number: str,
    plan: AllocationPlan,
    lines: Sequence[LineRequest],
    destination: Destination,
    now: datetime,
) -> AllocationPlan:
    """Hold the plan's stock for the order, or else what a new plan finds under locks; return the
    plan that holds.

    Call it last in the transaction that places the order: stock rows are the last locks to take,
    and the first that other buyers wait for.

    :raises InsufficientStock: if all warehouses of the address together are short; nothing is held
    then
    """
    try:
        # Rolling back to the savepoint drops its row locks too, so that the second attempt, which
        # needs more rows, can again lock in the order of ids.
        with transaction.atomic():
            locked = stock_rows.lock_parcels(plan.parcels)
            _hold(order_number, plan, locked, now)
    except _PlanOutrun:
        return _reserve_elsewhere(order_number, plan.service_level, lines, destination, now)
    return plan


def _reserve_elsewhere(
    order_number: str,
    service_level: str,
    lines: Sequence[LineRequest],
    destination: Destination,
    now: datetime,
) -> AllocationPlan:
    wanted = wanted_units(lines)
    lanes = date_lanes(read_lanes(destination), service_level=service_level, now=now)
    with transaction.atomic():
        locked = stock_rows.lock_candidates(
            warehouse_ids=[dated.lane.warehouse_id for dated in lanes], skus=wanted
        )
        available: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for row in locked.values():
            available[row.warehouse_id][row.sku] = row.available
        try:
            plan = make_plan(
                wanted=wanted, lanes=lanes, available=available, service_level=service_level
            )
        except ShortTogether as short:
            raise InsufficientStock(shortages=short.shortages) from None
        _hold(order_number, plan, locked, now)
    return plan


def _hold(
    order_number: str,
    plan: AllocationPlan,
    locked: Mapping[tuple[str, str], LockedStock],
    now: datetime,
) -> None:
    reservations = []
    for parcel in plan.parcels:
        for line in parcel.lines:
            row = locked.get((parcel.warehouse_code, line.sku))
            if row is None:
                raise _PlanOutrun
            reservations.append(
                Reservation(
                    order_number=order_number,
                    stock_id=row.id,
                    quantity=line.quantity,
                    carrier_id=parcel.carrier_id,
                    service_level=parcel.service_level,
                    promised_date=parcel.delivery_date,
                    created_at=now,
                )
            )
    changed = stock_rows.reserve({held.stock_id: held.quantity for held in reservations})
    if changed is None:
        raise _PlanOutrun
    Reservation.objects.bulk_create(reservations)
    stock_rows.publish_crossings(changed)


@transaction.atomic
def commit_reservations(*, order_number: str) -> int:
    """The order is paid: what it holds is its own. Return how many reservations changed, 0 on a
    repeat.

    :raises NothingReserved: if the order's stock was given back, or never held
    """
    changed = len(_move(order_number, ReservationStatus.COMMITTED))
    if not changed:
        _require(order_number, "commit", ReservationStatus.COMMITTED, ReservationStatus.CONSUMED)
    return changed


@transaction.atomic
def release_reservations(*, order_number: str) -> int:
    """Give back what the order holds; return how many reservations that were, 0 on a repeat."""
    stock_rows.lock_stock_of_order(
        order_number, RESERVATION_TRANSITIONS[ReservationStatus.RELEASED]
    )
    units = _move(order_number, ReservationStatus.RELEASED)
    if units:
        stock_rows.publish_crossings(stock_rows.give_back(units))
    return len(units)


@transaction.atomic
def consume_reservations(*, order_number: str, actor: str = "") -> int:
    """The parcels leave: lower `on_hand` by what was committed. Return how many reservations that
    were, 0 on a repeat.

    :raises NothingReserved: if the order has no committed stock
    """
    stock_rows.lock_stock_of_order(
        order_number, RESERVATION_TRANSITIONS[ReservationStatus.CONSUMED]
    )
    units = _move(order_number, ReservationStatus.CONSUMED)
    if not units:
        _require(order_number, "ship", ReservationStatus.CONSUMED)
        return 0
    sent = stock_rows.send(units)
    record_movements(
        {row.id: (-units[row.id], row.on_hand) for row in sent},
        reason=MovementReason.SHIPPED,
        actor=actor,
        order_number=order_number,
    )
    return len(units)


# Locking first and in the order of ids keeps two transitions of one order from deadlocking; the
# state is checked again under the lock, so that of two equal transitions one finds nothing left to
# do.
_MOVE = """
    WITH movable AS (
        SELECT id FROM logistics_reservation WHERE order_number = %s AND status = ANY(%s)
        ORDER BY id FOR UPDATE
    )
    UPDATE logistics_reservation AS reservation SET status = %s FROM movable
    WHERE reservation.id = movable.id
    RETURNING reservation.stock_id, reservation.quantity
"""


def _move(order_number: str, status: ReservationStatus) -> dict[int, int]:
    """Change the state of the order's reservations; return stock row id -> units that changed."""
    sources = [str(source) for source in RESERVATION_TRANSITIONS[status]]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [order_number, sources, str(status)])
        return dict(cursor.fetchall())


def _require(order_number: str, step: str, *statuses: ReservationStatus) -> None:
    if not Reservation.objects.filter(order_number=order_number, status__in=statuses).exists():
        raise NothingReserved(order_number=order_number, step=step)
