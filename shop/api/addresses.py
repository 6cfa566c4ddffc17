"""The address book of the customer who is signed in."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import get_address, list_addresses
from accounts.services import delete_address, save_address, set_default_address
from accounts.types import PostalAddress
from shop.api.conditional import etag_of, expected_versions
from shop.api.idempotency import idempotent
from shop.api.schema import IF_MATCH, KEY, problems, sends
from shop.api.shapes.account import (
    AddressBookShape,
    SavedAddressBody,
    SavedAddressShape,
    address_json,
)
from shop.api.views import CustomerView


class AddressView(CustomerView):
    """What all views of addresses have."""

    def show(self, address_id: int, *, status: int = 200, **headers: str) -> Response:
        saved = get_address(customer_id=self.customer_id, address_id=address_id)
        shown = address_json(saved)
        headers["ETag"] = etag_of(saved.version, shown)
        return Response(shown, status=status, headers=headers)

    def save(self, address_id: int | None) -> int:
        body = self.read(SavedAddressBody)
        is_default = body.pop("is_default")
        return save_address(
            customer_id=self.customer_id,
            address=PostalAddress(**body),
            is_default=is_default,
            address_id=address_id,
            expected=expected_versions(self.request),
        )


class AddressBookView(AddressView):
    @extend_schema(
        operation_id="list_addresses",
        summary="Read the address book",
        responses={200: AddressBookShape, 304: None},
        tags=["addresses"],
    )
    def get(self, request: Request) -> Response:
        addresses = list_addresses(customer_id=self.customer_id)
        return Response(AddressBookShape({"addresses": addresses}).data)

    @extend_schema(
        operation_id="add_address",
        summary="Add an address",
        parameters=[KEY, sends("ETag", 201), sends("Location", 201)],
        request=SavedAddressBody,
        responses={201: SavedAddressShape, **problems(409)},
        tags=["addresses"],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        address_id = self.save(None)
        return self.show(address_id, status=201, Location=f"/api/v1/addresses/{address_id}/")


class OneAddressView(AddressView):
    @extend_schema(
        operation_id="read_address",
        summary="Read an address",
        responses={200: SavedAddressShape, 304: None, **problems(404)},
        tags=["addresses"],
    )
    def get(self, request: Request, address_id: int) -> Response:
        return self.show(address_id)

    @extend_schema(
        operation_id="change_address",
        summary="Change an address",
        parameters=[IF_MATCH, sends("ETag", 200)],
        request=SavedAddressBody,
        responses={200: SavedAddressShape, **problems(404, 412)},
        tags=["addresses"],
    )
    def put(self, request: Request, address_id: int) -> Response:
        return self.show(self.save(address_id))

    @extend_schema(
        operation_id="remove_address",
        summary="Remove an address",
        parameters=[IF_MATCH],
        responses={204: None, **problems(404, 412)},
        tags=["addresses"],
    )
    def delete(self, request: Request, address_id: int) -> Response:
        delete_address(
            customer_id=self.customer_id,
            address_id=address_id,
            expected=expected_versions(request),
        )
        return Response(status=204)


class DefaultAddressView(AddressView):
    """Where parcels usually go."""

    @extend_schema(
        operation_id="make_address_default",
        summary="Deliver to this address unless said otherwise",
        parameters=[sends("ETag", 200)],
        request=None,
        responses={200: SavedAddressShape, **problems(404)},
        tags=["addresses"],
    )
    def post(self, request: Request, address_id: int) -> Response:
        set_default_address(customer_id=self.customer_id, address_id=address_id)
        return self.show(address_id)
