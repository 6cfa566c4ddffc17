"""Staff enter and change products through the admin's pages."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from catalog import selectors, services
from catalog.models import Category, Product, ProductType, Variant
from catalog.types import AttributeInput, ProductTypeInput
from shop.core.models import OutboxMessage
from shop.core.money import Money
from tests.factories.catalog import make_draft, make_product

pytestmark = pytest.mark.django_db

ADD = "/admin/catalog/product/add/"


@pytest.fixture
def staff(client: Client) -> Client:
    user = User.objects.create_superuser(email="staff@parcelwise.example", password=None)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lamp_type() -> ProductType:
    attributes = (
        AttributeInput(code="power", name="Power", kind="integer", unit="W", required=True),
        AttributeInput(code="dimmable", name="Dimmable", kind="boolean"),
        AttributeInput(code="socket", name="Socket", kind="choice", choices=("E26", "GU10")),
    )
    data = ProductTypeInput(code="lamp", name="Lamp", attributes=attributes, accepts_any=True)
    return ProductType.objects.get(pk=services.save_product_type(data=data))


@pytest.fixture
def category() -> Category:
    return Category.objects.create(name="Lighting", slug="lighting", path="lighting")


def png(color: str = "red") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (300, 200), color).save(buffer, "PNG")
    return SimpleUploadedFile("lamp.png", buffer.getvalue(), content_type="image/png")


def formset(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    posted = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(rows):
        posted |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return posted


def new_lamp(lamp_type: ProductType, category: Category, **given: Any) -> dict[str, Any]:
    variant = {"sku": "LAMP-1", "options": "Color: Red", "price": "12.50", "position": 0}
    picture = {"upload": png(), "alt": "A red lamp", "position": 0}
    return (
        {
            "title": "Reading lamp",
            "brand": "Nordlys",
            "category": category.pk,
            "product_type": lamp_type.pk,
            "description": "Bright.",
            "bullets": "Folds\n\nTurns",
            "attr_power": "40 W",
            "attr_dimmable": "yes",
            "attr_socket": "E26",
            "other_attributes": "Material: Oak",
        }
        | formset("variants", variant)
        | formset("pictures", picture)
        | given
    )


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def shown_values(client: Client, product_id: int) -> dict[str, Any]:
    """Return what the product's form shows, as a browser would send it back."""
    page = client.get(f"/admin/catalog/product/{product_id}/change/")
    form = page.context["adminform"].form
    posted = {name: form[name].value() for name in form.fields}
    for admin_formset in page.context["inline_admin_formsets"]:
        bound = admin_formset.formset
        posted |= {str(f"{bound.prefix}-{k}"): v for k, v in bound.management_form.initial.items()}
        for each in bound.forms:
            posted |= {each.add_prefix(name): each[name].value() for name in each.fields}
    return {name: value for name, value in posted.items() if value is not None}


def test_a_new_product_starts_with_the_choice_of_its_type(
    staff: Client, lamp_type: ProductType
) -> None:
    page = staff.get(ADD).content.decode()

    assert f'href="?product_type={lamp_type.pk}"' in page
    form = staff.get(ADD, {"product_type": lamp_type.pk}).content.decode()
    for field in ("attr_power", "attr_dimmable", "attr_socket", "other_attributes"):
        assert f'name="{field}"' in form


def test_a_product_is_entered_and_published_in_one_go(
    staff: Client, lamp_type: ProductType, category: Category, drain_outbox: Callable[[], int]
) -> None:
    response = staff.post(ADD, new_lamp(lamp_type, category, _publish="1"))
    drain_outbox()

    assert messages_of(response)[-1] == "Reading lamp is on sale."
    item = selectors.get_item(sku="LAMP-1")
    assert item.status == "published"
    assert item.url() == "/p/reading-lamp/LAMP-1/"
    assert item.bullets == ("Folds", "Turns")
    assert {each.code: each.value for each in item.attributes} == {
        "power": 40, "dimmable": True, "socket": "E26", "material": "Oak",
    }  # fmt: skip
    assert item.variants[0].price == Money(1_250)
    assert item.variants[0].options == {"Color": "Red"}
    assert item.pictures[0].alt == "A red lamp"
    assert item.pictures[0].sizes["card"].endswith("-card.webp")


def test_saved_without_publishing_it_stays_a_draft(
    staff: Client, lamp_type: ProductType, category: Category
) -> None:
    staff.post(ADD, new_lamp(lamp_type, category))

    assert Product.objects.get().status == "draft"


def test_staff_are_told_why_a_draft_cannot_be_published(
    staff: Client, lamp_type: ProductType, category: Category
) -> None:
    posted = new_lamp(lamp_type, category) | {"category": ""} | formset("variants")

    saved = staff.post(ADD, posted)
    refused = staff.post(ADD, posted | {"_publish": "1", "pictures-0-upload": png()})

    reasons = "it has no category, it has no variant to sell."
    assert any(f"cannot be published: {reasons}" in each for each in messages_of(saved))
    assert any(f"Cannot be published: {reasons}" in each for each in messages_of(refused))
    assert set(Product.objects.values_list("status", flat=True)) == {"draft"}


def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(
    staff: Client, lamp_type: ProductType, category: Category
) -> None:
    wrong = {
        "title": "",
        "attr_power": "much",
        "attr_socket": "B22",
        "other_attributes": "no colon here",
        "variants-0-sku": "no spaces",
        "variants-0-price": "-3",
        "pictures-0-upload": SimpleUploadedFile("lamp.png", b"<svg onload='x()'/>"),
    }

    response = staff.post(ADD, new_lamp(lamp_type, category) | wrong)

    form = response.context["adminform"].form
    variants, pictures = (
        each.formset for each in reversed(response.context["inline_admin_formsets"])
    )
    assert form.errors["title"] == ["This field is required."]
    assert form.errors["attr_power"] == ["“much” is not a number."]
    assert "B22 is not one of the available choices" in form.errors["attr_socket"][0]
    assert form.errors["other_attributes"] == ["“no colon here” is not “Name: value”."]
    assert sorted(variants.errors[0]) == ["price", "sku"]
    assert pictures.errors[0]["upload"] == ["This is not a PNG, JPEG or WebP picture."]
    assert Product.objects.count() == 0


