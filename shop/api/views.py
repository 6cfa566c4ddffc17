"""What every view of the API is made of."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from shop.api.limits import LimitedView
from shop.api.shopper import Caller, Callers, caller_of, destination_of
from shop.core.errors import InvalidInput
from shop.core.visitor import Destination

LONGEST_NUMBER = 9


class ShopView(LimitedView):
    """A view that knows its caller, where to deliver to, and what time it is."""

    request: Request
    callers: Callers | None = None  # as the schema tells; unset: what its tag says

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.now: datetime = timezone.now()

    @property
    def caller(self) -> Caller:
        return caller_of(self.request)

    @property
    def customer_id(self) -> int:
        """Return the id of the customer who calls.

        :raises NotAuthenticated: when it is a guest
        """
        found = self.caller.customer_id
        if found is None:
            raise NotAuthenticated
        return found

    def read(self, shape: type[Serializer[Any]]) -> dict[str, Any]:
        """Return the body as the shape has it.

        :raises ValidationError: with all fields that do not fit
        """
        body = shape(data=self.request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def read_number(self, name: str, *, default: int, most: int) -> int:
        """Return a number from 1 to `most` of the query.

        :raises InvalidInput: when it is none
        """
        text = self.request.query_params.get(name, str(default))
        is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
        if not is_number or not 1 <= int(text) <= most:
            message = gettext("Must be a number from 1 to %(most)s.") % {"most": most}
            raise InvalidInput(message, fields={name: [message]})
        return int(text)

    @property
    def destination(self) -> Destination | None:
        """Return where `?postal_code=` says to deliver to, None for everywhere.

        :raises UnknownPostalCode: when there is no such place
        """
        return destination_of(self.request.query_params.get("postal_code", "").strip())


class CustomerView(ShopView):
    """A view for customers only: guests are turned away before anything of theirs is read."""

    callers = Callers.CUSTOMERS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.caller.customer_id is None:
            raise NotAuthenticated


class NothingHere(ShopView):
    """Every address of the API that is none."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
