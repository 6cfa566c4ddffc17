"""Each way our accounts and the gateway's can differ is found, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from payments.gateways.base import BookedCapture, BookedRefund, GatewayBooks, RefundState
from payments.reconcile import OurPayment, OurRefund, Ours, reconcile
from shop.core.money import Money

PRICE = Money(1250, "USD")
PAYMENT = OurPayment(payment_id="p1", state="succeeded", amount=PRICE, capture_ref="c1")
REFUND = OurRefund(payment_id="p1", state="done", amount=PRICE, idempotency_key="k1")
CAPTURE = BookedCapture(ref="c1", session_ref="s1", payment_id="p1", amount=PRICE)
BOOKED = BookedRefund(
    ref="r1", capture_ref="c1", idempotency_key="k1", amount=PRICE, state=RefundState.DONE
)


def _found(
    *,
    payments: Sequence[OurPayment] = (),
    refunds: Sequence[OurRefund] = (),
    captures: Sequence[BookedCapture] = (),
    booked: Sequence[BookedRefund] = (),
) -> list[tuple[str, str]]:
    ours = Ours(payments=payments, refunds=refunds)
    theirs = GatewayBooks(captures=captures, refunds=booked)
    return [(difference.code, difference.subject) for difference in reconcile(ours, theirs)]


def test_equal_books_have_no_differences() -> None:
    unpaid = OurPayment(payment_id="p2", state="timed_out", amount=PRICE)
    late = replace(PAYMENT, payment_id="p3", state="late_success", capture_ref="c3")
    third = replace(CAPTURE, ref="c3", payment_id="p3")

    found = _found(
        payments=[PAYMENT, unpaid, late],
        refunds=[REFUND],
        captures=[CAPTURE, third],
        booked=[BOOKED],
    )

    assert found == []


@pytest.mark.parametrize(
    ("payment", "captures", "found"),
    [
        (None, [CAPTURE], ("capture_without_payment", "p1")),
        (PAYMENT, [], ("payment_without_capture", "p1")),
        (replace(PAYMENT, state="timed_out"), [CAPTURE], ("capture_not_noticed", "p1")),
        (replace(PAYMENT, amount=Money(1200)), [CAPTURE], ("capture_amount", "p1")),
        (replace(PAYMENT, amount=Money(1250, "EUR")), [CAPTURE], ("capture_amount", "p1")),
        (replace(PAYMENT, capture_ref="c9"), [CAPTURE], ("capture_reference", "p1")),
    ],
)
def test_a_capture_that_differs_is_found(
    payment: OurPayment | None, captures: list[BookedCapture], found: tuple[str, str]
) -> None:
    assert _found(payments=[payment] if payment else [], captures=captures) == [found]


def test_a_payment_captured_twice_is_found() -> None:
    payment = replace(PAYMENT, capture_ref=None)

    found = _found(payments=[payment], captures=[CAPTURE, replace(CAPTURE, ref="c2")])

    assert found == [("captured_twice", "p1")]


@pytest.mark.parametrize(
    ("refunds", "booked", "found"),
    [
        ([], [BOOKED], ("refund_without_request", "k1")),
        ([REFUND], [], ("refund_not_booked", "k1")),
        ([replace(REFUND, amount=Money(1000))], [BOOKED], ("refund_amount", "k1")),
        ([REFUND], [replace(BOOKED, state=RefundState.FAILED)], ("refund_not_done", "k1")),
        ([REFUND], [replace(BOOKED, state=RefundState.PENDING)], ("refund_not_done", "k1")),
        ([replace(REFUND, state="failed")], [BOOKED], ("refund_not_noticed", "k1")),
        ([replace(REFUND, payment_id="p2")], [BOOKED], ("refund_of_other_payment", "k1")),
    ],
)
def test_a_refund_that_differs_is_found(
    refunds: list[OurRefund], booked: list[BookedRefund], found: tuple[str, str]
) -> None:
    result = _found(payments=[PAYMENT], refunds=refunds, captures=[CAPTURE], booked=booked)

    assert result == [found]


def test_a_doubled_refund_is_found_with_one_key_and_with_two() -> None:
    one_key = _found(
        payments=[PAYMENT],
        refunds=[REFUND],
        captures=[CAPTURE],
        booked=[BOOKED, replace(BOOKED, ref="r2")],
    )
    two_keys = _found(
        payments=[PAYMENT],
        refunds=[REFUND],
        captures=[CAPTURE],
        booked=[BOOKED, replace(BOOKED, ref="r2", idempotency_key="k2")],
    )

    assert one_key == [("refunded_too_much", "p1"), ("refunded_twice", "k1")]
    assert two_keys == [("refund_without_request", "k2"), ("refunded_too_much", "p1")]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("requested", None),
        ("sent", None),
        ("sent", RefundState.PENDING),
        ("sent", RefundState.DONE),
        ("requested", RefundState.DONE),
        ("failed", RefundState.FAILED),
    ],
)
def test_what_is_in_flight_is_no_difference(ours: str, theirs: RefundState | None) -> None:
    booked = [] if theirs is None else [replace(BOOKED, state=theirs)]
    pending = OurPayment(payment_id="p2", state="pending", amount=PRICE)

    found = _found(
        payments=[PAYMENT, pending],
        refunds=[replace(REFUND, state=ours)],
        captures=[CAPTURE],
        booked=booked,
    )

    assert found == []


def test_a_foreign_refund_that_failed_moved_nothing() -> None:
    stranger = replace(BOOKED, idempotency_key="k9", state=RefundState.FAILED)

    assert _found(payments=[PAYMENT], captures=[CAPTURE], booked=[stranger]) == []
