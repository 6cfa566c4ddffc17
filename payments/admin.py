"""Payments, refunds and webhooks as staff see them: to read, to replay, to try again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from payments import services
from payments.models import Payment, Refund, StateChange, Verdict, WebhookEvent
from shop.core.errors import DomainError


class ReadOnly:
    """Money's records are changed by what happens, never by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StateChangeInline(ReadOnly, admin.TabularInline[StateChange, Payment]):
    model = StateChange
    extra = 0


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin[Payment]):
    list_display = ("order_number", "state", "amount", "gateway", "created_at", "expires_at")
    list_filter = ("state", "gateway")
    search_fields = ("order_number", "id", "session_ref", "capture_ref")
    ordering = ("-created_at",)
    inlines = (StateChangeInline,)


@admin.register(Refund)
class RefundAdmin(ReadOnly, admin.ModelAdmin[Refund]):
    list_display = ("order_number", "state", "amount", "reason", "attempts", "requested_at")
    list_filter = ("state", "reason")
    search_fields = ("payment__order_number", "id", "gateway_ref")
    ordering = ("-requested_at",)
    list_select_related = ("payment",)
    actions = ("try_again",)

    @admin.display(description="order")
    def order_number(self, refund: Refund) -> str:
        return refund.payment.order_number

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_refund")

    @admin.action(description="Try failed refunds again", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        done = 0
        for refund in queryset:
            try:
                services.retry_refund(refund_id=refund.id, now=timezone.now())
            except DomainError as refusal:
                self.message_user(request, f"{refund.id}: {refusal}", messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(request, f"{done} refunds are on their way again.")


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnly, admin.ModelAdmin[WebhookEvent]):
    list_display = ("event_id", "kind", "verdict", "detail", "payment_id", "received_at")
    list_filter = ("verdict", "kind", "gateway")
    search_fields = ("event_id", "payment_id")
    ordering = ("-received_at",)
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_webhookevent")

    @admin.action(description="Apply failed messages again", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        for event in queryset.filter(verdict=Verdict.FAILED):
            answer = services.replay_webhook(webhook_id=event.pk, now=timezone.now())
            self.message_user(request, f"{event.event_id}: {answer.verdict} {answer.detail}")
