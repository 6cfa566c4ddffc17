"""The customer who is signed in."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import get_customer
from accounts.services import rename_customer
from shop.api.shapes.account import AccountBody, AccountShape
from shop.api.views import CustomerView


class AccountView(CustomerView):
    @extend_schema(
        operation_id="read_account",
        summary="Read who is signed in",
        responses={200: AccountShape, 304: None},
        tags=["account"],
    )
    def get(self, request: Request) -> Response:
        return self.answer()

    @extend_schema(
        operation_id="change_account",
        summary="Change the customer's name",
        request=AccountBody,
        responses={200: AccountShape},
        tags=["account"],
    )
    def patch(self, request: Request) -> Response:
        body = self.read(AccountBody)
        if "full_name" in body:
            rename_customer(customer_id=self.customer_id, full_name=body["full_name"])
        return self.answer()

    def answer(self) -> Response:
        return Response(AccountShape(get_customer(customer_id=self.customer_id)).data)
