"""What apps tell of what is looked at: the pages record the same by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors import get_items_by_sku
from catalog.types import ItemDocument
from recommendations.interactions import read_interaction
from recommendations.selectors import Shopper
from recommendations.services import remember_view
from shop.api.idempotency import idempotent
from shop.api.schema import KEY
from shop.api.shapes.recommendations import EventsBody, RecordedShape
from shop.api.shopper import Caller
from shop.api.views import ShopView
from shop.core.errors import InvalidInput
from shop.core.stream import record_many

OLDEST = timedelta(days=7)
Event = Mapping[str, Any]


class EventsView(ShopView):
    """Views and clicks, also those of a while without a network."""

    @extend_schema(
        operation_id="record_events",
        summary="Tell what was looked at",
        parameters=[KEY],
        request=EventsBody,
        responses={202: RecordedShape},
        tags=["catalogue"],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        told = self.read(EventsBody)["events"]
        self._check_age(told)
        self.caller.owner  # noqa: B018 - refuses who is not known
        items = get_items_by_sku(skus=list(dict.fromkeys(event["sku"] for event in told)))
        known = [event for event in told if event["sku"] in items]
        record_looks(self.caller, known, items, now=self.now)
        unknown = sorted({event["sku"] for event in told} - items.keys())
        return Response({"recorded": len(known), "unknown": unknown}, status=202)

    def _check_age(self, told: Iterable[Event]) -> None:
        for place, event in enumerate(told):
            at = event.get("occurred_at", self.now)
            if not self.now - OLDEST <= at <= self.now + timedelta(minutes=1):
                message = gettext("Must be in the last seven days.")
                raise InvalidInput(message, fields={f"events.{place}.occurred_at": [message]})


def record_looks(
    caller: Caller, events: Sequence[Event], items: Mapping[str, ItemDocument], *, now: datetime
) -> None:
    """Record views and clicks by somebody known, and remember what was looked at last."""
    for kind in ("click", "view"):
        told = [_told(event, items[event["sku"]]) for event in events if event["kind"] == kind]
        for one in told:
            read_interaction({"event_id": "-", "kind": kind, "occurred_at": now, **one}, now=now)
        record_many(kind, told, visitor=caller.visitor, customer_id=caller.customer_id)
    shopper = Shopper(visitor=caller.visitor, customer_id=caller.customer_id)
    for event in events:
        if event["kind"] == "view":
            remember_view(shopper=shopper, product_id=items[event["sku"]].product_id)


def _told(event: Event, item: ItemDocument) -> dict[str, Any]:
    about: dict[str, Any] = {"sku": event["sku"], "product_id": item.product_id}
    if event["kind"] == "view" and item.category_path:
        about["category"] = item.category_path[-1].path
    about |= {name: event[name] for name in ("place", "text") if name in event}
    if "occurred_at" in event:
        about["occurred_at"] = event["occurred_at"].isoformat()
    return about
