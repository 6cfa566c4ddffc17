"""Putting returned units back on the shelf they came from."""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction

from logistics import stock_rows
from logistics.errors import ReturnExceedsShipment
from logistics.models import Reservation
from logistics.movements import record_movements
from logistics.planning import wanted_units
from logistics.states import MovementReason, ReservationStatus
from logistics.types import LineRequest

_MARK = """
    UPDATE logistics_reservation AS reservation
    SET restocked = reservation.restocked + back.quantity
    FROM unnest(%s::bigint[], %s::int[]) AS back(id, quantity)
    WHERE reservation.id = back.id
"""


@transaction.atomic
def restock_returned(
    *, order_number: str, lines: Sequence[LineRequest] | None = None, actor: str = ""
) -> int:
    """Add what came back to the stock of the warehouses that sent it; return the units added.

    `lines` says how many of each SKU came back *so far in total* (None: all of them), which makes
    a repeated call harmless: only the difference to what is already back on the shelf is added.

    :raises ReturnExceedsShipment: if more came back than was sent
    """
    stock_rows.lock_stock_of_order(order_number, [ReservationStatus.CONSUMED])
    sent = list(
        Reservation.objects.filter(order_number=order_number, status=ReservationStatus.CONSUMED)
        .select_for_update(of=("self",))
        .select_related("stock")
        .order_by("id")
    )
    returned = None if lines is None else wanted_units(lines)
    back = (
        _share_out(sent, returned)
        if returned is not None
        else {r.id: r.quantity - r.restocked for r in sent}
    )
    back = {id_: units for id_, units in back.items() if units}
    if back:
        _put_back(
            order_number, {r.stock_id: back[r.id] for r in sent if r.id in back}, back, actor
        )
    return sum(back.values())


def _share_out(sent: Sequence[Reservation], returned: Mapping[str, int]) -> dict[int, int]:
    back: dict[int, int] = {}
    for sku, total in returned.items():
        parts = [reservation for reservation in sent if reservation.stock.sku == sku]
        shipped = sum(part.quantity for part in parts)
        if total > shipped:
            message = f"{sku}: {total} came back, but {shipped} were sent."
            raise ReturnExceedsShipment(message, fields={sku: [message]})
        missing = max(0, total - sum(part.restocked for part in parts))
        for part in parts:
            back[part.id] = min(missing, part.quantity - part.restocked)
            missing -= back[part.id]
    return back


def _put_back(
    order_number: str, stock_units: Mapping[int, int], marks: Mapping[int, int], actor: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(marks), list(marks.values())])
    changed = stock_rows.adjust(stock_units)
    record_movements(
        {row.id: (stock_units[row.id], row.on_hand) for row in changed},
        reason=MovementReason.RETURNED,
        actor=actor,
        order_number=order_number,
    )
    stock_rows.publish_crossings(changed)
