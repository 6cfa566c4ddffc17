"""What an app needs before its first screen, and what is known of a postal code."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

CALIFORNIA = {"code": "CA", "name": "California"}


class NamedCodeShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class CountryShape(NamedCodeShape):
    """`code` and the codes of `regions` are what addresses take as `country` and `region`."""

    regions = NamedCodeShape(many=True)


class SignInShape(serializers.Serializer[Any]):
    configuration_url = serializers.CharField(
        help_text="A path of this server that tells which ways there are."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "the shop",
            value={
                "name": "Parcelwise",
                "currency": "USD",
                "languages": [
                    {"code": "en", "name": "English"},
                    {"code": "es", "name": "Español"},
                ],
                "countries": [{"code": "US", "name": "United States", "regions": [CALIFORNIA]}],
                "live_url": "wss://shop.example",
                "sign_in": {"configuration_url": "/api/v1/auth/app/v1/config"},
            },
        )
    ]
)
class StorefrontShape(serializers.Serializer[Any]):
    """What is the same for everybody, and seldom changes."""

    name = serializers.CharField()
    currency = serializers.CharField(help_text="Of all prices (ISO 4217).")
    languages = NamedCodeShape(many=True, help_text="What Accept-Language may ask for.")
    countries = CountryShape(many=True, help_text="Where addresses may be.")
    live_url = serializers.CharField(
        help_text="Orders are followed at /ws/orders/<number>/ below it, by WebSocket."
    )
    sign_in = SignInShape()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "San Francisco",
            value={
                "postal_code": "94103",
                "city": "San Francisco",
                "region": "CA",
                "country": "US",
                "is_served": True,
            },
        )
    ]
)
class PostalCodeShape(serializers.Serializer[Any]):
    """Where it is. One that is not known is refused, here as wherever one is sent."""

    postal_code = serializers.CharField(help_text="Five digits, whatever was added to them.")
    city = serializers.CharField()
    region = serializers.CharField(help_text="A state's code, such as CA.")
    country = serializers.CharField()
    is_served = serializers.BooleanField(help_text="Some warehouse of ours delivers there.")
