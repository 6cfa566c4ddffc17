"""Saving products: what is kept, what is refused, and who hears of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog import selectors, services
from catalog.errors import (
    InvalidProduct,
    NotPublishable,
    ProductNotFound,
    SkuTaken,
)
from catalog.models import Category, Product, Variant
from catalog.types import AttributeInput, PictureInput, ProductTypeInput, VariantInput
from shop.core.models import OutboxMessage
from shop.core.money import Money
from tests.factories.catalog import make_draft, make_product, product_input

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9"/></svg>'


def announced() -> list[tuple[int, int]]:
    rows = OutboxMessage.objects.filter(
        event_type="catalog.product-changed", subscriber__startswith="catalog."
    ).order_by("id")
    return [(row.payload["product_id"], row.payload["revision"]) for row in rows]


def make_drill_type() -> None:
    services.save_product_type(
        data=ProductTypeInput(
            code="drill",
            name="Drill",
            attributes=(
                AttributeInput(
                    code="voltage", name="Voltage", kind="decimal", unit="V",
                    required=True, filterable=True,
                ),
                AttributeInput(code="speeds", name="Speeds", kind="integer"),
                AttributeInput(code="cordless", name="Cordless", kind="boolean"),
                AttributeInput(
                    code="chuck", name="Chuck", kind="choice", choices=("Keyed", "Keyless")
                ),
                AttributeInput(code="note", name="Note"),
            ),
        )
    )  # fmt: skip


def test_a_saved_product_becomes_an_item_document(drain_outbox: Callable[[], int]) -> None:
    make_drill_type()
    data = product_input(
        title="Harrow Compact Drill",
        brand="Harrow",
        category="Tools > Power Tools > Drills",
        product_type="drill",
        bullets=("Fits in a drawer",),
        attributes={"voltage": "18 V", "cordless": "yes", "chuck": "keyless", "speeds": 2},
        pictures=(PictureInput(svg=SQUARE, alt="The drill"),),
        sku="HD-18",
        price_minor=8_900,
        compare_at_minor=9_900,
        options={"Kit": "Bare"},
    )

    product_id = services.save_product(data=data, now=NOON)
    drain_outbox()

    item = selectors.get_item(sku="HD-18")
    assert (item.product_id, item.revision, item.status) == (product_id, 1, "published")
    assert item.url() == "/p/harrow-compact-drill/HD-18/"
    assert [each.path for each in item.category_path] == [
        "tools", "tools/power-tools", "tools/power-tools/drills",
    ]  # fmt: skip
    assert [each.name for each in item.category_path] == ["Tools", "Power Tools", "Drills"]
    assert [(each.code, each.value, each.display) for each in item.attributes] == [
        ("voltage", 18, "18 V"),
        ("speeds", 2, "2"),
        ("cordless", True, "Yes"),
        ("chuck", "Keyless", "Keyless"),
    ]
    assert item.attributes[0].filterable is True
    assert item.price_from == Money(8_900)
    assert item.variant("HD-18").compare_at == Money(9_900)
    assert item.pictures[0].sizes["card"].endswith(".svg")
    assert item.published_at == NOON


def test_saving_publishes_one_event_and_saving_the_same_again_none() -> None:
    data = product_input()

    product_id = services.save_product(data=data)
    assert services.save_product(data=data) == product_id

    assert announced() == [(product_id, 1)]
    assert Product.objects.get().revision == 1


def test_a_change_makes_a_new_revision_of_the_same_product() -> None:
    first = product_input(sku="A-1", title="Old")
    product_id = services.save_product(data=first)

    again = services.save_product(data=product_input(sku="A-1", title="New", price_minor=500))

    assert again == product_id
    assert announced() == [(product_id, 1), (product_id, 2)]
    offer = selectors.get_offers(skus=["A-1"])["A-1"]
    assert (offer.title, offer.price) == ("New", Money(500))


def test_variants_that_are_no_longer_named_go() -> None:
    both = (
        VariantInput(sku="V-S", price_minor=100, options={"Size": "S"}),
        VariantInput(sku="V-M", price_minor=100, options={"Size": "M"}),
    )
    services.save_product(data=product_input(title="Shirt", variants=both))

    services.save_product(data=product_input(title="Shirt", variants=both[1:]))

    assert list(Variant.objects.values_list("sku", flat=True)) == ["V-M"]


def test_every_problem_is_told_by_field_and_nothing_is_saved() -> None:
    make_drill_type()
    variants = (
        VariantInput(sku="bad sku!", price_minor=0),
        VariantInput(sku="OK-1", price_minor=100, compare_at_minor=100, currency="EUR"),
    )
    data = product_input(
        title=" ",
        brand="x" * 101,
        description="null \x00",
        product_type="drill",
        status="lost",
        variants=variants,
        attributes={
            "speeds": "2.5", "cordless": "perhaps", "chuck": "Magic", "color": "red",
            "note": "\ud800",
        },
    )  # fmt: skip

    with pytest.raises(InvalidProduct) as caught:
        services.save_product(data=data)

    assert caught.value.fields == {
        "title": ["Is missing."],
        "brand": ["Is too long: 101 characters, at most 100."],
        "description": ["Has an unprintable character (U+0000)."],
        "status": ["“lost” is not one of draft, published, retired."],
        "sku": ["“bad sku!” is not a SKU: letters, digits, dots, dashes, underscores."],
        "options": ["OK-1 has the options of another variant."],
        "price": ["Must be more than zero."],
        "compare_at_price": ["Must be above the price, and not too large."],
        "currency": ["“EUR” is not USD, the shop's currency."],
        "attributes.voltage": ["Voltage is required for Drill."],
        "attributes.speeds": ["“2.5” is not a whole number."],
        "attributes.cordless": ["“perhaps” is neither yes nor no."],
        "attributes.chuck": ["“Magic” is not one of Keyed, Keyless."],
        "attributes.color": ["is not an attribute of Drill."],
        "attributes.note": ["has an unprintable character (U+D800)."],
    }
    assert Product.objects.count() == 0
    assert Category.objects.count() == 0
    assert announced() == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"price_minor": 100_000_000}, "price"),
        ({"price_minor": -1}, "price"),
        ({"sku": ""}, "sku"),
        ({"sku": "x" * 65}, "sku"),
        ({"title": "x" * 301}, "title"),
        ({"category": ""}, "category"),
        ({"category": "Tools > > Drills"}, "category"),
        ({"category": " > ".join("abcdefg")}, "category"),
        ({"product_type": "no-such"}, "product_type"),
        ({"variants": ()}, "sku"),
        ({"attributes": {"list": ["a"]}}, "attributes.list"),
        ({"attributes": {"n": float("nan")}}, "attributes.n"),
        ({"options": {"Color": " "}}, "options"),
    ],
)
def test_bad_input_is_refused_with_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidProduct) as caught:
        services.save_product(data=product_input(**given))

    assert list(caught.value.fields) == [field]
    assert Product.objects.count() == 0


def test_an_unknown_category_is_refused_where_none_may_be_created() -> None:
    with pytest.raises(InvalidProduct) as caught:
        services.save_product(data=product_input(category="Nowhere"), create_category=False)

    assert caught.value.fields == {"category": ["There is no category “Nowhere”."]}


def test_skus_of_two_products_cannot_become_one() -> None:
    make_product(sku="ONE")
    make_product(sku="TWO")
    both = (
        VariantInput(sku="ONE", price_minor=1, options={"n": "1"}),
        VariantInput(sku="TWO", price_minor=1, options={"n": "2"}),
    )

    with pytest.raises(SkuTaken) as caught:
        services.save_product(data=product_input(variants=both))

    assert caught.value.sku == "TWO"
    assert Product.objects.count() == 2


def test_a_draft_is_seen_by_nobody_until_it_is_published(drain_outbox: Callable[[], int]) -> None:
    product_id = make_draft(sku="D-1")
    drain_outbox()
    with pytest.raises(ProductNotFound):
        selectors.get_item(sku="D-1")
    assert selectors.get_offers(skus=["D-1"])["D-1"].is_published is False

    services.publish_product(product_id=product_id, now=NOON)
    drain_outbox()

    assert selectors.get_item(sku="D-1").published_at == NOON
    assert selectors.get_offers(skus=["D-1"])["D-1"].is_published is True


def test_a_retired_product_keeps_its_page_and_is_not_for_sale(
    drain_outbox: Callable[[], int],
) -> None:
    item = make_product(sku="R-1")

    services.retire_product(product_id=item.product_id)
    services.retire_product(product_id=item.product_id)
    drain_outbox()

    assert selectors.get_item(sku="R-1").status == "retired"
    assert selectors.get_item(sku="R-1").revision == 2
    assert selectors.get_offers(skus=["R-1"])["R-1"].is_published is False


def test_a_published_product_made_a_draft_again_disappears(
    drain_outbox: Callable[[], int],
) -> None:
    make_product(sku="B-1", title="Back")

    services.save_product(data=product_input(sku="B-1", title="Back", status="draft"))
    drain_outbox()

    assert selectors.get_items_by_sku(skus=["B-1"]) == {}


def test_an_update_without_a_status_does_not_bring_a_retired_product_back() -> None:
    item = make_product(sku="R-2", title="Before")
    services.retire_product(product_id=item.product_id)

    services.save_product(data=product_input(sku="R-2", title="After"))

    assert Product.objects.get().status == "retired"


def test_a_product_without_variants_or_category_cannot_be_published() -> None:
    product_id = make_draft(category="")
    Variant.objects.all().delete()

    with pytest.raises(NotPublishable) as caught:
        services.publish_product(product_id=product_id)

    assert caught.value.reasons == ("it has no category", "it has no variant to sell")
    assert Product.objects.get().status == "draft"


def test_unknown_products_are_refused() -> None:
    with pytest.raises(ProductNotFound):
        services.publish_product(product_id=99)
    with pytest.raises(ProductNotFound):
        services.retire_product(product_id=99)


def test_renaming_an_attribute_shows_in_the_products_that_have_it(
    drain_outbox: Callable[[], int],
) -> None:
    make_drill_type()
    item = make_product(sku="D-2", product_type="drill", attributes={"voltage": 12})

    services.save_product_type(
        data=ProductTypeInput(
            code="drill",
            name="Drill",
            attributes=(AttributeInput(code="voltage", name="Tension", kind="decimal"),),
        )
    )
    drain_outbox()

    changed = selectors.get_item(sku="D-2")
    assert changed.revision == item.revision + 1
    assert [each.name for each in changed.attributes] == ["Tension"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("price_minor", 0), ("compare_at_minor", 1), ("currency", "usd"), ("sku", "")],
)
def test_the_database_itself_refuses_impossible_variants(field: str, value: object) -> None:
    make_product(price_minor=100)

    with pytest.raises(IntegrityError), transaction.atomic():
        Variant.objects.update(**{field: value})
