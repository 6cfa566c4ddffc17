"""Backoffice page of what was sent, to read only."""

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import SentNotification


@admin.register(SentNotification)
class SentNotificationAdmin(admin.ModelAdmin[SentNotification]):
    """Answers "did the customer get an e-mail?"."""

    list_display = ("sent_at", "kind", "order_number", "recipient")
    list_filter = ("kind", "sent_at")
    search_fields = ("order_number", "recipient")
    date_hierarchy = "sent_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only sending makes a row."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,
        obj: SentNotification | None = None,
    ) -> bool:
        """What happened does not change."""
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,
        obj: SentNotification | None = None,
    ) -> bool:
        """Deleting a row would let the e-mail go out again."""
        return False
