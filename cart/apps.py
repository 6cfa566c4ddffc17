"""App configuration of cart."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    """The app's entry in INSTALLED_APPS."""

    name = "cart"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Carts"

    def ready(self) -> None:
        """Merge carts at sign-in, in the transaction of the sign-in."""
        from accounts.events import CustomerSignedIn
        from cart.handlers import merge_guest_cart
        from shop.core.outbox import subscribe_in_transaction

        subscribe_in_transaction(CustomerSignedIn, merge_guest_cart)
