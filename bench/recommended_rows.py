"""What recommended rows cost a page, beside the same page with popular lists only.

    python -m bench.recommended_rows [--rounds 60] [--scratch DIR]

The demo shop in a scratch folder; a run with lists of 60 for a customer and of 30 for each
product. Both kinds take turns in one process, so that a busy machine slows both: read the ratio.
Statements are those of a warm page.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.scratch import scratch_shop

CUSTOMER = "maya@customer.example"


def make_lists(customer_id: int) -> int:
    """Store a run with lists for the customer and all products; return its id."""
    from django.utils import timezone  # noqa: PLC0415 (models exist after setup)

    from catalog.selectors import list_categories, scan_products  # noqa: PLC0415
    from recommendations.models import (  # noqa: PLC0415
        CustomerLists,
        ProductLists,
        RecommendationRun,
        RunStatus,
    )

    draw = random.Random(1)
    ids = [state.product_id for state in scan_products()]
    now = timezone.now()
    run = RecommendationRun.objects.create(
        status=RunStatus.READY, started_at=now, heartbeat_at=now, has_lists=True
    )
    CustomerLists.objects.create(
        run=run,
        customer_id=customer_id,
        for_you=draw.sample(ids, 60),
        categories={node.path: draw.sample(ids, 20) for node in list_categories()},
        buy_again=draw.sample(ids, 6),
        bought=draw.sample(ids, 40),
    )
    ProductLists.objects.bulk_create(
        ProductLists(
            run=run, product_id=id_, similar=draw.sample(ids, 30), together=draw.sample(ids, 12)
        )
        for id_ in ids
    )
    return run.pk


def measure(ask: Callable[[], Any], seconds: list[float]) -> None:
    began = time.perf_counter()
    answer = ask()
    seconds.append(time.perf_counter() - began)
    assert answer.status_code == 200, answer.status_code


def statements(ask: Callable[[], Any]) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return len(captured)


def compare(rounds: int) -> None:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from catalog.selectors import get_items, scan_products  # noqa: PLC0415
    from recommendations.live import publish  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    customer = get_user_model().objects.get(email=CUSTOMER)
    run = make_lists(customer.pk)
    client = Client(headers={"host": "localhost"})
    client.force_login(customer, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/deliver-to/", {"postal_code": "94103"})
    some = [state.product_id for state in scan_products()][:20]
    products = [document.url() for document in get_items(product_ids=some).values()]
    draw = random.Random(2)
    pages: dict[str, Callable[[], Any]] = {
        "start page": lambda: client.get("/"),
        "beside a product": lambda: client.get(f"{draw.choice(products)}related/"),
        "cart": lambda: client.get("/cart/"),
        "empty search": lambda: client.get("/search/?q=qqqqqqq"),
    }
    print(f"{'':18} {'popular p50':>12} {'with lists':>12} {'ratio':>6} {'p95':>8} {'SQL':>8}")
    for name, ask in pages.items():
        seconds: dict[int | None, list[float]] = {None: [], run: []}
        counted = {}
        for shown in seconds:
            publish(shown, by=None, reason="measuring", now=timezone.now())
            for _ in range(3):
                ask()
            counted[shown] = statements(ask)
        for _ in range(rounds):
            for shown, taken in seconds.items():
                publish(shown, by=None, reason="measuring", now=timezone.now())
                measure(ask, taken)
        plain, learned = (median(seconds[shown]) * 1000 for shown in (None, run))
        p95 = quantiles(seconds[run], n=20)[-1] * 1000
        print(
            f"{name:18} {plain:9.1f} ms {learned:9.1f} ms {learned / plain:6.2f} {p95:5.0f} ms "
            f"{counted[None]:3} {counted[run]:4}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--scratch", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.scratch or Path(folder)
        with scratch_shop(home):
            compare(options.rounds)


if __name__ == "__main__":
    main()
