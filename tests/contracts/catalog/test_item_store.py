"""What every item store promises; run against each implementation there is."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from catalog.errors import ProductNotFound
from catalog.stores.base import ItemStore
from catalog.stores.sql import SqlItemStore
from catalog.types import (
    AttributeValue,
    CategoryRef,
    ItemDocument,
    PictureDocument,
    VariantDocument,
)
from shop.core.money import Money

pytestmark = pytest.mark.django_db(transaction=True)


def sql_store() -> ItemStore:
    return SqlItemStore()


IMPLEMENTATIONS = {"sql": sql_store}


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
def store(request: pytest.FixtureRequest) -> ItemStore:
    built = IMPLEMENTATIONS[request.param]()
    built.setup()
    return built


def document(product_id: int = 1, revision: int = 1, **given: Any) -> ItemDocument:
    skus = given.pop("skus", (f"SKU-{product_id}",))
    fields: dict[str, Any] = {
        "product_id": product_id,
        "revision": revision,
        "slug": "camp-stove",
        "title": f"Camp stove, revision {revision}",
        "brand": "Nordlys",
        "description": "Boils a liter in four minutes.",
        "bullets": ("Folds flat",),
        "category_path": (CategoryRef(path="outdoor", name="Outdoor"),),
        "attributes": (
            AttributeValue(code="weight", name="Weight", value=0.4, unit="kg", display="0.4 kg"),
            AttributeValue(code="foldable", name="Foldable", value=True, display="Yes"),
        ),
        "variants": tuple(
            VariantDocument(
                sku=sku,
                options={"Color": "Red"},
                price=Money(4_999),
                compare_at=Money(5_999),
                picture_index=0,
            )
            for sku in skus
        ),
        "pictures": (PictureDocument(alt="A stove", url="/large", sizes={"card": "/card"}),),
        "status": "published",
        "published_at": datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    }
    return ItemDocument(**fields | given)


def test_a_document_comes_back_as_it_was_written(store: ItemStore) -> None:
    written = document()

    assert store.upsert([written]) == 1

    assert store.get(1) == written
    assert store.get_by_sku("SKU-1") == written


def test_unknown_keys_are_refused_by_name(store: ItemStore) -> None:
    with pytest.raises(ProductNotFound):
        store.get(1)
    with pytest.raises(ProductNotFound) as caught:
        store.get_by_sku("NOPE")

    assert caught.value.key == "NOPE"


def test_many_documents_are_read_by_id_and_by_any_of_their_skus(store: ItemStore) -> None:
    store.upsert([document(1, skus=("A-1", "A-2")), document(2, skus=("B-1",)), document(3)])

    by_id = store.get_many([1, 3, 99])
    by_sku = store.get_many_by_sku(["A-2", "A-1", "B-1", "C-1"])

    assert sorted(by_id) == [1, 3]
    assert {sku: each.product_id for sku, each in by_sku.items()} == {"A-1": 1, "A-2": 1, "B-1": 2}


def test_asking_for_nothing_and_writing_nothing_is_harmless(store: ItemStore) -> None:
    assert store.get_many([]) == {}
    assert store.get_many_by_sku([]) == {}
    assert store.upsert([]) == 0


def test_an_older_or_equal_revision_never_replaces_a_newer_one(store: ItemStore) -> None:
    store.upsert([document(revision=5)])

    assert store.upsert([document(revision=4)]) == 0
    assert store.upsert([document(revision=5, title="Another")]) == 0
    assert store.get(1).title == "Camp stove, revision 5"

    assert store.upsert([document(revision=6)]) == 1
    assert store.get(1).revision == 6


def test_repair_writes_the_same_revision_again_but_no_older_one(store: ItemStore) -> None:
    store.upsert([document(revision=5, title="Damaged")])

    assert store.upsert([document(revision=4)], repair=True) == 0
    assert store.upsert([document(revision=5)], repair=True) == 1

    assert store.get(1).title == "Camp stove, revision 5"


def test_the_newest_of_several_revisions_in_one_call_stays(store: ItemStore) -> None:
    store.upsert([document(revision=2), document(revision=7), document(revision=3)])

    assert store.get(1).revision == 7


def test_a_mixed_batch_writes_only_what_is_newer(store: ItemStore) -> None:
    store.upsert([document(1, revision=5), document(2, revision=5)])

    assert store.upsert([document(1, 4), document(2, 6), document(3, 1)]) == 2

    assert list(store.scan()) == [(1, 5), (2, 6), (3, 1)]


def test_skus_follow_the_document(store: ItemStore) -> None:
    store.upsert([document(revision=1, skus=("OLD", "KEPT"))])
    store.upsert([document(revision=2, skus=("KEPT", "NEW"))])

    assert sorted(store.get_many_by_sku(["OLD", "KEPT", "NEW"])) == ["KEPT", "NEW"]


def test_a_sku_held_by_two_documents_is_the_newer_products(store: ItemStore) -> None:
    store.upsert([document(1, skus=("MOVED",)), document(2, skus=("MOVED",))])

    assert store.get_by_sku("MOVED").product_id == 2


def test_a_deleted_document_is_gone_and_a_late_older_write_does_not_bring_it_back(
    store: ItemStore,
) -> None:
    store.upsert([document(revision=3)])

    assert store.delete(1, 4) is True
    assert store.upsert([document(revision=3)]) == 0

    assert store.get_many([1]) == {}
    assert store.get_many_by_sku(["SKU-1"]) == {}
    assert list(store.scan()) == []


def test_a_tombstone_comes_before_the_document_it_forbids(store: ItemStore) -> None:
    store.delete(1, 4)

    assert store.upsert([document(revision=3)]) == 0
    assert store.upsert([document(revision=5)]) == 1
    assert store.get(1).revision == 5


def test_a_late_delete_does_not_remove_a_newer_document(store: ItemStore) -> None:
    store.upsert([document(revision=9)])

    assert store.delete(1, 8) is False

    assert store.get(1).revision == 9


def test_scan_pages_through_everything_in_order(store: ItemStore) -> None:
    store.upsert([document(number, revision=number + 1) for number in range(1, 24)])

    assert list(store.scan(batch=5)) == [(number, number + 1) for number in range(1, 24)]


@pytest.mark.parametrize(
    "text",
    [
        "Übergröße, 大きい 🪵",
        "\u202eright to left\u202c",
        'quote " slash \\ {brace} $where',
        "e\u0301",
        "\u2028",
    ],
)
def test_any_text_survives(store: ItemStore, text: str) -> None:
    store.upsert([document(title=text, skus=("U-1",))])

    assert store.get_by_sku("U-1").title == text


def test_a_large_document_survives(store: ItemStore) -> None:
    skus = tuple(f"BIG-{number}" for number in range(200))
    large = document(description="Long. " * 200_000, skus=skus)

    store.upsert([large])

    assert store.get_by_sku("BIG-199") == large


def test_concurrent_writers_in_any_order_leave_the_newest_revision(store: ItemStore) -> None:
    shuffled = random.Random(7)

    def write(_writer: int) -> None:
        revisions = list(range(1, 41))
        shuffled.shuffle(revisions)
        for revision in revisions:
            products = [1, 2, 3]
            shuffled.shuffle(products)
            store.upsert([document(product_id, revision) for product_id in products])
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    assert list(store.scan()) == [(1, 40), (2, 40), (3, 40)]
    assert store.get(2).title == "Camp stove, revision 40"


def test_setup_can_be_called_again_and_keeps_what_is_there(store: ItemStore) -> None:
    store.upsert([document()])

    store.setup()

    assert store.get(1).revision == 1


def test_ping_says_what_answers(store: ItemStore) -> None:
    status = store.ping()

    assert status.name == "items"
    assert status.answers is True
    assert status.version
