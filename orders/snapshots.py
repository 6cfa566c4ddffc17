"""An order as JSON and back: what the archive keeps."""

from datetime import date, datetime
from typing import Any

from accounts.types import PostalAddress
from logistics.types import ShipmentInfo
from orders.types import OrderLineView, OrderSummary, OrderView, TimelineView
from shop.core.money import Money

VERSION = 1


def order_to_json(order: OrderView) -> dict[str, Any]:
    """Return the order without its payment: that stays in SQL for good."""
    return {
        "version": VERSION,
        "number": order.number,
        "status": order.status,
        "placed_at": order.placed_at.isoformat(),
        "status_at": order.status_at.isoformat(),
        "email": order.email,
        "customer_id": order.customer_id,
        "visitor": order.visitor,
        "currency": order.total.currency,
        "items_minor": order.items_total.minor,
        "delivery_fee_minor": order.delivery_fee.minor,
        "total_minor": order.total.minor,
        "address": order.address.to_json(),
        "service_level": order.service_level,
        "promised_date": order.promised_date.isoformat(),
        "warehouse_codes": list(order.warehouse_codes),
        "lines": [_line_to_json(line) for line in order.lines],
        "timeline": [
            {
                "at": entry.at.isoformat(),
                "status": entry.status,
                "cause": entry.cause,
                "note": entry.note,
                "actor": entry.actor,
            }
            for entry in order.timeline
        ],
        "shipments": [_shipment_to_json(shipment) for shipment in order.shipments],
    }


def order_from_json(data: dict[str, Any]) -> OrderView:
    currency = data["currency"]
    return OrderView(
        number=data["number"],
        status=data["status"],
        placed_at=datetime.fromisoformat(data["placed_at"]),
        status_at=datetime.fromisoformat(data["status_at"]),
        email=data["email"],
        customer_id=data["customer_id"],
        visitor=data["visitor"],
        items_total=Money(data["items_minor"], currency),
        delivery_fee=Money(data["delivery_fee_minor"], currency),
        total=Money(data["total_minor"], currency),
        address=PostalAddress.from_json(data["address"]),
        service_level=data["service_level"],
        promised_date=date.fromisoformat(data["promised_date"]),
        warehouse_codes=tuple(data["warehouse_codes"]),
        lines=tuple(_line_from_json(line, currency) for line in data["lines"]),
        timeline=tuple(
            TimelineView(**{**entry, "at": datetime.fromisoformat(entry["at"])})
            for entry in data["timeline"]
        ),
        shipments=tuple(_shipment_from_json(shipment) for shipment in data["shipments"]),
        is_archived=True,
    )


def summary_to_json(summary: OrderSummary) -> dict[str, Any]:
    return {
        "number": summary.number,
        "status": summary.status,
        "placed_at": summary.placed_at.isoformat(),
        "total_minor": summary.total.minor,
        "currency": summary.total.currency,
        "line_count": summary.line_count,
        "titles": list(summary.titles),
        "picture_urls": list(summary.picture_urls),
        "promised_date": summary.promised_date.isoformat(),
    }


def summary_from_json(data: dict[str, Any]) -> OrderSummary:
    return OrderSummary(
        number=data["number"],
        status=data["status"],
        placed_at=datetime.fromisoformat(data["placed_at"]),
        total=Money(data["total_minor"], data["currency"]),
        line_count=data["line_count"],
        titles=tuple(data["titles"]),
        picture_urls=tuple(data["picture_urls"]),
        promised_date=date.fromisoformat(data["promised_date"]),
        is_archived=True,
    )


def _line_to_json(line: OrderLineView) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "product_id": line.product_id,
        "title": line.title,
        "slug": line.slug,
        "options": line.options,
        "picture_url": line.picture_url,
        "unit_price_minor": line.unit_price.minor,
        "quantity": line.quantity,
    }


def _line_from_json(data: dict[str, Any], currency: str) -> OrderLineView:
    price = Money(data["unit_price_minor"], currency)
    rest = {name: value for name, value in data.items() if name != "unit_price_minor"}
    return OrderLineView(unit_price=price, **rest)


def _shipment_to_json(shipment: ShipmentInfo) -> dict[str, Any]:
    return {
        "warehouse_code": shipment.warehouse_code,
        "warehouse_name": shipment.warehouse_name,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "status": shipment.status,
        "promised_date": shipment.promised_date.isoformat(),
        "shipped_at": shipment.shipped_at.isoformat(),
        "delivered_at": shipment.delivered_at.isoformat() if shipment.delivered_at else None,
    }


def _shipment_from_json(data: dict[str, Any]) -> ShipmentInfo:
    delivered = data["delivered_at"]
    return ShipmentInfo(
        **{
            **data,
            "promised_date": date.fromisoformat(data["promised_date"]),
            "shipped_at": datetime.fromisoformat(data["shipped_at"]),
            "delivered_at": datetime.fromisoformat(delivered) if delivered else None,
        }
    )
