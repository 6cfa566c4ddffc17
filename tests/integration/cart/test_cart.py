"""Putting things in the cart, changing and removing them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from cart import selectors, services
from cart.errors import CartFull, InvalidQuantity, LineNotInCart, NoOwner, NotForSale
from cart.models import Cart, CartLine
from cart.types import EMPTY_CART, LineToAdd
from catalog.errors import ProductNotFound
from shop.core.money import Money
from shop.core.visitor import Owner
from tests.factories.cart import fill_cart, make_guest, make_owner
from tests.factories.catalog import change_product, make_draft, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["guest", "customer"])
def owner(request):
    return make_guest() if request.param == "guest" else make_owner()


def cart_of(owner):
    return selectors.get_cart(customer_id=owner.customer_id, visitor=owner.visitor)


def lines_of(owner):
    return [(line.sku, line.quantity) for line in cart_of(owner).lines]


def test_a_product_is_put_in_the_cart_at_the_price_seen(owner):
    make_product(sku="LAMP", price_minor=1999)

    cart = services.add_line(owner=owner, sku="LAMP", quantity="2")

    assert cart == cart_of(owner)
    assert lines_of(owner) == [("LAMP", 2)]
    assert cart.lines[0].unit_price_seen == Money(1999)
    assert (cart.count, cart.version) == (2, 1)
    assert selectors.count_pieces(owner=owner) == 2


def test_the_same_again_adds_up(owner):
    make_product(sku="LAMP")

    fill_cart(owner, LAMP=2)
    fill_cart(owner, LAMP=3)

    assert lines_of(owner) == [("LAMP", 5)]


def test_more_than_99_together_is_refused_and_nothing_changes(owner):
    make_product(sku="LAMP")
    fill_cart(owner, LAMP=60)

    with pytest.raises(InvalidQuantity, match="already holds 60 of this item; we sell at most 99"):
        services.add_line(owner=owner, sku="LAMP", quantity=40)

    assert lines_of(owner) == [("LAMP", 60)]


@pytest.mark.parametrize("quantity", [0, -1, 10**9, "abc", ""])
def test_bad_quantities_are_refused_and_nothing_changes(owner, quantity):
    make_product(sku="LAMP")
    fill_cart(owner, LAMP=1)

    with pytest.raises(InvalidQuantity):
        services.add_line(owner=owner, sku="LAMP", quantity=quantity)
    with pytest.raises(InvalidQuantity):
        services.set_quantity(owner=owner, sku="LAMP", quantity=quantity)

    assert lines_of(owner) == [("LAMP", 1)]
    assert cart_of(owner).version == 1


def test_unknown_and_unpublished_products_are_refused(owner):
    make_draft(sku="DRAFT")

    with pytest.raises(ProductNotFound):
        services.add_line(owner=owner, sku="NOPE", quantity=1)
    with pytest.raises(NotForSale, match="is not for sale at the moment"):
        services.add_line(owner=owner, sku="DRAFT", quantity=1)

    assert cart_of(owner) == EMPTY_CART
    assert not Cart.objects.exists()


def test_the_hundred_and_first_line_is_refused(owner):
    make_product(sku="LAMP")
    make_product(sku="LAST")
    fill_cart(owner, LAMP=1)
    cart = Cart.objects.get()
    CartLine.objects.bulk_create(
        CartLine(cart=cart, sku=f"S{n}", quantity=1, price_seen_minor=1, currency="USD")
        for n in range(99)
    )

    with pytest.raises(CartFull, match="at most 100 different items"):
        services.add_line(owner=owner, sku="LAST", quantity=1)
    services.add_line(owner=owner, sku="LAMP", quantity=1)

    assert cart_of(owner).count == 101


def test_the_quantity_is_set_and_lines_removed(owner):
    make_product(sku="LAMP")
    make_product(sku="MUG")
    fill_cart(owner, LAMP=2, MUG=1)

    services.set_quantity(owner=owner, sku="LAMP", quantity="7")
    services.remove_line(owner=owner, sku="MUG")
    services.remove_line(owner=owner, sku="MUG")

    assert lines_of(owner) == [("LAMP", 7)]
    assert cart_of(owner).version == 4


def test_a_line_gone_in_another_tab_is_told(owner):
    with pytest.raises(LineNotInCart):
        services.set_quantity(owner=owner, sku="LAMP", quantity=2)


def test_owners_do_not_see_each_others_carts():
    make_product(sku="LAMP")
    guest, other, customer = make_guest(), make_guest(), make_owner()
    fill_cart(guest, LAMP=1)

    services.remove_line(owner=other, sku="LAMP")
    services.clear(owner=customer)

    assert lines_of(guest) == [("LAMP", 1)]
    assert cart_of(other) == cart_of(customer) == EMPTY_CART


def test_a_customers_cart_is_the_same_in_every_browser():
    make_product(sku="LAMP")
    owner = make_owner()
    fill_cart(owner, LAMP=1)

    elsewhere = Owner(customer_id=owner.customer_id, visitor="another-browser")

    assert lines_of(elsewhere) == [("LAMP", 1)]


def test_nobody_has_no_cart():
    make_product(sku="LAMP")
    nobody = Owner()

    with pytest.raises(NoOwner):
        services.add_line(owner=nobody, sku="LAMP", quantity=1)

    assert cart_of(nobody) == EMPTY_CART


def test_prices_once_acknowledged_are_the_ones_seen(owner):
    item = make_product(sku="LAMP", price_minor=1000)
    fill_cart(owner, LAMP=1)
    change_product(item, price_minor=1200)
    version = cart_of(owner).version

    services.acknowledge_prices(owner=owner, prices={"LAMP": Money(1200), "OTHER": Money(1)})

    assert cart_of(owner).lines[0].unit_price_seen == Money(1200)
    assert cart_of(owner).version == version


def test_an_order_is_put_back_in_the_cart_once(owner):
    make_product(sku="LAMP")
    make_product(sku="MUG")
    make_draft(sku="DRAFT")
    fill_cart(owner, MUG=5)
    lines = [
        LineToAdd(sku="LAMP", quantity=2),
        LineToAdd(sku="MUG", quantity=1),
        LineToAdd(sku="DRAFT", quantity=1),
        LineToAdd(sku="GONE", quantity=1),
    ]

    services.restore_lines(owner=owner, lines=lines)
    services.restore_lines(owner=owner, lines=lines)

    assert lines_of(owner) == [("MUG", 5), ("LAMP", 2)]


def test_the_locked_cart_is_emptied_by_checkout(owner):
    make_product(sku="LAMP")
    fill_cart(owner, LAMP=2)

    with transaction.atomic():
        cart = services.lock_cart(owner=owner)
        assert cart.id is not None
        services.empty_cart(cart_id=cart.id)

    assert cart.skus == ("LAMP",)
    assert lines_of(owner) == []
    assert cart_of(owner).version == cart.version + 1


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_a_bug():
    with pytest.raises(TransactionManagementError):
        services.lock_cart(owner=make_guest())


def test_what_a_reinstated_order_brings_leaves_the_cart(owner):
    make_product(sku="LAMP")
    make_product(sku="MUG")
    fill_cart(owner, LAMP=2, MUG=1)

    services.remove_lines(owner=owner, skus=["LAMP", "GONE"])

    assert lines_of(owner) == [("MUG", 1)]


def test_the_database_holds_the_rules_too():
    cart = Cart.objects.create(visitor="v")
    for wrong in (
        {"quantity": 0, "price_seen_minor": 1},
        {"quantity": 100, "price_seen_minor": 1},
        {"quantity": 1, "price_seen_minor": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CartLine.objects.create(cart=cart, sku="LAMP", currency="USD", **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cart.objects.create(visitor="v")
    with pytest.raises(IntegrityError), transaction.atomic():
        Cart.objects.create()


def test_forgotten_guest_carts_are_discarded():
    make_product(sku="LAMP")
    guest, customer = make_guest(), make_owner()
    fill_cart(guest, LAMP=1)
    fill_cart(customer, LAMP=1)
    now = timezone.now()

    assert services.discard_old_guest_carts(now=now + timedelta(days=59)) == 0
    assert services.discard_old_guest_carts(now=now + timedelta(days=61)) == 1

    assert lines_of(guest) == []
    assert lines_of(customer) == [("LAMP", 1)]
