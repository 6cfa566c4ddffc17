"""Backoffice pages for stock: quantities are corrected through the service, never written
directly.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from logistics.admin.forms import StockForm
from logistics.models import Stock, StockMovement
from logistics.services import set_stock
from shop.core.errors import DomainError


class MovementInline(admin.TabularInline[StockMovement, Stock]):
    """The last changes, to read."""

    model = StockMovement
    extra = 0
    can_delete = False
    ordering = ["-id"]
    max_num = 0
    fields = ["created_at", "delta", "on_hand_after", "reason", "actor", "order_number"]
    readonly_fields = ["created_at", "delta", "on_hand_after", "reason", "actor", "order_number"]

    def has_add_permission(self, *_: object) -> bool:
        return False


@admin.register(Stock)
class StockAdmin(admin.ModelAdmin[Stock]):
    form = StockForm
    inlines = [MovementInline]
    list_display = ["sku", "warehouse", "on_hand", "reserved", "available"]
    list_editable = ["on_hand"]
    list_filter = ["warehouse"]
    list_select_related = ["warehouse"]
    list_per_page = 50
    search_fields = ["sku"]
    show_full_result_count = False

    @admin.display
    def available(self, stock: Stock) -> int:
        return stock.available

    def get_readonly_fields(self, request: HttpRequest, obj: Stock | None = None) -> list[str]:
        return ["warehouse", "sku", "reserved", "available"] if obj else []

    def get_changelist_form(
        self, request: HttpRequest, **kwargs: Any
    ) -> type[forms.ModelForm[Stock]]:
        return StockForm

    def has_delete_permission(self, request: HttpRequest, obj: Stock | None = None) -> bool:
        """Its journal and reservations must stay; set it to 0 instead."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Stock,
        form: forms.ModelForm[Stock],
        change: bool,  # noqa: FBT001 - the signature of Django
    ) -> None:
        """Correct the quantity; an order that came in since the form was checked is told."""
        if change and "on_hand" not in form.changed_data:
            return
        seen = form.seen_on_hand if isinstance(form, StockForm) else None
        try:
            set_stock(
                warehouse_code=obj.warehouse.code,
                sku=obj.sku,
                on_hand=obj.on_hand,
                expected_on_hand=seen,
                actor=request.user.get_username(),
            )
        except DomainError as error:
            messages.error(request, f"Not saved: {error}")
        obj.pk = Stock.objects.get(warehouse=obj.warehouse, sku=obj.sku).pk