def test_a_change_makes_one_revision_and_one_event(
    staff: Client, lamp_type: ProductType, category: Category
) -> None:
    staff.post(ADD, new_lamp(lamp_type, category, _publish="1"))
    product = Product.objects.get()
    OutboxMessage.objects.all().delete()
    posted = shown_values(staff, product.pk)

    staff.post(
        f"/admin/catalog/product/{product.pk}/change/",
        posted | {"title": "Night lamp", "variants-0-price": "9.99"},
    )

    changed = Product.objects.get()
    assert (changed.title, changed.slug, changed.status) == (
        "Night lamp",
        "night-lamp",
        "published",
    )
    assert changed.revision == product.revision + 1
    assert changed.attributes == product.attributes
    assert Variant.objects.get().price_minor == 999
    events = OutboxMessage.objects.filter(subscriber__startswith="catalog.")
    assert [each.payload for each in events] == [
        {"product_id": product.pk, "revision": changed.revision}
    ]


def test_two_people_do_not_overwrite_each_other(staff: Client) -> None:
    item = make_product(title="Ours")
    posted = shown_values(staff, item.product_id)
    services.retire_product(product_id=item.product_id)

    response = staff.post(
        f"/admin/catalog/product/{item.product_id}/change/", posted | {"title": "Theirs"}
    )

    assert "Somebody else saved this product" in response.content.decode()
    assert Product.objects.get().title == "Ours"


def test_a_published_product_keeps_its_category_and_a_variant(staff: Client) -> None:
    item = make_product()
    posted = shown_values(staff, item.product_id)

    response = staff.post(
        f"/admin/catalog/product/{item.product_id}/change/",
        posted | {"category": "", "variants-0-DELETE": "on"},
    )

    page = response.content.decode()
    assert "A published product needs a category." in page
    assert "A published product needs a variant to sell." in page
    assert Variant.objects.count() == 1


def test_actions_publish_and_retire_many(staff: Client) -> None:
    ready, on_sale = make_draft(), make_product().product_id
    unready = make_draft(category="")

    staff.post(
        "/admin/catalog/product/",
        {"action": "publish", "_selected_action": [ready, unready, on_sale]},
    )
    staff.post("/admin/catalog/product/", {"action": "retire", "_selected_action": [on_sale]})

    statuses = dict(Product.objects.values_list("id", "status"))
    assert statuses == {ready: "published", unready: "draft", on_sale: "retired"}


def test_the_list_finds_products_by_sku_and_department_with_few_statements(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_product(title=f"Lamp {number}", sku=f"L-{number}", category="Home > Lighting")
    make_product(title="Spade", sku="S-1", category="Garden")

    with django_assert_max_num_queries(12):
        home = staff.get("/admin/catalog/product/", {"department": "home"})
    by_sku = staff.get("/admin/catalog/product/", {"q": "S-1"})

    assert home.context["cl"].result_count == 30
    assert [each.title for each in by_sku.context["cl"].result_list] == ["Spade"]


def test_published_products_cannot_be_deleted(staff: Client) -> None:
    item = make_product()

    response = staff.post(f"/admin/catalog/product/{item.product_id}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert Product.objects.count() == 1


def test_renaming_and_moving_a_category_shows_in_its_products(
    staff: Client, drain_outbox: Callable[[], int]
) -> None:
    make_product(sku="A-1", category="Home > Lighting > Lamps")
    lighting = Category.objects.get(path="home/lighting")

    staff.post(
        f"/admin/catalog/category/{lighting.pk}/change/",
        {"name": "Lights", "slug": "lights", "parent": "", "position": 0},
    )
    drain_outbox()

    item = selectors.get_item(sku="A-1")
    assert [(each.path, each.name) for each in item.category_path] == [
        ("lights", "Lights"),
        ("lights/lamps", "Lamps"),
    ]
    assert item.revision == 2


@pytest.mark.parametrize(
    ("parent", "message"),
    [("home/lighting/lamps", "cannot lie within itself"), ("home/lighting", "within itself")],
)
def test_a_category_cannot_be_moved_into_itself(staff: Client, parent: str, message: str) -> None:
    make_product(category="Home > Lighting > Lamps")
    lighting = Category.objects.get(path="home/lighting")

    response = staff.post(
        f"/admin/catalog/category/{lighting.pk}/change/",
        {"name": "L", "parent": Category.objects.get(path=parent).pk, "position": 0},
    )

    assert message in response.content.decode()
    assert Category.objects.get(pk=lighting.pk).path == "home/lighting"


def test_every_page_of_the_backoffice_opens(staff: Client, lamp_type: ProductType) -> None:
    item = make_product(attributes={"material": "Oak"})
    category = Category.objects.first()

    for address in (
        "/admin/catalog/product/",
        f"/admin/catalog/product/{item.product_id}/change/",
        "/admin/catalog/category/",
        f"/admin/catalog/category/{category and category.pk}/change/",
        "/admin/catalog/producttype/",
        f"/admin/catalog/producttype/{lamp_type.pk}/change/",
    ):
        response = staff.get(address)
        assert response.status_code == 200, address
        assert not re.search(r"\{[{%]", response.content.decode())
