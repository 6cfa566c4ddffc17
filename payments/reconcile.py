"""Compares our payments and refunds with the gateway's books; pure, so that any caller can use it.

A caller hands over what both sides should agree on: rows in flight (a payment still pending, a
refund not yet sent) are told apart by their state and are no differences.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from payments.gateways.base import BookedCapture, BookedRefund, GatewayBooks, RefundState
from shop.core.money import Money

T = TypeVar("T")

# A capture we were told of belongs to one of these.
CAPTURED_STATES = frozenset({"succeeded", "late_success"})


@dataclass(frozen=True, kw_only=True)
class OurPayment:
    """A payment as we have it; `state` is one of pending, succeeded, failed, timed_out, …"""

    payment_id: str
    state: str
    amount: Money
    capture_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class OurRefund:
    """A refund as we have it; `state` is one of requested, sent, done, failed."""

    payment_id: str
    state: str
    amount: Money
    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class Ours:
    """Our side of the accounts."""

    payments: Sequence[OurPayment]
    refunds: Sequence[OurRefund]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing the two sides disagree on; `subject` is a payment id, capture or refund key."""

    code: str
    subject: str
    detail: str


def reconcile(ours: Ours, theirs: GatewayBooks) -> list[Difference]:
    """Return every difference, in a stable order; an empty list means the books agree."""
    found = [
        *_compare_captures(ours, theirs),
        *_compare_refunds(ours, theirs),
        *_check_refund_totals(theirs),
    ]
    return sorted(found, key=lambda difference: (difference.code, difference.subject))


def _compare_captures(ours: Ours, theirs: GatewayBooks) -> Iterator[Difference]:
    payments = {payment.payment_id: payment for payment in ours.payments}
    captures = _grouped(theirs.captures, lambda capture: capture.payment_id)
    for payment_id, group in captures.items():
        if len(group) > 1:
            refs = ", ".join(capture.ref for capture in group)
            yield _difference("captured_twice", payment_id, f"captures {refs}")
        for capture in group:
            yield from _compare_capture(payments.get(payment_id), capture)
    for payment in ours.payments:
        if payment.state in CAPTURED_STATES and payment.payment_id not in captures:
            yield _difference(
                "payment_without_capture",
                payment.payment_id,
                f"we have {payment.amount} as {payment.state}, the gateway took nothing",
            )


def _compare_capture(payment: OurPayment | None, capture: BookedCapture) -> Iterator[Difference]:
    if payment is None:
        detail = f"capture {capture.ref} of {capture.amount} belongs to no payment of ours"
        yield _difference("capture_without_payment", capture.payment_id, detail)
        return
    if payment.state not in CAPTURED_STATES:
        detail = f"capture {capture.ref} of {capture.amount}, but our payment is {payment.state}"
        yield _difference("capture_not_noticed", payment.payment_id, detail)
    if payment.amount != capture.amount:
        detail = f"we have {payment.amount}, the gateway took {capture.amount}"
        yield _difference("capture_amount", payment.payment_id, detail)
    if payment.capture_ref is not None and payment.capture_ref != capture.ref:
        detail = f"we have capture {payment.capture_ref}, the gateway has {capture.ref}"
        yield _difference("capture_reference", payment.payment_id, detail)


def _compare_refunds(ours: Ours, theirs: GatewayBooks) -> Iterator[Difference]:
    known = {refund.idempotency_key: refund for refund in ours.refunds}
    booked = _grouped(theirs.refunds, lambda refund: refund.idempotency_key)
    captures = {capture.ref: capture for capture in theirs.captures}
    for key, group in booked.items():
        moved = [refund for refund in group if refund.state == RefundState.DONE]
        if len(moved) > 1:
            refs = ", ".join(refund.ref for refund in moved)
            yield _difference("refunded_twice", key, f"refunds {refs} with one key")
        for refund in group:
            yield from _compare_refund(known.get(key), refund, captures)
    for ours_refund in ours.refunds:
        if ours_refund.state == "done" and ours_refund.idempotency_key not in booked:
            detail = f"we have {ours_refund.amount} as given back, the gateway knows nothing of it"
            yield _difference("refund_not_booked", ours_refund.idempotency_key, detail)


def _compare_refund(
    ours: OurRefund | None, theirs: BookedRefund, captures: Mapping[str, BookedCapture]
) -> Iterator[Difference]:
    key = theirs.idempotency_key
    if ours is None:
        if theirs.state != RefundState.FAILED:
            detail = f"refund {theirs.ref} of {theirs.amount} was not asked for by us"
            yield _difference("refund_without_request", key, detail)
        return
    if ours.amount != theirs.amount:
        detail = f"we have {ours.amount}, the gateway has {theirs.amount}"
        yield _difference("refund_amount", key, detail)
    if ours.state == "done" and theirs.state != RefundState.DONE:
        detail = f"we have it as done, the gateway as {theirs.state}"
        yield _difference("refund_not_done", key, detail)
    if ours.state == "failed" and theirs.state == RefundState.DONE:
        yield _difference("refund_not_noticed", key, "done at the gateway, failed with us")
    capture = captures.get(theirs.capture_ref)
    if capture is not None and capture.payment_id != ours.payment_id:
        detail = f"ours is for payment {ours.payment_id}, theirs for {capture.payment_id}"
        yield _difference("refund_of_other_payment", key, detail)


def _check_refund_totals(theirs: GatewayBooks) -> Iterator[Difference]:
    """Find captures of which more was given back than taken, whatever the keys."""
    given_back: dict[str, int] = defaultdict(int)
    for refund in theirs.refunds:
        if refund.state == RefundState.DONE:
            given_back[refund.capture_ref] += refund.amount.minor
    for capture in theirs.captures:
        total = Money(given_back[capture.ref], capture.amount.currency)
        if total.minor > capture.amount.minor:
            detail = f"{total} given back of {capture.amount}"
            yield _difference("refunded_too_much", capture.payment_id, detail)


def _grouped(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _difference(code: str, subject: str, detail: str) -> Difference:
    return Difference(code=code, subject=subject, detail=detail)
