"""What staff see of the outbox: what waits, what is parked, and setting it going again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from shop.core import outbox
from shop.core.models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(admin.ModelAdmin[OutboxMessage]):
    """Read only, but for replaying dead letters."""

    list_display = ("id", "event_type", "subscriber", "attempts", "created_at", "parked_at")
    list_filter = (("parked_at", admin.EmptyFieldListFilter), "event_type")
    search_fields = ("payload", "last_error")
    actions = ("replay_messages",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.change_outboxmessage")

    @admin.action(description="Deliver parked messages again", permissions=["replay"])
    def replay_messages(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = outbox.replay(ids=ids, now=timezone.now())
        self.message_user(request, f"{count} parked messages are on their way again.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: OutboxMessage | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: OutboxMessage | None = None
    ) -> bool:
        return False
