"""Stock, the reservations that hold it, and the journal of why it changed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from logistics.models.network import Carrier, Warehouse
from logistics.states import LIVE_STATUSES, MovementReason, ReservationStatus, ServiceLevel


class Stock(models.Model):
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stock")
    sku = models.CharField("SKU", max_length=64)
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stock"
        ordering: ClassVar = ["sku", "warehouse__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku", "warehouse"], name="one_stock_row_per_sku_and_warehouse"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")),
                name="stock_is_never_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} in {self.warehouse.code}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class Reservation(models.Model):
    """What one order holds of one stock row, and how it was promised to travel."""

    order_number = models.CharField(max_length=20)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    restocked = models.PositiveIntegerField(default=0)
    status = models.CharField(
        max_length=10, choices=ReservationStatus, default=ReservationStatus.HELD
    )
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    service_level = models.CharField(max_length=10, choices=ServiceLevel)
    promised_date = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order_number", "stock"],
                condition=Q(status__in=LIVE_STATUSES),
                name="one_live_reservation_per_order_and_stock",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="reservation_of_one_at_least"
            ),
            models.CheckConstraint(
                condition=Q(restocked__lte=F("quantity")), name="restocked_at_most_what_was_sent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order_number"], name="reservation_by_order"),
            models.Index(
                fields=["stock"],
                condition=Q(status__in=LIVE_STATUSES),
                name="live_reservation_by_stock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}: {self.quantity} of {self.stock_id} ({self.status})"


class StockMovement(models.Model):
    """Why `on_hand` changed and by whom; the deltas of a stock row sum up to its `on_hand`."""

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="movements")
    delta = models.IntegerField()
    on_hand_after = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=MovementReason)
    actor = models.CharField(max_length=150, blank=True)
    order_number = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.reason}"
