"""What logistics refuses, with what the customer or staff need to know."""

from collections.abc import Sequence

from django.utils.translation import gettext

from logistics.types import Shortage
from shop.core.errors import Conflict, InvalidInput, NotFound, NotServiceable
from shop.core.visitor import Destination


class DeliveryNotPossible(NotServiceable):
    """No warehouse that has the SKUs delivers to the address."""

    code = "delivery_not_possible"

    def __init__(self, *, skus: Sequence[str], destination: Destination) -> None:
        self.skus = tuple(skus)
        self.destination = destination
        told = gettext("Cannot be delivered to %(postal_code)s.") % {
            "postal_code": destination.postal_code
        }
        super().__init__(
            gettext("We cannot deliver %(skus)s to %(postal_code)s.")
            % {"skus": ", ".join(self.skus), "postal_code": destination.postal_code},
            fields={sku: [told] for sku in self.skus},
        )


class InsufficientStock(Conflict):
    """Some lines cannot be served in full by all warehouses of the address together."""

    code = "insufficient_stock"

    def __init__(self, *, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        told = {shortage.sku: _left(shortage) for shortage in self.shortages}
        super().__init__(
            " ".join(f"{sku}: {text}" for sku, text in told.items()),
            fields={sku: [text] for sku, text in told.items()},
        )


def _left(shortage: Shortage) -> str:
    if shortage.available == 0:
        return gettext("Sold out.")
    return gettext("Only %(available)s left, you asked for %(requested)s.") % {
        "available": shortage.available,
        "requested": shortage.requested,
    }


class NothingReserved(Conflict):
    """The order holds no stock that could take this step."""

    code = "nothing_reserved"

    def __init__(self, *, order_number: str, step: str) -> None:
        self.order_number = order_number
        super().__init__(
            f"Order {order_number} has no stock to {step}: it was given back or never reserved."
        )


class StockBelowReserved(Conflict):
    """A correction would leave less on the shelf than is reserved for orders."""

    code = "stock_below_reserved"

    def __init__(self, *, warehouse_code: str, sku: str, on_hand: int, reserved: int) -> None:
        self.warehouse_code = warehouse_code
        self.sku = sku
        self.on_hand = on_hand
        self.reserved = reserved
        message = (
            f"{reserved} of {sku} in {warehouse_code} are reserved for orders;"
            f" on hand cannot be {on_hand}."
        )
        super().__init__(message, fields={"on_hand": [message]})


class StockChangedMeanwhile(Conflict):
    """The quantity on hand is no longer what the person who corrects it has seen."""

    code = "stock_changed_meanwhile"

    def __init__(self, *, warehouse_code: str, sku: str, expected: int, on_hand: int) -> None:
        self.on_hand = on_hand
        message = (
            f"{sku} in {warehouse_code} changed from {expected} to {on_hand} meanwhile;"
            " look again before correcting it."
        )
        super().__init__(message, fields={"on_hand": [message]})


class StockNotFound(NotFound):
    """The warehouse has never had the SKU."""

    code = "stock_not_found"


class UnknownWarehouse(NotFound):
    code = "unknown_warehouse"

    def __init__(self, *, code: str) -> None:
        self.warehouse_code = code
        super().__init__(
            f"There is no warehouse “{code}”.",
            fields={"warehouse": [f"There is no warehouse “{code}”."]},
        )


class UnknownSku(InvalidInput):
    code = "unknown_sku"

    def __init__(self, *, sku: str) -> None:
        self.sku = sku
        super().__init__(
            f"The catalog has no SKU “{sku}”.",
            fields={"sku": [f"The catalog has no SKU “{sku}”."]},
        )


class InvalidQuantity(InvalidInput):
    code = "invalid_quantity"

    def __init__(self, *, field: str, message: str) -> None:
        super().__init__(message, fields={field: [message]})


class InvalidNetwork(InvalidInput):
    """A warehouse, carrier or lane with a value that cannot be; `fields` says which."""

    code = "invalid_network"

    def __init__(self, **fields: str) -> None:
        super().__init__(
            " ".join(fields.values()), fields={name: [text] for name, text in fields.items()}
        )


class MissingTrackingNumber(InvalidInput):
    """Each warehouse that sends a parcel needs its tracking number, and no other."""

    code = "missing_tracking_number"


class ReturnExceedsShipment(InvalidInput):
    """More came back than was sent."""

    code = "return_exceeds_shipment"


class InvalidImportFile(InvalidInput):
    """The file as a whole cannot be read: wrong header, not text."""

    code = "invalid_import_file"


class StockLedgerBroken(Exception):
    """Reservations and stock rows disagree. A bug, never a refusal: nothing is changed and it must
    be looked into.
    """
