"""What every item store promises; run against each implementation there is."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connection

from catalog.errors import ProductNotFound
from catalog.stores.base import ItemStore
from catalog.stores.sql import SqlItemStore
from catalog.types import AttributeValue, Scalar, VariantDocument
from shop.core.money import Money
from tests.contracts.catalog.documents import document
from tests.contracts.catalog.mongo import mongo_store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(
    params=[
        "sql",
        pytest.param("mongodb", marks=pytest.mark.servers),
        pytest.param("mongodb-java", marks=pytest.mark.servers),
    ]
)
def store(request: pytest.FixtureRequest) -> Iterator[ItemStore]:
    name = request.param
    with nullcontext(SqlItemStore()) if name == "sql" else mongo_store(name) as built:
        built.setup()
        yield built


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


def test_revisions_held_are_those_of_documents_and_tombstones(store: ItemStore) -> None:
    store.upsert([document(1, revision=5), document(2, revision=6)])
    store.delete(2, 7)

    assert store.held_revisions([1, 2, 3]) == {1: 5, 2: 7}
    assert store.held_revisions([]) == {}


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
        "",
        "Übergröße, 大きい 🪵",
        "\u202eright to left\u202c",
        'quote " slash \\ {brace} $where',
        "e\u0301",
        "\u2028\U0010ffff",
        "\ufeff\x01\t\r\n\x7f",
    ],
)
def test_any_text_survives(store: ItemStore, text: str) -> None:
    store.upsert([document(title=text, skus=("U-1",))])

    assert store.get_by_sku("U-1").title == text


@pytest.mark.parametrize("name", ["a.b", "$set", "$", ".", "_id", "", "größe", "a b\u2028", "0"])
def test_a_merchant_may_name_options_and_attributes_as_he_likes(
    store: ItemStore, name: str
) -> None:
    variant = VariantDocument(sku="N-1", options={name: name, "Color": "$red"}, price=Money(1))
    fact = AttributeValue(code=name, name=name, value=name, display=name)
    written = document(variants=(variant,), attributes=(fact,))

    assert store.upsert([written]) == 1
    store.upsert([document(revision=2, variants=(variant,), attributes=(fact,))])

    found = store.get_by_sku("N-1").variants[0]
    assert found.options == {name: name, "Color": "$red"}
    assert store.get(1).attributes == (fact,)


def test_values_keep_their_type(store: ItemStore) -> None:
    values: list[Scalar] = [True, False, 0, -1, 2**31, 2**53 + 1, -(2**62), 1.5, 0.1, "1", "true"]
    facts = tuple(
        AttributeValue(code=f"v{number}", name="V", value=value, display=str(value))
        for number, value in enumerate(values)
    )
    store.upsert([document(attributes=facts, published_at=None)])

    found = store.get(1)

    assert [each.value for each in found.attributes] == values
    assert [isinstance(each.value, bool) for each in found.attributes[:3]] == [True, True, False]
    assert found.published_at is None


def test_a_large_document_survives(store: ItemStore) -> None:
    skus = tuple(f"BIG-{number}" for number in range(200))
    large = document(description="Long. " * 200_000, skus=skus)

    store.upsert([large])

    assert store.get_by_sku("BIG-199") == large


def test_a_batch_of_any_size_is_written_whole(store: ItemStore) -> None:
    many = [document(number) for number in range(1, 1_202)]
    heavy = [document(number, 2, description="x" * 2_000_000) for number in range(1, 11)]

    assert store.upsert(many) == 1_201
    assert store.upsert(many) == 0
    assert store.upsert([*heavy, *many]) == 10

    assert dict(store.scan(batch=500)) == {each.product_id: 1 for each in many} | dict.fromkeys(
        range(1, 11), 2
    )


def test_scan_goes_on_while_documents_are_written_and_deleted(store: ItemStore) -> None:
    store.upsert([document(number) for number in range(1, 21)])
    seen = []

    for product_id, revision in store.scan(batch=4):
        seen.append((product_id, revision))
        if product_id == 4:
            store.delete(6, 2)
            store.upsert([document(2, 9), document(8, 9), document(30)])

    others = [(number, 1) for number in range(1, 21) if number not in {6, 8}]
    assert seen == sorted([*others, (8, 9), (30, 1)])


def test_concurrent_first_writers_leave_the_newest_and_count_each_write_once(
    store: ItemStore,
) -> None:
    def write(revision: int) -> int:
        written = store.upsert([document(number, revision) for number in range(1, 31)])
        connection.close()
        return written

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(write, [3, 8, 1, 6, 2, 7, 5, 4]))

    assert list(store.scan()) == [(number, 8) for number in range(1, 31)]
    assert 30 <= sum(written) <= 8 * 30
    assert written[1] == 30


def test_concurrent_deletes_and_writes_agree_on_the_newest(store: ItemStore) -> None:
    def change(revision: int) -> None:
        if revision % 2:
            store.delete(1, revision)
        else:
            store.upsert([document(1, revision)])
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, random.Random(3).sample(range(1, 41), 40)))
    assert list(store.scan()) == [(1, 40)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, random.Random(4).sample(range(41, 82), 41)))
    assert list(store.scan()) == []


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
