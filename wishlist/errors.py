"""What the wishlist refuses; an unknown SKU is catalog.errors.ProductNotFound."""

from django.utils.translation import gettext

from shop.core.errors import Conflict, InvalidInput


class WishlistFull(Conflict):
    """One more item than a wishlist may have."""

    code = "wishlist_full"

    def __init__(self, limit: int) -> None:
        super().__init__(
            gettext("A wishlist holds at most %(limit)s items: remove one first.")
            % {"limit": limit}
        )
        self.limit = limit


class InvalidCursor(InvalidInput):
    code = "invalid_cursor"

    def __init__(self) -> None:
        message = gettext("This page of your wishlist does not exist.")
        super().__init__(message, fields={"cursor": [message]})


class NoOwner(InvalidInput):
    """Neither a customer nor a visitor: the browser refuses our cookie."""

    code = "no_owner"

    def __init__(self) -> None:
        super().__init__(
            "Please allow cookies: without them we cannot tell whose wishlist this is."
        )
