"""What orders refuse."""

from collections.abc import Sequence

from django.utils.translation import gettext

from shop.core.errors import Conflict, InvalidInput, NotFound
from shop.core.money import Money


class OrderNotFound(NotFound):
    code = "order_not_found"

    def __init__(self, number: str) -> None:
        super().__init__(gettext("There is no order %(number)s.") % {"number": number[:20]})
        self.number = number


class CartIsEmpty(Conflict):
    code = "cart_is_empty"

    def __init__(self) -> None:
        super().__init__(gettext("Your cart is empty."))


class NotForSaleAnyMore(Conflict):
    code = "not_for_sale_any_more"

    def __init__(self, skus: Sequence[str]) -> None:
        text = gettext("No longer sold; please take it out of your cart.")
        told = {sku: [text] for sku in skus}
        super().__init__(gettext("Something in your cart is no longer sold."), fields=told)
        self.skus = tuple(skus)


class TotalChanged(Conflict):
    """The prices or the delivery fee are no longer what the customer agreed to."""

    code = "total_changed"

    def __init__(self, *, expected: Money, actual: Money) -> None:
        super().__init__(
            gettext(
                "The total changed from %(expected)s to %(actual)s while you were looking; "
                "please check it and order again."
            )
            % {"expected": expected, "actual": actual}
        )
        self.expected = expected
        self.actual = actual


class TooManyUnpaidOrders(Conflict):
    """Unpaid orders hold stock: one shopper may not hold it over and over."""

    code = "too_many_unpaid_orders"

    def __init__(self, count: int) -> None:
        super().__init__(
            gettext(
                "%(count)s orders of yours wait for their payment. "
                "Pay or cancel one of them first."
            )
            % {"count": count}
        )


class TooManyUnpaidFromAddress(Conflict):
    """Others at the same network address may be to blame: all there is to do is to wait."""

    code = "too_many_unpaid_from_address"
    retry_after = 60

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Too many orders from your network wait for their payment. "
                "Please try again in a few minutes."
            )
        )


class InvalidCheckout(InvalidInput):
    code = "invalid_checkout"


class KeyReused(InvalidInput):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(gettext("This idempotency key was used for another order."))


class KeyInUse(Conflict):
    """The same order is being placed right now; ask again in `retry_after` seconds."""

    code = "idempotency_key_in_use"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__(gettext("This order is being placed at this moment."))


class InvalidCursor(InvalidInput):
    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__(gettext("This page of your orders does not exist."))
