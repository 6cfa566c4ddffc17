"""Links to an order that work without signing in: for guests, and in e-mails."""

from urllib.parse import urlencode

from django.core import signing

_signer = signing.Signer(salt="shop.core.order_links")


def sign_order_link(order_number: str) -> str:
    """Return the order page's path with the token that opens it; it does not expire."""
    token = _signer.signature(order_number)
    return f"/orders/{order_number}/?{urlencode({'token': token})}"


def opens_order(*, order_number: str, token: str) -> bool:
    """Tell whether `token` came from a link to this very order."""
    try:
        _signer.unsign(f"{order_number}:{token}")
    except signing.BadSignature:
        return False
    return True
