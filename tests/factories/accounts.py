"""Customers and addresses for tests."""

from itertools import count

from django.conf import global_settings
from django.test import override_settings

from accounts import services
from accounts.models import User
from accounts.types import PostalAddress

_numbers = count(1)
PASSWORD = "correct horse battery"  # noqa: S105


def make_customer(*, email: str = "", full_name: str = "Ada Park", is_staff: bool = False) -> User:
    """Create a customer with a verified e-mail who signs in with `PASSWORD`."""
    customer_id = services.create_customer(
        email=email or f"customer{next(_numbers)}@example.com",
        password=PASSWORD,
        full_name=full_name,
        is_staff=is_staff,
        is_superuser=is_staff,
    )
    return User.objects.get(pk=customer_id)


def make_customer_for_processes(*, email: str, is_staff: bool = False) -> User:
    """Create a customer whose password the shop's own processes can check."""
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        return make_customer(email=email, is_staff=is_staff)


def make_address(**fields: str) -> PostalAddress:
    """Return an address in San Francisco, but for the fields given."""
    return PostalAddress(
        **{
            "full_name": "Ada Park",
            "line1": "500 Howard Street",
            "city": "San Francisco",
            "region": "CA",
            "postal_code": "94105",
            **fields,
        }
    )
