"""The audit at the end of a scenario."""

from shop.core.registry import Difference
from shop.operations.audit import run_audit


def differences() -> list[Difference]:
    """Return what the audit finds wrong.

    The index outlives the emptying of the tables between tests, so it is left to the one test
    that follows a product from the admin into it.
    """
    found = run_audit(with_gateway=False)
    return [
        each for each in found if not each.is_in_flight and not each.kind.startswith("search-")
    ]


def nothing_in_flight() -> bool:
    found = run_audit(with_gateway=False)
    return not [each for each in found if not each.kind.startswith("search-")]
