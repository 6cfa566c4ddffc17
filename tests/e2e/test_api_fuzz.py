"""Schemathesis sends the running API what its schema allows, and what it does not: nothing breaks.

No call may end in a 5xx, with a status that is not listed, or with a type, header or body that is
not as described. FUZZ_EXAMPLES is how many calls each operation gets beside those of the coverage
phase.
"""

import json
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
from tests.processes import ROOT, ShopProcesses

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.fuzz,
    pytest.mark.tree(
        API_READS_PER_MINUTE="1000000",
        API_WRITES_PER_MINUTE="1000000",
        API_ORDERS_PER_MINUTE="1000000",
        API_SIGN_INS_PER_MINUTE="1000000",
        MAX_UNPAID_ORDERS="1000000",
        TRUSTED_PROXY_COUNT="1",
    ),
]

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "10")
SECONDS = 540
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
)
SIGN_IN = r"^/api/v1/auth/"
# Who calls, and what: a customer who signs out or changes the password could call nothing else.
CALLERS = {
    "guest": (),
    "customer": ("--exclude-path-regex", SIGN_IN),
    "signing-in": (
        *("--include-path-regex", SIGN_IN),
        *("--exclude-operation-id-regex", "sign_out|end_devices|change_password"),
    ),
}
# Without these nearly all calls would be about things that do not exist.
KNOWN = """
[checks]
# A call of a session that is over is refused for that first (410).
negative_data_rejection.expected-statuses = ["4xx"]

[[operations]]
# A filter without a value is none, as in the site's forms.
include-name = "GET /api/v1/products/"
checks.negative_data_rejection.enabled = false

[dictionaries]
skus = { values = ["LAMP"] }
areas = { values = ["94103", "96101", "10001", "00000"] }
words = { values = ["lamp", "lapm", "LAMP", "%"] }

[parameters]
"path.sku" = { dictionary = "skus", probability = 0.7 }
"body.sku" = { dictionary = "skus", probability = 0.7 }
"body.skus" = { dictionary = "skus", probability = 0.7 }
"query.sku" = { dictionary = "skus", probability = 0.7 }
"query.postal_code" = { dictionary = "areas", probability = 0.7 }
"body.postal_code" = { dictionary = "areas", probability = 0.7 }
"query.q" = { dictionary = "words", probability = 0.5 }
"""


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


@pytest.mark.parametrize("caller", CALLERS)
def test_whatever_is_sent_is_answered_as_described(
    shop: ShopProcesses, goods: None, caller: str, tmp_path: Path
) -> None:
    headers = guest(shop) if caller == "guest" else customer(shop, email=f"{caller}@example.com")
    (tmp_path / "schemathesis.toml").write_text(KNOWN)
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    api = f"{shop.http.base_url}/api/v1/"

    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{api}schema/"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES),
            *("--checks", ",".join(CHECKS), *CALLERS[caller]),
            *("--seed", "1", "--no-color", "--request-timeout", "20", *given),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.e2e.fuzz_hooks",
            "FUZZ_URL": api,
            "FUZZ_CALLER": json.dumps(headers),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    (ROOT / "var" / f"fuzz_{caller}.txt").write_text(done.stdout + done.stderr)
    summary = done.stdout[done.stdout.rfind("SUMMARY") :]
    sys.stdout.write(f"{caller}: {summary}")
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    assert re.search(r"Test cases:\s+\d+ generated", summary), summary
    if caller != "signing-in":
        # Else it would have gone no further than to carts.
        assert shop.http.get("/api/v1/orders/", headers=headers).json()["orders"], summary
    settle(shop, seconds=60)


def guest(shop: ShopProcesses) -> dict[str, str]:
    answer = shop.http.post("/api/v1/cart-tokens/")
    return {"X-Cart-Token": answer.json()["cart_token"]}


def customer(shop: ShopProcesses, *, email: str) -> dict[str, str]:
    make_customer_for_processes(email=email)
    body = {"email": email, "password": PASSWORD}
    answer = shop.http.post(f"/api/v1{AUTH}/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['meta']['access_token']}"}
