"""Products: found, read one by one, or many at once."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors import get_item, get_items_by_sku
from catalog.types import ItemDocument
from shop.api.events import record_looks
from shop.api.schema import POSTAL_CODE, problems
from shop.api.selection import Selection, selection_of
from shop.api.shapes.products import DeliveryShape, ProductBatchShape, ProductShape
from shop.api.views import ShopView
from shop.core.errors import InvalidInput
from shop.pages.delivery import delivery_to

MOST_AT_ONCE = 50
FIELDS = OpenApiParameter("fields", OpenApiTypes.STR, description="Names, comma-separated.")
RECORD = OpenApiParameter(
    "record",
    OpenApiTypes.STR,
    enum=["view"],
    description="`view`: somebody has it on the screen; known callers' views are recorded.",
)
EXPAND = OpenApiParameter("expand", OpenApiTypes.STR, description="What else: `delivery`.")


class ProductView(ShopView):
    """One product, by the SKU of any of its variants."""

    @extend_schema(
        operation_id="read_product",
        parameters=[POSTAL_CODE, FIELDS, EXPAND, RECORD],
        responses={200: ProductShape, 304: None, **problems(404)},
        tags=["catalogue"],
    )
    def get(self, request: Request, sku: str) -> Response:
        wanted = selection_of(request, ProductShape, expandable=["delivery"])
        item = get_item(sku=sku)
        self._record(item, sku)
        return Response(self.show(item, sku, wanted))

    def show(self, item: ItemDocument, sku: str, wanted: Selection) -> dict[str, Any]:
        shown: dict[str, Any] = dict(ProductShape(item).data)
        if "delivery" in wanted:
            siblings = [variant.sku for variant in item.variants if variant.sku != sku]
            found = delivery_to(self.destination, sku=sku, siblings=siblings, now=self.now)
            shown["delivery"] = DeliveryShape(found).data
        return wanted.of(shown)

    def _record(self, item: ItemDocument, sku: str) -> None:
        looked = self.request.query_params.get("record", "")
        if looked not in ("", "view"):
            message = gettext("Must be “view”.")
            raise InvalidInput(message, fields={"record": [message]})
        if looked and self.caller.is_known and self.request.method == "GET":
            view = {"kind": "view", "sku": sku}
            record_looks(self.caller, [view], {sku: item}, now=self.now)


class ProductBatchView(ShopView):
    """Many products in one call, for what a phone has kept: a cart, a list, a history."""

    @extend_schema(
        operation_id="read_products",
        parameters=[
            OpenApiParameter(
                "skus", OpenApiTypes.STR, required=True, description="At most 50, comma-separated."
            ),
            FIELDS,
        ],
        responses={200: ProductBatchShape, 304: None},
        tags=["catalogue"],
    )
    def get(self, request: Request) -> Response:
        skus = _skus(request)
        wanted = selection_of(request, ProductShape, expandable=["delivery"])
        items = get_items_by_sku(skus=skus)
        return Response(
            {
                "products": {
                    sku: wanted.of(dict(ProductShape(items[sku]).data))
                    for sku in skus
                    if sku in items
                },
                "missing": [sku for sku in skus if sku not in items],
            }
        )


def _skus(request: Request) -> list[str]:
    skus = [sku for sku in request.query_params.get("skus", "").split(",") if sku]
    if not 1 <= len(skus) <= MOST_AT_ONCE:
        message = gettext("Name 1 to %(most)s SKUs.") % {"most": MOST_AT_ONCE}
        raise InvalidInput(message, fields={"skus": [message]})
    return list(dict.fromkeys(skus))
