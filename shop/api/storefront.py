"""What an app asks before its first screen: about the shop, and about where the customer is."""

from collections.abc import Iterable

from babel import Locale
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, to_locale
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.addresses import STATES
from shop.api.schema import problems
from shop.api.shapes.shop import PostalCodeShape, StorefrontShape
from shop.api.shopper import Callers, destination_of, warehouses_for
from shop.api.views import ShopView

FOR_EVERYBODY = {"Cache-Control": "public, max-age=300"}


class StorefrontView(ShopView):
    callers = Callers.ANYBODY

    @extend_schema(
        operation_id="read_shop",
        summary="Read what an app needs to start",
        responses={200: StorefrontShape, 304: None},
        tags=["shop"],
    )
    def get(self, request: Request) -> Response:
        country = settings.SHOP_COUNTRY
        territories = Locale.parse(to_locale(get_language() or "en-us")).territories
        shown = {
            "name": settings.SHOP_NAME,
            "currency": settings.SHOP_CURRENCY,
            "languages": _named(settings.LANGUAGES),
            "countries": [
                {"code": country, "name": territories[country], "regions": _named(STATES.items())}
            ],
            "live_url": settings.LIVE_URL,
            "sign_in": {"configuration_url": reverse("headless:app:config")},
        }
        return Response(StorefrontShape(shown).data, headers=FOR_EVERYBODY)


class PostalCodeView(ShopView):
    callers = Callers.ANYBODY

    @extend_schema(
        operation_id="read_postal_code",
        summary="Look up a postal code",
        responses={200: PostalCodeShape, 304: None, **problems(422)},
        tags=["shop"],
    )
    def get(self, request: Request, postal_code: str) -> Response:
        place = destination_of(postal_code)
        shown = {**vars(place), "is_served": bool(warehouses_for(place))}
        return Response(PostalCodeShape(shown).data, headers=FOR_EVERYBODY)


def _named(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in pairs]
