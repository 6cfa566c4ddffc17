"""Several writers at once: one product each SKU, no deadlock, no lost revision."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as shop_settings
from django.db import IntegrityError, connection

from catalog import selectors, services
from catalog.importing.parsing import BadRow, ImportOptions
from catalog.importing.running import ImportReport
from catalog.models import Product, Variant
from catalog.stores import item_store
from catalog.types import VariantInput
from tests.factories.catalog import make_product, product_input

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    def call(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


def load(path: Path, bad: list[BadRow]) -> ImportReport:
    return services.import_products(
        source=path,
        file_format="csv",
        options=ImportOptions(currency=shop_settings.SHOP_CURRENCY),
        on_bad_row=bad.append,
    )


def test_one_new_sku_saved_by_many_is_one_product() -> None:
    def save(number: int) -> bool:
        try:
            services.save_product(data=product_input(sku="RACE", title=f"Writer {number}"))
        except IntegrityError:
            return False
        return True

    make_product(sku="WARM")  # the category and the general type are there
    saved = at_once(4, save)

    assert any(saved)
    product = Variant.objects.get(sku="RACE").product
    assert product.revision == sum(saved)


def test_every_change_of_one_product_is_a_revision_of_its_own() -> None:
    item = make_product(sku="A-1", title="Before")

    def change(number: int) -> None:
        if number % 2:
            services.retire_product(product_id=item.product_id)
            services.publish_product(product_id=item.product_id)
        services.save_product(data=product_input(sku="A-1", title=f"Writer {number}"))

    at_once(4, change)

    product = Product.objects.get()
    assert product.title.startswith("Writer")
    assert product.revision >= 5


def test_two_imports_of_crossing_products_both_finish(tmp_path: Path) -> None:
    rows = [f"X-{number},Thing {number},{{price}},Home\n" for number in range(600)]
    files = []
    for number, lines in enumerate((rows, rows[::-1])):
        text = "".join(line.format(price=number + 1) for line in lines)
        files.append(tmp_path / f"{number}.csv")
        files[number].write_text("sku,title,price,category\n" + text)
    bad: list[BadRow] = []

    at_once(2, lambda number: load(files[number], bad))
    again = load(files[0], bad)

    assert Product.objects.count() == Variant.objects.count() == 600
    assert again.created == 0
    assert set(Variant.objects.values_list("price_minor", flat=True)) == {100}
    assert list(selectors.find_item_differences(deep=True)) == []


def test_an_import_goes_on_without_the_item_store_and_the_items_follow(
    tmp_path: Path, settings: LazySettings, drain_outbox: Callable[[], int]
) -> None:
    path = tmp_path / "p.csv"
    path.write_text("sku,title,price,category\nA-1,Lamp,1,Home\n")
    present = settings.STORES
    settings.STORES = present | {
        "items": {"BACKEND": "tests.integration.catalog.doubles.AbsentItemStore"}
    }
    assert load(path, []).created == 1
    settings.STORES = present
    assert item_store().get_many_by_sku(["A-1"]) == {}

    drain_outbox()

    assert item_store().get_by_sku("A-1").title == "Lamp"


def test_a_product_swapping_the_order_of_its_variants_keeps_them() -> None:
    small = VariantInput(sku="S", price_minor=1, options={"Size": "S"})
    large = VariantInput(sku="L", price_minor=1, options={"Size": "L"})
    services.save_product(data=product_input(title="Shirt", variants=(small, large)))
    ids = set(Variant.objects.values_list("sku", "id"))

    services.save_product(data=product_input(title="Shirt", variants=(large, small)))

    assert set(Variant.objects.values_list("sku", "id")) == ids
    assert [each.sku for each in Variant.objects.order_by("position")] == ["L", "S"]
