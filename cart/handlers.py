"""What the cart does about other apps' events."""

from accounts.events import CustomerSignedIn
from cart.services import merge_carts


def merge_guest_cart(event: CustomerSignedIn) -> None:
    """Bring along what the customer put in the cart before signing in."""
    merge_carts(customer_id=event.customer_id, visitor=event.visitor)
