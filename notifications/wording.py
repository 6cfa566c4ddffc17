"""What each e-mail says: once, for its text and its HTML part alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from notifications.kinds import Kind
from orders.states import GIVEN_UP
from orders.types import OrderView
from shop.core.money import Money


@dataclass(frozen=True, kw_only=True)
class Wording:
    """An e-mail's words; `button` leads to the order's page."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    button: str = "See your order"
    shows_items: bool = True
    shows_parcels: bool = False


def write(kind: Kind, order: OrderView, *, detail: str = "") -> Wording:
    """Return the words of one e-mail; `detail` is what the gateway said of a failed refund."""
    if kind is Kind.REFUND_FAILED:
        return _refund_failed(order, detail)
    return _WRITERS[kind](order)


def _confirmed(order: OrderView) -> Wording:
    day = _day(order.promised_date)
    paid = f"We have your payment of {order.total}. Your order arrives by {day}."
    if any(entry.cause == "reinstated" for entry in order.timeline):
        paid = (
            f"Your payment of {order.total} came after its time was up, but everything was still"
            f" there: your order stands. It arrives by {day}."
        )
    return Wording(
        subject=f"Order {order.number} is confirmed: arrives by {day}",
        heading=f"Thank you, {order.address.full_name}",
        paragraphs=(paid, "We tell you as soon as it is on its way."),
    )


def _payment_failed(order: OrderView) -> Wording:
    if order.timeline and order.timeline[-1].cause in GIVEN_UP:
        return Wording(
            subject=f"Order {order.number} is cancelled",
            heading="Your order is cancelled",
            paragraphs=(
                "You stopped it before it was paid. Nothing was charged.",
                "Changed your mind again? One click on the order's page fills your cart anew.",
            ),
        )
    return Wording(
        subject=f"Your payment for order {order.number} did not go through",
        heading="Your payment did not go through",
        paragraphs=(
            "Nothing was charged, and the order will not be sent.",
            (
                "To try again, perhaps with another card, open the order: one click fills your"
                " cart with the same items, as far as they are still there."
            ),
        ),
        button="Try again",
    )


def _payment_timed_out(order: OrderView) -> Wording:
    return Wording(
        subject=f"Order {order.number} was not paid in time",
        heading="Time was up before you paid",
        paragraphs=(
            (
                "We held the items for you as long as we could; now others may buy them."
                " Nothing was charged."
            ),
            (
                "Still want them? One click on the order's page fills your cart with the same"
                " items, as far as they are still there."
            ),
        ),
        button="Try again",
    )


def _late_payment(order: OrderView) -> Wording:
    return Wording(
        subject=f"Your payment for order {order.number} came too late: you get it back",
        heading="You get your money back",
        paragraphs=(
            (
                f"Your payment of {order.total} reached us after the order had been given up,"
                " so we cannot send the items."
            ),
            (
                "We are returning the whole amount to you now, and write again once it is done."
                " You need not do anything."
            ),
        ),
    )


def _shipped(order: OrderView) -> Wording:
    count = len(order.shipments)
    parcels = "Your parcel is" if count == 1 else f"Your {count} parcels are" if count else "It is"
    return Wording(
        subject=f"Order {order.number} is on its way",
        heading="It is on its way",
        paragraphs=(f"{parcels} with the carrier and should arrive by {_day(_due(order))}.",),
        shows_parcels=True,
    )


def _delivered(order: OrderView) -> Wording:
    return Wording(
        subject=f"Order {order.number} has arrived",
        heading="It has arrived",
        paragraphs=(
            "The carrier says that all of your order was delivered. We hope you like it!",
            "Something missing or broken? Reply to this e-mail and we put it right.",
        ),
        shows_parcels=True,
    )


def _cancelled(order: OrderView) -> Wording:
    note = order.timeline[-1].note if order.timeline else ""
    return Wording(
        subject=f"Order {order.number} is cancelled",
        heading="Your order is cancelled",
        paragraphs=(
            *([f"The reason: {note}"] if note else []),
            (
                f"It will not be sent, and we are returning the {_refund(order)} you paid."
                " We write again once that is done."
            ),
        ),
    )


def _returned(order: OrderView) -> Wording:
    return Wording(
        subject=f"We have your return of order {order.number}",
        heading="Your return is with us",
        paragraphs=(
            (
                f"Thank you for sending it back. We are returning the {_refund(order)} you paid,"
                " and write again once that is done."
            ),
        ),
    )


def _refunded(order: OrderView) -> Wording:
    return Wording(
        subject=f"{_refund(order)} for order {order.number} is on its way back to you",
        heading="Your money is on its way back",
        paragraphs=(
            (
                f"We returned {_refund(order)} the way you paid. Banks take a few days until it"
                " shows on your account."
            ),
        ),
    )


def _refund_failed(order: OrderView, detail: str) -> Wording:
    return Wording(
        subject=f"Act: the refund of {_refund(order)} for order {order.number} failed",
        heading="A refund failed",
        paragraphs=(
            (
                f"The gateway did not take the refund of {_refund(order)} to {order.email} for"
                f" order {order.number}, and we stopped trying."
            ),
            f"It said: {detail or 'nothing'}",
            (
                "The customer was not told. Start it again in the backoffice, or pay the money"
                " back another way."
            ),
        ),
        button="Open the backoffice",
        shows_items=False,
    )


_WRITERS: dict[Kind, Callable[[OrderView], Wording]] = {
    Kind.CONFIRMED: _confirmed,
    Kind.PAYMENT_FAILED: _payment_failed,
    Kind.PAYMENT_TIMED_OUT: _payment_timed_out,
    Kind.LATE_PAYMENT: _late_payment,
    Kind.SHIPPED: _shipped,
    Kind.DELIVERED: _delivered,
    Kind.CANCELLED: _cancelled,
    Kind.RETURNED: _returned,
    Kind.REFUNDED: _refunded,
}


def _refund(order: OrderView) -> Money:
    return order.refunds[0].amount if order.refunds else order.total


def _due(order: OrderView) -> date:
    return max((entry.promised_date for entry in order.shipments), default=order.promised_date)


def _day(day: date) -> str:
    return f"{day:%A, %B} {day.day}"
