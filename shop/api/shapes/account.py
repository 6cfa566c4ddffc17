"""The customer and the address book."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.types import Customer, SavedAddress
from shop.api.shapes.fields import TextField, YesNoField
from shop.api.shapes.orders import AddressShape

LONGEST_NAME = 150
ADDRESS = {
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "line2": "Floor 3",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94105",
    "country": "US",
    "phone": "(415) 555-0132",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "a customer", value={"id": 7, "email": "ada@example.com", "full_name": "Ada Park"}
        )
    ]
)
class AccountShape(serializers.Serializer[Customer]):
    """Who is signed in. The e-mail is changed where signing in is, by a code."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    full_name = serializers.CharField(help_text="Empty if it was never told.")


@extend_schema_serializer(
    examples=[OpenApiExample("a new name", value={"full_name": "Ada Lovelace"})]
)
class AccountBody(serializers.Serializer[Any]):
    full_name = TextField(max_length=LONGEST_NAME, allow_blank=True, required=False)


@extend_schema_serializer(
    examples=[OpenApiExample("an address", value={**ADDRESS, "id": 12, "is_default": True})]
)
class SavedAddressShape(AddressShape):
    """An entry of the address book; its ETag is what If-Match expects."""

    id = serializers.IntegerField()
    is_default = serializers.BooleanField(help_text="Where parcels go unless said otherwise.")

    def to_representation(self, saved: Any) -> dict[str, Any]:
        return {**saved.address.to_json(), "id": saved.id, "is_default": saved.is_default}


class AddressBookShape(serializers.Serializer[Any]):
    """All of a customer's addresses, 20 at most, the default first."""

    addresses = SavedAddressShape(many=True)


@extend_schema_serializer(
    examples=[OpenApiExample("an address", value={**ADDRESS, "is_default": False})]
)
class SavedAddressBody(AddressShape):
    """`is_default` false leaves the default what it is: another one takes its place."""

    is_default = YesNoField(default=False)


def address_json(saved: SavedAddress) -> dict[str, Any]:
    return SavedAddressShape().to_representation(saved)
