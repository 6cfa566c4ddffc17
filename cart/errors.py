"""What the cart refuses; a SKU that does not exist at all is catalog.errors.ProductNotFound."""

from django.utils.translation import gettext

from shop.core.errors import Conflict, InvalidInput, NotFound


class InvalidQuantity(InvalidInput):
    """A quantity that is no number, or not from 1 to 99."""

    code = "invalid_quantity"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"quantity": [message]})


class NotForSale(Conflict):
    """The product exists and is not, or no longer, for sale."""

    code = "not_for_sale"

    def __init__(self, sku: str, title: str) -> None:
        super().__init__(gettext("%(title)s is not for sale at the moment.") % {"title": title})
        self.sku = sku


class LineNotInCart(NotFound):
    """A change to a line that the cart does not have, perhaps made in another tab."""

    code = "line_not_in_cart"

    def __init__(self, sku: str) -> None:
        super().__init__(gettext("This item is no longer in your cart."))
        self.sku = sku


class CartChanged(Conflict):
    """It is no longer what its owner has seen, or another cart altogether."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(gettext("It has changed since you last read it. Read it again."))


class CartFull(Conflict):
    """One more line than a cart may have."""

    code = "cart_full"

    def __init__(self, limit: int) -> None:
        super().__init__(
            gettext("A cart holds at most %(limit)s different items.") % {"limit": limit}
        )
        self.limit = limit


class NoOwner(InvalidInput):
    """Neither a customer nor a visitor: the browser refuses our cookie."""

    code = "no_owner"

    def __init__(self) -> None:
        super().__init__("Please allow cookies: without them we cannot tell whose cart this is.")
