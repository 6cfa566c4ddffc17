"""Network addresses of callers, as limits count by them."""

from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

# What one household or machine gets: counting by its addresses would count nobody.
IPV6_NETWORK = 64
LONGEST = 45


def address_of(request: HttpRequest) -> str:
    """Return the caller's network address, the proxies of ours left out."""
    try:
        text = str(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):  # fewer proxies than are trusted
        text = request.META.get("REMOTE_ADDR", "")
    return network_of(text)


def network_of(text: str) -> str:
    """Return what to count an address by: itself, or the network that its owner has."""
    try:
        address = ip_address(text)
    except ValueError:
        return text[:LONGEST]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, IPV6_NETWORK), strict=False))
    return text


LOOPBACK = frozenset({"127.0.0.1", network_of("::1")})


def strangers_address(request: HttpRequest) -> str:
    """Return the caller's address, "" for this machine's own.

    That is who develops, or a proxy of which nobody has told the shop (`TRUSTED_PROXY_COUNT`): all
    shoppers would be one.
    """
    address = address_of(request)
    return "" if address in LOOPBACK else address
