"""What the wishlist does about other apps' events."""

from accounts.events import CustomerSignedIn
from wishlist.services import merge_wishlists


def merge_guest_wishlist(event: CustomerSignedIn) -> None:
    """Bring along what the customer wished for before signing in."""
    merge_wishlists(customer_id=event.customer_id, visitor=event.visitor)
