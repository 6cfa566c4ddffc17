"""The audit at the end of a scenario."""

from contextlib import suppress
from functools import partial

from payments.models import Payment
from shop.core.registry import Difference
from shop.operations.audit import run_audit
from tests.processes import ShopProcesses, eventually


def differences() -> list[Difference]:
    """Return what the audit finds wrong.

    The index outlives the emptying of the tables between tests, so it is left to the one test
    that follows a product from the admin into it.
    """
    found = run_audit(with_gateway=False)
    return [
        each for each in found if not each.is_in_flight and not each.kind.startswith("search-")
    ]


def settle(shop: ShopProcesses, *, seconds: float = 10) -> None:
    """Wait until nothing is in flight any more; fail with what still is, or is wrong.

    What the bank has still to tell counts too: it would reach the next test, whose tables know
    nothing of it.
    """
    refs = Payment.objects.exclude(session_ref="").values_list("session_ref", flat=True)
    for ref in list(refs):
        eventually(partial(shop.was_told_all, ref), seconds=seconds)
    left: list[Difference] = []

    def is_settled() -> bool:
        found = run_audit(with_gateway=False)
        left[:] = [each for each in found if not each.kind.startswith("search-")]
        return not left

    with suppress(AssertionError):
        eventually(is_settled, seconds=seconds)
    assert not left, f"after {seconds} s: {left}"
