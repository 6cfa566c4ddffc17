"""How long the API takes beside the page that shows the same.

    python -m bench.api_latency [--rounds 100] [--scratch DIR]

The demo shop in a scratch folder; a customer who has signed in on both. Page and call take turns
in one process, so that a busy machine slows both: read the ratio. Statements are those of a warm
answer; bytes are before compression.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.scratch import scratch_shop

CUSTOMER = "maya@customer.example"
WORDS = ("lamp", "kettle", "shoe", "table", "drill", "bag", "jacket", "puzzle")
ZIP = "94103"
Ask = Callable[[], Any]


def sign_in() -> tuple[Any, Any]:
    """Return a browser and an app of the same customer, who has something in the cart."""
    from django.test import Client  # noqa: PLC0415 (models exist after setup)

    from shop.demo.people import PASSWORD  # noqa: PLC0415

    browser = Client(headers={"host": "localhost"})
    browser.post("/accounts/login/", {"login": CUSTOMER, "password": PASSWORD})
    browser.post("/deliver-to/", {"postal_code": ZIP})
    answer = Client(headers={"host": "localhost"}).post(
        "/api/v1/auth/app/v1/auth/login",
        json.dumps({"email": CUSTOMER, "password": PASSWORD}),
        content_type="application/json",
    )
    token = answer.json()["meta"]["access_token"]
    app = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})
    return browser, app


def pairs(browser: Any, app: Any) -> Iterator[tuple[str, Ask, Ask]]:
    """Yield a name, the page and the call for everything that both can show."""
    from catalog.selectors import get_items, scan_products  # noqa: PLC0415 (models exist)

    some = [state.product_id for state in scan_products()][:20]
    items = list(get_items(product_ids=some).values())
    order = app.get("/api/v1/orders/").json()["orders"][0]["number"]
    sku = items[0].variants[0].sku
    app.post("/api/v1/cart/lines/", json.dumps({"sku": sku}), content_type="application/json")
    app.post("/api/v1/wishlist/", json.dumps({"sku": sku}), content_type="application/json")
    there = f"postal_code={ZIP}"
    called = "/api/v1"

    def turn(client: Any, addresses: list[str]) -> Ask:
        left: list[str] = []

        def ask() -> Any:
            left.extend(addresses if not left else ())
            return client.get(left.pop())

        return ask

    def of(name: str, pages: list[str], calls: list[str]) -> tuple[str, Ask, Ask]:
        return name, turn(browser, pages), turn(app, calls)

    skus = [item.variants[0].sku for item in items]
    yield of(
        "search",
        [f"/search/?q={word}" for word in WORDS],
        [f"{called}/products/?q={word}&{there}&expand=facets" for word in WORDS],
    )
    yield of(
        "product",
        [item.url() for item in items],
        [f"{called}/products/{each}/?{there}&expand=delivery" for each in skus],
    )
    yield of("cart", ["/cart/"], [f"{called}/cart/?{there}"])
    yield of("wishlist", ["/wishlist/"], [f"{called}/wishlist/?{there}"])
    yield of("orders", ["/orders/"], [f"{called}/orders/"])
    yield of("order", [f"/orders/{order}/"], [f"{called}/orders/{order}/"])
    yield of("start page", ["/"], [f"{called}/recommendations/?place=home&{there}"])


def taken(ask: Ask, millis: list[float]) -> None:
    began = time.perf_counter()
    answer = ask()
    millis.append(1000 * (time.perf_counter() - began))
    assert answer.status_code == 200, (answer.request["PATH_INFO"], answer.status_code)


def cost(ask: Ask) -> tuple[int, int]:
    """Return the statements and the bytes of an answer."""
    from django.db import connection  # noqa: PLC0415 (models exist after setup)
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        size = len(ask().content)
    return len(captured), size


def compare(rounds: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 (models exist after setup)

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    browser, app = sign_in()
    titles = ("page p50", "p95", "call p50", "p95", "p95 ratio")
    print(f"{'ms':12}" + "".join(f"{title:>10}" for title in titles), " SQL  kB")
    for name, page, call in pairs(browser, app):
        both: list[list[float]] = [[], []]
        for _ in range(3):
            page()
            call()
        for _ in range(rounds):
            for ask, millis in zip((page, call), both, strict=True):
                taken(ask, millis)
        cuts = [quantiles(millis, n=20) for millis in both]
        (sql, size), (call_sql, call_size) = cost(page), cost(call)
        print(
            f"{name:12}{cuts[0][9]:10.1f}{cuts[0][18]:10.1f}{cuts[1][9]:10.1f}{cuts[1][18]:10.1f}"
            f"{cuts[1][18] / cuts[0][18]:10.2f}"
            f"  {sql}/{call_sql}  {size / 1000:.0f}/{call_size / 1000:.0f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--scratch", type=Path)
    options = parser.parse_args()
    os.environ |= {"API_READS_PER_MINUTE": "1000000", "API_WRITES_PER_MINUTE": "1000000"}
    with tempfile.TemporaryDirectory() as folder, scratch_shop(options.scratch or Path(folder)):
        compare(options.rounds)


if __name__ == "__main__":
    main()
