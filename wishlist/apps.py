"""App configuration of wishlist."""

from django.apps import AppConfig


class WishlistConfig(AppConfig):
    """The app's entry in INSTALLED_APPS."""

    name = "wishlist"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Wishlists"

    def ready(self) -> None:
        """Merge wishlists at sign-in, in the transaction of the sign-in."""
        from accounts.events import CustomerSignedIn
        from shop.core.outbox import subscribe_in_transaction
        from wishlist.handlers import merge_guest_wishlist

        subscribe_in_transaction(CustomerSignedIn, merge_guest_wishlist)
