"""The prebuilt answer to "who delivers to this postal code, how fast and for how much"."""

from typing import ClassVar

from django.db import models

from logistics.models.network import Carrier, Lane, Warehouse
from logistics.states import ServiceLevel


class ServiceabilityRow(models.Model):
    """One prefix, warehouse and service level with its winning lane.

    A warehouse's longest row that matches a postal code answers alone: it carries what it inherits
    from shorter prefixes. Written by `logistics.services.rebuild_serviceability` only.
    """

    country = models.CharField(max_length=2)
    prefix = models.CharField(max_length=10, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="+")
    service_level = models.CharField(max_length=10, choices=ServiceLevel)
    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="+")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    transit_days = models.PositiveSmallIntegerField()
    fee_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["country", "prefix", "warehouse", "service_level"],
                name="one_row_per_prefix",
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.prefix or '*'} {self.warehouse_id} {self.service_level}"
