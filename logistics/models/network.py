"""Warehouses, carriers, their holidays, and the lanes between a warehouse and postal areas."""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from logistics.states import ServiceLevel


def monday_to_friday() -> list[int]:
    return [1, 2, 3, 4, 5]


class Warehouse(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    country = models.CharField(max_length=2, default="US")
    postal_code = models.CharField(max_length=10)
    latitude = models.FloatField()
    longitude = models.FloatField()
    timezone = models.CharField("time zone", max_length=64)
    cutoff = models.TimeField(
        "cut-off", default=time(15), help_text="Orders before this local time leave the same day."
    )
    working_days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_friday)
    is_active = models.BooleanField(
        "active", default=True, help_text="An inactive warehouse serves nobody."
    )

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Carrier(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    working_days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_friday)
    tracking_url = models.CharField(
        "tracking address",
        max_length=200,
        blank=True,
        help_text="Where customers follow a parcel; {number} stands for the tracking number.",
    )

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    date = models.DateField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()


class WarehouseHoliday(Holiday):
    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="holidays")

    class Meta(Holiday.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["warehouse", "date"], name="one_warehouse_holiday_a_day"
            )
        ]


class CarrierHoliday(Holiday):
    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="holidays")

    class Meta(Holiday.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "date"], name="one_carrier_holiday_a_day")
        ]


class Lane(models.Model):
    """From a warehouse to postal areas: by whom, how fast, for how much."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="lanes")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="lanes")
    country = models.CharField(max_length=2, default="US")
    service_level = models.CharField(max_length=10, choices=ServiceLevel)
    postal_areas = models.TextField(
        help_text="Prefixes and ranges, separated by commas or lines: 94, 95000-95999."
        " * is the whole country."
    )
    transit_days = models.PositiveSmallIntegerField(help_text="Working days of the carrier.")
    fee_minor = models.PositiveIntegerField("fee in minor units")
    currency = models.CharField(max_length=3, default="USD")
    is_active = models.BooleanField("active", default=True)

    class Meta:
        ordering: ClassVar = ["warehouse__code", "service_level", "transit_days", "id"]

    def __str__(self) -> str:
        way = f"{self.service_level} by {self.carrier.name}"
        return f"{self.warehouse.code} {way}, {self.transit_days} days"
