"""The backoffice's page about the stores, and the warning on its start page."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shop.core.models import OutboxMessage
from shop.core.stores import StoreStatus
from shop.operations.health import store_statuses


def absent_stores() -> list[StoreStatus]:
    """Return the stores that do not answer; a dead one costs its time-out once a pause."""
    return [status for status in store_statuses() if not status.answers]


@require_safe
def store_page(request: HttpRequest) -> HttpResponse:
    """Show what each store is, where, and whether it answers."""
    waiting = OutboxMessage.objects.filter(parked_at__isnull=True)
    context = {
        **admin.site.each_context(request),
        "title": "Stores",
        "statuses": store_statuses(),
        "now": timezone.now(),
        "waiting": waiting.count(),
        "oldest": waiting.order_by("created_at").values_list("created_at", flat=True).first(),
        "parked": OutboxMessage.objects.filter(parked_at__isnull=False).count(),
    }
    return render(request, "admin/stores.html", context)
