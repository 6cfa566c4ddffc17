"""What views say about themselves in the OpenAPI schema."""

import inspect
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from shop.api.idempotency import HEADER
from shop.api.openapi.security import requirements
from shop.api.problems import MEDIA_TYPE

MEANINGS = {
    200: "As asked for.",
    201: "It was made.",
    202: "It was taken note of.",
    204: "It is gone.",
    304: "The caller has the newest answer already.",
    400: "It cannot be read.",
    401: "Sign in, or send a cart token; or the token is over.",
    402: "The payment was refused.",
    403: "This is not allowed.",
    404: "There is no such thing.",
    409: "It clashes with the current state; `code` says how.",
    412: "It has changed since it was read.",
    413: "What was sent is too large.",
    415: "What was sent is not JSON.",
    422: "Something in it does not fit; `fields` says what.",
    429: "Too many calls: see Retry-After.",
    503: "Something the shop needs does not answer: see Retry-After.",
}


class ShortageShape(serializers.Serializer[Any]):
    sku = serializers.CharField()
    available = serializers.IntegerField(help_text="How many are left.")


class AmountShape(serializers.Serializer[Any]):
    minor = serializers.IntegerField()
    currency = serializers.CharField()


class ProblemShape(serializers.Serializer[Any]):
    """A refusal or an outage (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="What a program tells refusals apart by.")
    detail = serializers.CharField(help_text="What a person may be shown.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Texts by the path of the field they are about.",
    )
    shortages = ShortageShape(many=True, required=False)
    total = AmountShape(required=False, help_text="What it comes to now.")


def problems(*statuses: int) -> dict[Any, Any]:
    """Return the refusals of a view for `extend_schema(responses=…)`."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemShape, description=MEANINGS[status])
        for status in statuses
    }


class ShopSchema(AutoSchema):
    """Names things as apps shall see them; what calls have in common comes later (`openapi`)."""

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Return `Cart` for CartShape, and for LineBody `Line`, which becomes LineRequest."""
        return type(serializer).__name__.removesuffix("Shape").removesuffix("Body")

    def get_summary(self) -> str:
        """Return "Read cart" for `read_cart` where a view says nothing better."""
        return str(self.get_operation_id()).replace("_", " ").capitalize()

    def get_description(self) -> str:  # type: ignore[override]
        """Leave out what classes say about themselves: it is meant for who reads the code."""
        handler = getattr(self.view, self.method.lower(), None)
        return inspect.getdoc(handler) or ""

    def get_auth(self) -> Any:
        return requirements(self.get_tags(), getattr(self.view, "callers", None))


def sends(name: str, *statuses: int) -> OpenApiParameter:
    """Return for `extend_schema(parameters=…)` that answers of the statuses have the header.

    What it means is said once, in `openapi.answers`.
    """
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=[*statuses])


KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="8 to 100 printable characters; the same call with the same key has one effect.",
    examples=[OpenApiExample("a key", value="5f0c1c3e-6c5e-4a4e-9e8e-2f3a1b7c9d10")],
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag last read: if it has changed since, nothing is done (412).",
)
IF_MATCH_CART = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The cart's ETag: if the cart is another one by now, nothing is ordered (412).",
)
REQUIRED_KEY = OpenApiParameter(
    HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description=KEY.description
)
POSTAL_CODE = OpenApiParameter(
    "postal_code",
    OpenApiTypes.STR,
    description="Where to deliver to: only what reaches it is found, and days are promised.",
    examples=[OpenApiExample("San Francisco", value="94103")],
)
