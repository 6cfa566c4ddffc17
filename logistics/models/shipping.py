"""Parcels on their way."""

from typing import ClassVar

from django.db import models

from logistics.models.network import Carrier, Warehouse
from logistics.states import ServiceLevel, ShipmentStatus


class Shipment(models.Model):
    order_number = models.CharField(max_length=20)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="shipments")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="shipments")
    service_level = models.CharField(max_length=10, choices=ServiceLevel)
    tracking_number = models.CharField(max_length=64)
    promised_date = models.DateField()
    status = models.CharField(
        max_length=10, choices=ShipmentStatus, default=ShipmentStatus.SHIPPED
    )
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-shipped_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order_number", "warehouse"], name="one_shipment_per_order_and_warehouse"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_number} from {self.warehouse.code}"
