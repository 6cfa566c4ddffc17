"""Parked events, forgotten customers and popular products for staff to look at."""

from django.contrib import admin
from django.http import HttpRequest

from recommendations.models import ForgottenCustomer, ParkedEvent, PopularProduct


@admin.register(ParkedEvent)
class ParkedEventAdmin(admin.ModelAdmin[ParkedEvent]):
    list_display = ("entry_id", "reason", "parked_at")
    search_fields = ("reason",)
    readonly_fields = ("entry_id", "content", "reason", "parked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ForgottenCustomer)
class ForgottenCustomerAdmin(admin.ModelAdmin[ForgottenCustomer]):
    list_display = ("customer_id", "requested_at", "swept_at", "done_at")
    readonly_fields = ("customer_id", "requested_at", "swept_at", "done_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(PopularProduct)
class PopularProductAdmin(admin.ModelAdmin[PopularProduct]):
    list_display = ("category", "rank", "product_id", "score", "built_at")
    list_filter = ("category",)
    ordering = ("category", "rank")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: PopularProduct | None = None
    ) -> bool:
        return False
