"""Backoffice pages for lanes."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from logistics.admin.forms import LaneForm
from logistics.domain.postal_areas import find_overlaps, parse_postal_areas
from logistics.models import Lane
from logistics.overlaps import find_lane_overlaps
from logistics.services import delete_lanes, rebuild_serviceability
from shop.core.money import Money

MOST_OVERLAPS_SHOWN = 10


@admin.register(Lane)
class LaneAdmin(admin.ModelAdmin[Lane]):
    form = LaneForm
    list_display = ["warehouse", "service_level", "carrier", "areas", "transit_days", "fee"]
    list_filter = ["warehouse", "service_level", "carrier", "is_active"]
    list_select_related = ["warehouse", "carrier"]
    search_fields = ["warehouse__code", "postal_areas"]

    @admin.display(description="postal areas")
    def areas(self, lane: Lane) -> str:
        return lane.postal_areas if len(lane.postal_areas) <= 60 else f"{lane.postal_areas[:57]}…"  # noqa: PLR2004 - fits the column

    @admin.display(ordering="fee_minor")
    def fee(self, lane: Lane) -> str:
        return Money(lane.fee_minor, lane.currency).format()

    def save_model(
        self,
        request: HttpRequest,
        obj: Lane,
        form: ModelForm[Lane],
        change: bool,  # noqa: FBT001 - the signature of Django
    ) -> None:
        """Let the lane take part as saved, in the transaction that saves it."""
        before = Lane.objects.filter(pk=obj.pk).values_list("warehouse__code", flat=True)
        codes = {*before, obj.warehouse.code}
        super().save_model(request, obj, form, change)
        report = rebuild_serviceability(warehouse_codes=codes)
        messages.info(
            request,
            f"Serviceability of {', '.join(report.warehouses)} is up to date:"
            f" {report.rows_written} rows written, {report.rows_removed} removed.",
        )
        for text in _overlaps(obj)[:MOST_OVERLAPS_SHOWN]:
            messages.warning(request, text)

    def delete_model(self, request: HttpRequest, obj: Lane) -> None:
        delete_lanes(lane_ids=[obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Lane]) -> None:
        delete_lanes(lane_ids=list(queryset.values_list("pk", flat=True)))


def _overlaps(lane: Lane) -> list[str]:
    """Say where areas of the lane overlap, and which lane serves them then."""
    tokens = parse_postal_areas(lane.postal_areas, country=lane.country)
    within: list[Any] = [
        f"{wider} and {narrower} of this lane overlap; one of them is enough."
        for wider, narrower in find_overlaps(tokens)
    ]
    return within + [
        f"Lane {overlap.other_lane_id} ({overlap.other_areas}) covers some of {overlap.areas} too:"
        f" {overlap.rule}"
        for overlap in find_lane_overlaps(lane)
    ]
