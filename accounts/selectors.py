"""Questions about customers and their address books."""

from accounts.errors import AddressNotFound, CustomerNotFound
from accounts.models import Address, User
from accounts.types import Customer, PostalAddress, SavedAddress
from shop.core.visitor import Destination


def get_customer(*, customer_id: int) -> Customer:
    """Return who the customer is.

    :raises CustomerNotFound: if no account has this id
    """
    user = User.objects.filter(pk=customer_id).first()
    if user is None:
        raise CustomerNotFound(customer_id)
    return Customer(id=user.pk, email=user.email, full_name=user.full_name)


def list_addresses(*, customer_id: int) -> list[SavedAddress]:
    """Return the customer's address book, the default address first."""
    return [_saved(row) for row in Address.objects.filter(user_id=customer_id)]


def get_address(*, customer_id: int, address_id: int) -> SavedAddress:
    """Return one entry of the customer's own address book.

    :raises AddressNotFound: if it is not there, or is another customer's
    """
    row = Address.objects.filter(user_id=customer_id, pk=address_id).first()
    if row is None:
        raise AddressNotFound(address_id)
    return _saved(row)


def default_destination(*, customer_id: int) -> Destination | None:
    """Return where the customer's parcels usually go, if there is a default address."""
    row = Address.objects.filter(user_id=customer_id, is_default=True).first()
    return _saved(row).address.destination if row else None


def _saved(row: Address) -> SavedAddress:
    return SavedAddress(
        id=row.pk,
        is_default=row.is_default,
        address=PostalAddress(
            full_name=row.full_name,
            line1=row.line1,
            line2=row.line2,
            city=row.city,
            region=row.region,
            postal_code=row.postal_code,
            country=row.country,
            phone=row.phone,
        ),
    )
