"""Backoffice pages for shipments, to read: orders are shipped from their own page."""

from django.contrib import admin
from django.http import HttpRequest

from logistics.models import Shipment


@admin.register(Shipment)
class ShipmentAdmin(admin.ModelAdmin[Shipment]):
    list_display = [
        "order_number",
        "warehouse",
        "carrier",
        "tracking_number",
        "status",
        "promised_date",
        "shipped_at",
        "delivered_at",
        "is_on_time",
    ]
    list_filter = ["status", "warehouse", "carrier", "service_level"]
    list_select_related = ["warehouse", "carrier"]
    search_fields = ["order_number", "tracking_number"]
    date_hierarchy = "shipped_at"

    @admin.display(boolean=True, description="on time")
    def is_on_time(self, shipment: Shipment) -> bool | None:
        if shipment.delivered_at is None:
            return None
        return shipment.delivered_at.date() <= shipment.promised_date

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Shipment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Shipment | None = None) -> bool:
        return False
