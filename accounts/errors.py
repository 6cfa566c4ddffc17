"""What accounts refuses."""

from collections.abc import Mapping, Sequence

from shop.core.errors import Conflict, InfrastructureError, InvalidInput, NotFound


class InvalidAddress(InvalidInput):
    """An address that a parcel could not go to; `fields` says what is wrong where."""

    code = "invalid_address"

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__("Please check the address.", fields=fields)


class AddressNotFound(NotFound):
    """Not in this customer's address book."""

    code = "address_not_found"

    def __init__(self, address_id: int) -> None:
        super().__init__("This address is not in your address book.")
        self.address_id = address_id


class AddressChanged(Conflict):
    """It is no longer what the customer has seen."""

    code = "changed_meanwhile"

    def __init__(self, address_id: int) -> None:
        super().__init__("This address has changed since you last read it. Read it again.")
        self.address_id = address_id


class AddressBookFull(Conflict):
    """One more address than a customer may keep."""

    code = "address_book_full"

    def __init__(self, limit: int) -> None:
        super().__init__(f"You can keep {limit} addresses: remove one first.")
        self.limit = limit


class CustomerNotFound(NotFound):
    """No account has this id."""

    code = "customer_not_found"

    def __init__(self, customer_id: int) -> None:
        super().__init__("There is no such customer.")
        self.customer_id = customer_id


class EmailTaken(Conflict):
    """Another account signs in by this e-mail."""

    code = "email_taken"

    def __init__(self, email: str) -> None:
        message = "There is an account with this e-mail already."
        super().__init__(message, fields={"email": [message]})
        self.email = email


class MailUnavailable(InfrastructureError):
    """The mail server took no e-mail about signing in."""
