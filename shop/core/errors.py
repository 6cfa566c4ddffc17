"""The kinds of error the shop tells apart; concrete errors live beside the code that raises them.

* ShopError
  x DomainError            the shop understood the request and refuses it; may be shown
    + NotFound             404
    + Conflict             409  the request clashes with the current state
    + InvalidInput         422  the request itself is wrong; `fields` says where
    + NotServiceable       422  cannot be delivered there
    + Declined             402  the payment was refused
  x InfrastructureError    503  a dependency failed; trying again later may work
    + StoreUnavailable
    + GatewayTimeout
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class ShopError(Exception):
    """Base class of every error the shop raises on purpose."""


class DomainError(ShopError):
    """A refusal whose `code` and message may be shown to the customer."""

    code: ClassVar[str] = "refused"

    def __init__(
        self, message: str = "", *, fields: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.fields: dict[str, list[str]] = {k: list(v) for k, v in (fields or {}).items()}


class NotFound(DomainError):
    code = "not_found"


class Conflict(DomainError):
    code = "conflict"


class InvalidInput(DomainError):
    code = "invalid_input"


class NotServiceable(DomainError):
    code = "not_serviceable"


class Declined(DomainError):
    code = "declined"


class InfrastructureError(ShopError):
    """A failure of a database, broker or provider, never of the request itself."""


class StoreUnavailable(InfrastructureError):
    """A store did not answer, or not in time."""

    def __init__(self, store: str, detail: str = "") -> None:
        super().__init__(f"{store} is unavailable{': ' + detail if detail else ''}")
        self.store = store


class GatewayTimeout(InfrastructureError):
    """The payment gateway did not answer in time; what it did is unknown."""
