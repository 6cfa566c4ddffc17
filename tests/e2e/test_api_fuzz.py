"""Schemathesis sends the running API what its schema allows, and what it does not: nothing breaks.

No call may end in a 5xx, with a status that is not listed, or with a type, header or body that is
not as described. FUZZ_EXAMPLES is how many calls each operation gets beside those of the coverage
phase.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.services import retire_product
from tests.api.client import AUTH
from tests.e2e.clean import settle
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.tree(
        API_READS_PER_MINUTE="1000000",
        API_WRITES_PER_MINUTE="1000000",
        API_ORDERS_PER_MINUTE="1000000",
        MAX_UNPAID_ORDERS="1000000",
    ),
]

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "5")
SECONDS = 540
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# allauth mails codes and counts attempts: what it refuses for that is tested by itself.
LEFT_OUT = r"^/api/v1/auth/"


@pytest.fixture
def goods(shop: ShopProcesses) -> Iterator[None]:
    warehouse = make_warehouse("RNO")
    make_lane(warehouse, postal_areas="900-961")
    put_stock("LAMP", 1000, warehouse)
    item = make_product(title="Lamp", sku="LAMP")
    settle(shop, seconds=30)
    yield
    retire_product(product_id=item.product_id, now=timezone.now())
    settle(shop, seconds=30)


@pytest.mark.parametrize("caller", ["guest", "customer"])
def test_whatever_is_sent_is_answered_as_described(
    shop: ShopProcesses, goods: None, caller: str, tmp_path: Path
) -> None:
    headers = guest(shop) if caller == "guest" else customer(shop)
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]

    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "schemathesis.cli",
                "run",
                f"{shop.http.base_url}/api/v1/schema/",
            ),
            *("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES),
            *("--checks", ",".join(CHECKS), "--exclude-path-regex", LEFT_OUT),
            *("--seed", "1", "--no-color", "--request-timeout", "20", *given),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    summary = done.stdout[done.stdout.rfind("SUMMARY") :]
    sys.stdout.write(f"{caller}: {summary}")
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    assert re.search(r"Test cases:\s+\d+ generated", summary), summary
    settle(shop, seconds=60)


def guest(shop: ShopProcesses) -> dict[str, str]:
    answer = shop.http.post("/api/v1/cart-tokens/")
    return {"X-Cart-Token": answer.json()["cart_token"]}


def customer(shop: ShopProcesses) -> dict[str, str]:
    make_customer_for_processes(email="ada@example.com")
    body = {"email": "ada@example.com", "password": PASSWORD}
    answer = shop.http.post(f"/api/v1{AUTH}/auth/login", json=body)
    return {"Authorization": f"Bearer {answer.json()['meta']['access_token']}"}
