"""The audit finds item documents that are not what the backoffice says; the repair mends them."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from catalog.models import ItemRow, Product
from catalog.repairing import repair_items
from catalog.selectors import get_item, get_items
from catalog.services import announce_edit, publish_product, rebuild_items
from catalog.stores import item_store
from catalog.stores.base import ItemNotStorable
from catalog.types import ItemDocument
from shop.operations.audit import run_audit
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
Drain = Callable[[], int]


@pytest.fixture
def item(drain_outbox: Drain) -> ItemDocument:
    made = make_product(title="Copper kettle")
    drain_outbox()
    return made


def wrong() -> set[str]:
    return {each.kind for each in run_audit() if not each.is_in_flight}


def repair() -> str:
    told = StringIO()
    call_command("audit", "--repair", stdout=StringIO(), stderr=told)
    return told.getvalue()


def test_what_is_written_adds_up(item: ItemDocument) -> None:
    assert wrong() == set()


def test_a_change_on_its_way_is_in_flight(item: ItemDocument, drain_outbox: Drain) -> None:
    announce_edit(product_id=item.product_id, now=timezone.now())

    assert {(each.kind, each.is_in_flight) for each in run_audit()} >= {("item-stale", True)}
    assert wrong() == set()

    drain_outbox()
    assert run_audit() == []


def change_title(row: ItemRow) -> None:
    row.document["title"] = "Tin kettle"


def set_back(row: ItemRow) -> None:
    row.document["revision"] = row.revision = 0


@pytest.mark.parametrize("damage", [change_title, set_back])
def test_a_damaged_document_is_found_and_mended(
    item: ItemDocument, damage: Callable[[ItemRow], None]
) -> None:
    row = ItemRow.objects.get()
    damage(row)
    row.save()
    assert wrong() == {"item-stale"}

    assert "Mended 1 item documents." in repair()

    assert wrong() == set()
    assert get_items(product_ids=[item.product_id])[item.product_id] == item


def test_a_document_without_a_product_is_found_and_removed(item: ItemDocument) -> None:
    row = ItemRow.objects.get()
    ItemRow.objects.create(
        product_id=999, revision=7, skus=["GHOST"], document={**row.document, "product_id": 999}
    )
    assert wrong() == {"item-orphan"}

    repair()

    assert wrong() == set()
    assert get_items(product_ids=[999]) == {}


def test_a_document_newer_than_a_restored_backup_is_overtaken(
    item: ItemDocument, drain_outbox: Drain
) -> None:
    row = ItemRow.objects.get()
    row.document |= {"revision": 50, "title": "From the lost future"}
    row.revision = 50
    row.save()
    assert wrong() == {"item-stale"}

    repair()
    drain_outbox()

    assert wrong() == set()
    assert get_items(product_ids=[item.product_id])[item.product_id].title == "Copper kettle"
    assert Product.objects.get().revision == 51


def test_a_tombstone_newer_than_a_restored_backup_is_overtaken(
    item: ItemDocument, drain_outbox: Drain
) -> None:
    ItemRow.objects.update(is_deleted=True, revision=50, skus=[], document={})
    assert wrong() == {"item-stale"}

    repair()
    drain_outbox()

    assert wrong() == set()
    assert item_store().get(item.product_id).title == "Copper kettle"


def test_a_draft_that_is_still_public_is_withdrawn_and_can_be_published_again(
    item: ItemDocument, drain_outbox: Drain
) -> None:
    Product.objects.update(status="draft")
    row = ItemRow.objects.get()
    row.document["revision"] = row.revision = 50
    row.save()
    assert wrong() == {"item-orphan"}

    repair()
    drain_outbox()

    assert item_store().get_many([item.product_id]) == {}
    publish_product(product_id=item.product_id)
    drain_outbox()
    assert item_store().get(item.product_id).title == "Copper kettle"


def test_what_cannot_be_stored_keeps_nothing_else_from_being_mended(
    item: ItemDocument, settings: Settings
) -> None:
    make_product(title="Too large")
    ItemRow.objects.all().delete()
    ItemRow.objects.create(
        product_id=999, revision=7, skus=["GHOST"], document={**item.to_json(), "product_id": 999}
    )
    settings.STORES = {
        **settings.STORES,
        "items": {"BACKEND": "tests.integration.catalog.doubles.PickyItemStore"},
    }

    for mend in (repair_items, rebuild_items):
        with pytest.raises(ItemNotStorable, match="it is too large"):
            mend()
        assert dict(item_store().scan()) == {item.product_id: item.revision}


def test_what_the_store_has_lost_is_shown_from_the_backoffice_record(item: ItemDocument) -> None:
    ItemRow.objects.all().delete()

    assert get_item(sku=item.variants[0].sku) == item
    assert get_items(product_ids=[item.product_id, 999]) == {item.product_id: item}


def test_a_dead_store_is_told_by_the_exit_code(settings: Settings) -> None:
    settings.STORES = {
        **settings.STORES,
        "items": {"BACKEND": "tests.integration.catalog.doubles.AbsentItemStore"},
    }

    assert wrong() == {"store_unavailable"}
    with pytest.raises(SystemExit):
        call_command("audit", stdout=StringIO())
