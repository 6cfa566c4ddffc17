"""Items, offers and categories as other apps read them."""

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from catalog import selectors, services
from catalog.errors import CategoryNotFound, ProductNotFound
from catalog.models import ItemRow
from catalog.types import PictureInput, VariantInput
from shop.core.money import Money
from tests.factories.catalog import make_draft, make_product

pytestmark = pytest.mark.django_db

RED = '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="red"/></svg>'
BLUE = '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="blue"/></svg>'


def test_offers_are_read_with_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    variants = (
        VariantInput(sku="L-R", price_minor=900, options={"Color": "Red"}),
        VariantInput(sku="L-B", price_minor=950, options={"Color": "Blue"}, picture_index=1),
    )
    item = make_product(
        title="Lamp",
        variants=variants,
        pictures=(PictureInput(svg=RED), PictureInput(svg=BLUE)),
    )
    make_product(sku="PLAIN")

    with django_assert_num_queries(1):
        offers = selectors.get_offers(skus=["L-R", "L-B", "PLAIN", "NOPE"])

    assert sorted(offers) == ["L-B", "L-R", "PLAIN"]
    red, blue = offers["L-R"], offers["L-B"]
    assert (red.product_id, red.price, red.options) == (
        item.product_id, Money(900), {"Color": "Red"},
    )  # fmt: skip
    assert red.picture_url == item.pictures[0].url
    assert blue.picture_url == item.pictures[1].url
    assert red.url == "/p/lamp/L-R/"
    assert offers["PLAIN"].picture_url == ""


def test_no_offers_for_no_skus() -> None:
    assert selectors.get_offers(skus=[]) == {}


def test_items_are_read_with_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second = make_product(sku="I-1"), make_product(sku="I-2")

    with django_assert_num_queries(1):
        found = selectors.get_items(product_ids=[first.product_id, second.product_id])
    with django_assert_num_queries(1):
        by_sku = selectors.get_items_by_sku(skus=["I-1", "I-2"])

    assert found == {first.product_id: first, second.product_id: second}
    assert by_sku == {"I-1": first, "I-2": second}


def test_without_the_item_store_pages_are_read_from_the_backoffice_record(
    settings: LazySettings,
) -> None:
    item = make_product(sku="S-1", attributes={"material": "Oak"})
    make_draft(sku="S-2")
    settings.STORES = settings.STORES | {
        "items": {"BACKEND": "tests.integration.catalog.doubles.AbsentItemStore"}
    }

    assert selectors.get_item(sku="S-1") == item
    assert selectors.get_items(product_ids=[item.product_id]) == {item.product_id: item}
    with pytest.raises(ProductNotFound):
        selectors.get_item(sku="S-2")


def test_the_category_tree_counts_published_products_of_whole_subtrees() -> None:
    make_product(category="Home > Lighting > Lamps")
    make_product(category="Home > Lighting")
    make_product(category="Garden")
    make_draft(category="Home > Lighting > Lamps")

    tree = selectors.list_categories()

    assert [(node.path, node.product_count) for node in tree] == [("garden", 1), ("home", 2)]
    lighting = selectors.get_category(path="home/lighting")
    assert (lighting.name, lighting.product_count) == ("Lighting", 2)
    assert [each.path for each in lighting.children] == ["home/lighting/lamps"]
    lamps = selectors.get_category(path="home/lighting/lamps")
    assert [each.name for each in lamps.ancestors] == ["Home", "Lighting"]


def test_the_category_tree_is_cached(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_product(category="Home")
    selectors.list_categories()

    with django_assert_num_queries(0):
        selectors.get_category(path="home")


@pytest.mark.django_db(transaction=True)
def test_the_tree_follows_changes_at_once() -> None:
    item = make_product(category="Home")
    assert selectors.get_category(path="home").product_count == 1

    services.retire_product(product_id=item.product_id)

    assert selectors.get_category(path="home").product_count == 0


@pytest.mark.parametrize("path", ["", "nowhere", "home/nowhere", "home//lighting", "../home"])
def test_an_unknown_category_is_refused(path: str) -> None:
    make_product(category="Home > Lighting")

    with pytest.raises(CategoryNotFound):
        selectors.get_category(path=path)


def test_rebuilding_repairs_damaged_and_removes_orphaned_documents() -> None:
    kept, damaged, lost = make_product(), make_product(), make_product()
    ItemRow.objects.filter(product_id=damaged.product_id).update(document=kept.to_json())
    ItemRow.objects.filter(product_id=lost.product_id).delete()
    orphan = {**kept.to_json(), "product_id": 10**9}
    ItemRow.objects.create(product_id=10**9, revision=3, skus=["GONE"], document=orphan)

    rebuilt = services.rebuild_items()

    assert (rebuilt.written, rebuilt.removed) == (3, 1)
    ids = [kept.product_id, damaged.product_id, lost.product_id, 10**9]
    assert selectors.get_items(product_ids=ids) == {
        kept.product_id: kept, damaged.product_id: damaged, lost.product_id: lost,
    }  # fmt: skip
    assert list(selectors.find_item_differences(deep=True)) == []


def test_differences_between_items_and_the_backoffice_are_found() -> None:
    late, lost, damaged, fine = make_product(), make_product(), make_product(), make_product()
    services.retire_product(product_id=late.product_id)
    ItemRow.objects.filter(product_id=lost.product_id).delete()
    other = {**damaged.to_json(), "title": "Something else"}
    ItemRow.objects.filter(product_id=damaged.product_id).update(document=other)
    ItemRow.objects.create(product_id=10**9, revision=3, skus=[], document=fine.to_json())

    found = {
        (each.product_id, each.product_revision, each.item_revision)
        for each in selectors.find_item_differences(deep=True)
    }

    assert found == {
        (late.product_id, 2, 1),
        (lost.product_id, 1, 0),
        (damaged.product_id, 1, 1),
        (10**9, 0, 3),
    }
