"""Backoffice pages for warehouses and carriers, and the look-up of a postal code."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from logistics.admin.forms import CarrierForm, WarehouseForm
from logistics.lane_cache import forget_cached_lanes
from logistics.lanes import find_lanes
from logistics.models import Carrier, CarrierHoliday, Warehouse, WarehouseHoliday
from logistics.planning import date_lane
from logistics.services import rebuild_serviceability
from logistics.services.network import announce_carrier_change
from shop.core.errors import DomainError
from shop.core.postal import find_place
from shop.core.visitor import Destination


class WarehouseHolidayInline(admin.TabularInline[WarehouseHoliday, Warehouse]):
    model = WarehouseHoliday
    extra = 1


class CarrierHolidayInline(admin.TabularInline[CarrierHoliday, Carrier]):
    model = CarrierHoliday
    extra = 1


@admin.register(Warehouse)
class WarehouseAdmin(admin.ModelAdmin[Warehouse]):
    form = WarehouseForm
    inlines = [WarehouseHolidayInline]
    list_display = ["code", "name", "postal_code", "timezone", "cutoff", "lane_count", "is_active"]
    list_filter = ["is_active", "country"]
    search_fields = ["code", "name", "postal_code"]

    @admin.display(description="lanes", ordering="lane_count")
    def lane_count(self, warehouse: Any) -> int:
        count: int = warehouse.lane_count
        return count

    def get_queryset(self, request: HttpRequest) -> QuerySet[Warehouse]:
        return super().get_queryset(request).annotate(lane_count=Count("lanes"))

    def save_related(
        self,
        request: HttpRequest,
        form: ModelForm[Warehouse],
        formsets: Any,
        change: bool,  # noqa: FBT001 - the signature of Django
    ) -> None:
        """Let the warehouse take part as saved, in the transaction that saves it."""
        super().save_related(request, form, formsets, change)
        rebuild_serviceability(warehouse_codes=[form.instance.code])

    def delete_model(self, request: HttpRequest, obj: Warehouse) -> None:
        super().delete_model(request, obj)
        forget_cached_lanes()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Warehouse]) -> None:
        super().delete_queryset(request, queryset)
        forget_cached_lanes()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look_up)
        return [path("look-up/", view, name="logistics_look_up"), *super().get_urls()]

    def look_up(self, request: HttpRequest) -> HttpResponse:
        """Show who delivers to a postal code, as an order placed now would find it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        postal_code = request.GET.get("postal_code", "").strip()
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Who delivers to a postal code",
            "opts": self.opts,
            "postal_code": postal_code,
        }
        if postal_code:
            context |= _look_up(request.GET.get("country", "US"), postal_code)
        return render(request, "admin/logistics/warehouse/look_up.html", context)


def _look_up(country: str, postal_code: str) -> dict[str, Any]:
    try:
        place = find_place(country, postal_code)
    except DomainError as error:
        return {"refusal": str(error)}
    destination = Destination(country=country, postal_code=place.postal_code)
    now = timezone.now()
    dated = [(lane, date_lane(lane, now=now)) for lane in find_lanes(destination)]
    return {"place": place, "lanes": dated}


@admin.register(Carrier)
class CarrierAdmin(admin.ModelAdmin[Carrier]):
    form = CarrierForm
    inlines = [CarrierHolidayInline]
    list_display = ["code", "name", "tracking_url"]
    search_fields = ["code", "name"]

    def save_related(
        self,
        request: HttpRequest,
        form: ModelForm[Carrier],
        formsets: Any,
        change: bool,  # noqa: FBT001 - the signature of Django
    ) -> None:
        """Let promises follow the carrier's calendar at once."""
        super().save_related(request, form, formsets, change)
        announce_carrier_change()
