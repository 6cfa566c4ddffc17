"""The journal of `on_hand`."""

from collections.abc import Mapping

from logistics.models import StockMovement
from logistics.states import MovementReason


def record_movements(
    movements: Mapping[int, tuple[int, int]],
    *,
    reason: MovementReason,
    actor: str = "",
    order_number: str = "",
) -> None:
    """Write down stock row id -> (change, quantity on hand after it)."""
    StockMovement.objects.bulk_create(
        [
            StockMovement(
                stock_id=stock_id,
                delta=delta,
                on_hand_after=after,
                reason=reason,
                actor=actor,
                order_number=order_number,
            )
            for stock_id, (delta, after) in movements.items()
        ]
    )
