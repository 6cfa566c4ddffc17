"""What schemathesis cannot guess: an order that fits the cart, and goods that are in it.

Each call also comes from another address, or limits by address would stop all but the first few.
Loaded by schemathesis itself (SCHEMATHESIS_HOOKS). Only calls meant to be good are mended, and
only in what the shop alone can know; the rest of them, and all bad ones, go out as generated.
"""

import itertools
import json
import os
import uuid
from typing import Any

import httpx
import schemathesis
from schemathesis import Case, GenerationMode, HookContext

SKU = "LAMP"
ADDRESS: dict[str, Any] = {
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94103",
    "country": "US",
}
ADDRESSES = itertools.cycle(range(1, 255 * 255))


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Come from elsewhere each time; fill the cart before an order is placed."""
    number = next(ADDRESSES)
    case.headers["X-Forwarded-For"] = f"10.0.{number // 255}.{number % 255}"
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.operation.label != "POST /api/v1/orders/" or not isinstance(case.body, dict):
        return
    total = _fill_cart()
    case.body = {
        **case.body,
        "address": ADDRESS,
        "service_level": "standard",
        "expected_total": {"minor": total["minor"], "currency": total["currency"]},
    }
    case.body.pop("address_id", None)
    case.headers["Idempotency-Key"] = str(uuid.uuid4())


def _fill_cart() -> dict[str, Any]:
    """Put the goods into the caller's cart; return what it comes to."""
    caller = json.loads(os.environ["FUZZ_CALLER"])
    with httpx.Client(base_url=os.environ["FUZZ_URL"], headers=caller) as http:
        http.post("cart/lines/", json={"sku": SKU, "quantity": 1})
        quote = http.post("checkout/quote/", json={"postal_code": ADDRESS["postal_code"]})
    total: dict[str, Any] = quote.json()["options"][0]["total"]
    return total
