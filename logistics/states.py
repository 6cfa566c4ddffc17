"""Stored codes of the app, one enum per concept, and the transitions a reservation may take."""

from django.db.models import TextChoices


class ServiceLevel(TextChoices):
    STANDARD = "standard", "Standard"
    EXPRESS = "express", "Express"


class ReservationStatus(TextChoices):
    HELD = "held", "Held for an order that is not paid yet"
    COMMITTED = "committed", "Committed to a paid order"
    CONSUMED = "consumed", "Left the warehouse"
    RELEASED = "released", "Given back"


class MovementReason(TextChoices):
    CORRECTION = "correction", "Corrected by staff"
    IMPORT = "import", "Imported"
    SHIPPED = "shipped", "Shipped"
    RETURNED = "returned", "Returned by a customer"


class ShipmentStatus(TextChoices):
    SHIPPED = "shipped", "On its way"
    DELIVERED = "delivered", "Delivered"


LIVE_STATUSES = (ReservationStatus.HELD, ReservationStatus.COMMITTED)
"""Reservations in these states count in `Stock.reserved`."""

RESERVATION_TRANSITIONS: dict[ReservationStatus, tuple[ReservationStatus, ...]] = {
    ReservationStatus.COMMITTED: (ReservationStatus.HELD,),
    ReservationStatus.CONSUMED: (ReservationStatus.COMMITTED,),
    ReservationStatus.RELEASED: LIVE_STATUSES,
}
"""New state -> the states it may be reached from."""
