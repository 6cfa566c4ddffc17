"""The OpenAPI schema: every view's own part, what all answers share, and signing in."""

from collections.abc import Mapping
from typing import Any

from allauth.headless.spec.internal.schema import get_schema
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from shop.api.idempotency import HEADER
from shop.api.problems import MEDIA_TYPE
from shop.api.shopper import CART_TOKEN

SIGN_IN = "/api/v1/auth/"
MEANINGS = {
    400: "It cannot be read.",
    401: "Sign in, or send a cart token; or the token is over.",
    402: "The payment was refused.",
    404: "There is no such thing.",
    409: "It clashes with the current state; `code` says how.",
    412: "It has changed since it was read.",
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
    """Adds what every call may meet: wrong tokens, limits, outages."""

    def get_response_serializers(self) -> Any:
        given: Any = super().get_response_serializers()
        found = given if isinstance(given, Mapping) else {200: given}
        shared = (401, 422, 429, 503) if self.method == "GET" else (400, 401, 422, 429, 503)
        return {**problems(*shared), **found}

    def get_override_parameters(self) -> Any:
        return [*super().get_override_parameters(), CART_TOKEN_PARAMETER]


CART_TOKEN_PARAMETER = OpenApiParameter(
    CART_TOKEN,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A guest's cart token, from `POST /api/v1/cart-tokens/`.",
)
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
REQUIRED_KEY = OpenApiParameter(
    HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description=KEY.description
)
POSTAL_CODE = OpenApiParameter(
    "postal_code",
    OpenApiTypes.STR,
    description="Where to deliver to: only what reaches it is found, and days are promised.",
    examples=[OpenApiExample("San Francisco", value="94103")],
)


def merge_sign_in(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 - the hook's own signature
) -> dict[str, Any]:
    """Add the paths of signing in, which allauth describes, and what they refer to."""
    theirs = get_schema()
    result["paths"] |= theirs["paths"]
    ours = result.setdefault("components", {})
    for kind, entries in theirs["components"].items():
        known = ours.setdefault(kind, {})
        clashes = known.keys() & entries.keys()
        if clashes:
            raise ValueError(f"Two shapes of one name: {', '.join(sorted(clashes))}")
        known |= entries
    result["tags"] = [*result.get("tags", []), *theirs.get("tags", [])]
    return result
