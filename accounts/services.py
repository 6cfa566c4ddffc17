"""Commands on customers and their address books."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.addresses import validate_address
from accounts.errors import (
    AddressBookFull,
    AddressChanged,
    AddressNotFound,
    CustomerNotFound,
    EmailTaken,
)
from accounts.events import CustomerSignedIn
from accounts.models import Address, User
from accounts.selectors import get_address
from accounts.types import PostalAddress
from shop.core.outbox import publish

__all__ = [
    "create_customer",
    "delete_address",
    "record_sign_in",
    "rename_customer",
    "save_address",
    "set_default_address",
    "validate_address",
]

MAX_ADDRESSES = 20


@transaction.atomic
def create_customer(
    *,
    email: str,
    password: str | None,
    full_name: str = "",
    is_staff: bool = False,
    is_superuser: bool = False,
) -> int:
    """Create an account whose e-mail counts as verified, and return its id.

    For commands and demo data; people sign up through the form, which verifies the e-mail.

    :raises EmailTaken: if there is an account with this e-mail
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                password,
                full_name=full_name,
                is_staff=is_staff,
                is_superuser=is_superuser,
            )
    except IntegrityError:
        raise EmailTaken(email) from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.pk


@transaction.atomic
def rename_customer(*, customer_id: int, full_name: str) -> None:
    """Call the customer something else; "" for nothing.

    :raises CustomerNotFound: if no account has this id
    """
    if not User.objects.filter(pk=customer_id).update(full_name=" ".join(full_name.split())):
        raise CustomerNotFound(customer_id)


@transaction.atomic
def record_sign_in(*, customer_id: int, visitor: str) -> None:
    """Tell the other apps who signed in, and as which visitor they came."""
    publish(CustomerSignedIn(customer_id=customer_id, visitor=visitor))


@transaction.atomic
def save_address(
    *,
    customer_id: int,
    address: PostalAddress,
    is_default: bool = False,
    address_id: int | None = None,
    expected: Collection[str] | None = None,
) -> int:
    """Add an address to the customer's book, or change the one with `address_id`; return its id.

    The first address becomes the default by itself; a default address stays it until another is.
    `expected` are the versions of which the one that is changed must have one.

    :raises InvalidAddress: with all fields that are wrong
    :raises AddressNotFound: if `address_id` is not in this customer's book
    :raises AddressChanged: if it has a version that was not expected
    :raises AddressBookFull: at 20 addresses
    """
    fields = validate_address(address).to_json()
    book = _lock_book(customer_id)
    if address_id is not None:
        _check_expected(customer_id, address_id, expected)
    elif len(book) >= MAX_ADDRESSES:
        raise AddressBookFull(MAX_ADDRESSES)
    becomes_default = is_default or not book or (address_id is not None and book[address_id])
    if becomes_default:
        _unset_default(customer_id)
    if address_id is None:
        new = Address.objects.create(user_id=customer_id, is_default=becomes_default, **fields)
        return new.pk
    Address.objects.filter(pk=address_id).update(is_default=becomes_default, **fields)
    return address_id


@transaction.atomic
def set_default_address(*, customer_id: int, address_id: int) -> None:
    """Make an address the one parcels usually go to.

    :raises AddressNotFound: if it is not in this customer's book
    """
    if address_id not in _lock_book(customer_id):
        raise AddressNotFound(address_id)
    _unset_default(customer_id)
    Address.objects.filter(pk=address_id).update(is_default=True)


@transaction.atomic
def delete_address(
    *, customer_id: int, address_id: int, expected: Collection[str] | None = None
) -> None:
    """Take an address out of the book; if it was the default, the oldest other one becomes it.

    :raises AddressNotFound: if it is not in this customer's book
    :raises AddressChanged: if it has a version that was not expected
    """
    book = _lock_book(customer_id)
    _check_expected(customer_id, address_id, expected)
    Address.objects.filter(pk=address_id).delete()
    rest = sorted(set(book) - {address_id})
    if book[address_id] and rest:
        Address.objects.filter(pk=rest[0]).update(is_default=True)


def _lock_book(customer_id: int) -> dict[int, bool]:
    """Return which addresses there are and which is the default; the account's row is the lock.

    Locking the addresses themselves would let two first addresses in at once.
    """
    if not User.objects.select_for_update(no_key=True).filter(pk=customer_id).exists():
        raise CustomerNotFound(customer_id)
    return dict(Address.objects.filter(user_id=customer_id).values_list("pk", "is_default"))


def _check_expected(customer_id: int, address_id: int, expected: Collection[str] | None) -> None:
    found = get_address(customer_id=customer_id, address_id=address_id)
    if expected is not None and found.version not in expected:
        raise AddressChanged(address_id)


def _unset_default(customer_id: int) -> None:
    Address.objects.filter(user_id=customer_id, is_default=True).update(is_default=False)
