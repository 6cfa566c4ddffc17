"""The lines of docs/api.md that show a guest's journey do what they say."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from orders.models import Order
from tests.api.live_shop import bank_beside
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.sandbox import SandboxBank

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture
def bank(live_server: LiveServer, tmp_path: Path) -> Iterator[SandboxBank]:
    with bank_beside(live_server.url, tmp_path) as bank:
        yield bank


def lines() -> str:
    _, _, section = DOCUMENT.read_text().partition("## By hand")
    [found] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return str(found)


def test_the_documented_lines_place_one_order(
    live_server: LiveServer,
    bank: SandboxBank,
    drain_outbox: Callable[[], int],
) -> None:
    warehouse = make_warehouse()
    make_lane(warehouse, fee_minor=FEE)
    put_stock("KETTLE", 5, warehouse)
    make_product(title="Aurora Kettle", sku="KETTLE", price_minor=PRICE)
    drain_outbox()

    # As typed into a shell, but it ends at the first line that fails, in a pipe too.
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", lines()],
        env={**os.environ, "SHOP": live_server.url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    [order] = Order.objects.all()
    assert (order.status, order.total_minor) == ("awaiting_payment", PRICE + FEE)
    told = done.stdout.splitlines()
    assert told[-1] == "awaiting_payment"
    assert told[-2].startswith(bank.url)
    assert "changed_meanwhile" in done.stdout
    assert '"state":"promised"' in done.stdout
