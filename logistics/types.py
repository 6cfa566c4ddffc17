"""Value objects that cross the app's border."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shop.core.money import Money


@dataclass(frozen=True, kw_only=True)
class Promise:
    """When one SKU reaches the address, if it is ordered before `order_by`."""

    service_level: str
    delivery_date: date
    order_by: datetime
    fee: Money
    warehouse_code: str


@dataclass(frozen=True, kw_only=True)
class LineRequest:
    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ParcelLine:
    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What one warehouse sends by one lane."""

    warehouse_code: str
    lane_id: int
    carrier_id: int
    carrier: str
    service_level: str
    delivery_date: date
    order_by: datetime
    fee: Money
    lines: tuple[ParcelLine, ...]


@dataclass(frozen=True, kw_only=True)
class AllocationPlan:
    """Which warehouse sends what; `fee` follows DELIVERY_FEE_POLICY, `delivery_date` is the latest
    parcel's.
    """

    service_level: str
    parcels: tuple[Parcel, ...]
    fee: Money
    delivery_date: date

    @property
    def order_by(self) -> datetime:
        """The first cut-off after which the plan's dates no longer hold."""
        return min(parcel.order_by for parcel in self.parcels)


@dataclass(frozen=True, kw_only=True)
class DeliveryOption:
    service_level: str
    delivery_date: date
    order_by: datetime
    fee: Money
    parcels: int


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """One line that cannot be served in full: how many were asked for, how many are left."""

    sku: str
    requested: int
    available: int


@dataclass(frozen=True, kw_only=True)
class ShipmentInfo:
    warehouse_code: str
    carrier: str
    tracking_number: str
    tracking_url: str
    status: str
    promised_date: date
    shipped_at: datetime
    delivered_at: datetime | None
    warehouse_name: str = ""  # archived orders of before it was kept have none

    @property
    def is_promise_kept(self) -> bool | None:
        """True or False once delivered, None before."""
        return (
            None if self.delivered_at is None else self.delivered_at.date() <= self.promised_date
        )


@dataclass(frozen=True, kw_only=True)
class PlannedParcel:
    """What one warehouse sends for an order: staff enter one tracking number for each."""

    warehouse_code: str
    warehouse_name: str
    carrier: str
    service_level: str
    promised_date: date
    lines: tuple[ParcelLine, ...]


@dataclass(frozen=True, kw_only=True)
class StockLevel:
    warehouse_code: str
    sku: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, kw_only=True)
class WarehouseInput:
    """A warehouse as commands and the demo loader hand it in; position and time zone follow from
    the postal code if left out.
    """

    code: str
    name: str
    postal_code: str
    country: str = "US"
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = ""
    cutoff: str = "15:00"
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: Mapping[date, str] | None = None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class CarrierInput:
    code: str
    name: str
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: Mapping[date, str] | None = None
    tracking_url: str = ""


@dataclass(frozen=True, kw_only=True)
class LaneInput:
    """One lane; `postal_areas` lists prefixes and ranges ("94, 95000-95999"), `*` is the whole
    country.
    """

    warehouse_code: str
    carrier_code: str
    service_level: str
    postal_areas: str
    transit_days: int
    fee_minor: int
    currency: str = "USD"
    country: str = "US"
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class BadRow:
    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    rows: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, kw_only=True)
class RebuildReport:
    warehouses: tuple[str, ...]
    changed: tuple[str, ...]
    rows_written: int
    rows_removed: int
