"""What people read in answers is in their language: English or Spanish."""

import io
import re
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils import timezone
from pytest_django import Settings

from orders.services import cancel_order
from orders.states import OrderStatus
from shop.api.middleware import CODES
from shop.api.shopper import visitor_in
from shop.core.visitor import Owner
from tests.api.client import App
from tests.architecture.sources import PACKAGES, ROOT
from tests.factories.catalog import make_product
from tests.factories.orders import place_order
from tests.factories.recommendations import make_popular
from tests.factories.shopping import make_sold_product

SPANISH = {"Accept_Language": "es-MX,es;q=0.9,en;q=0.5"}
PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
KEYWORDS = {"gettext": None, "gettext_lazy": None, "gettext_noop": None}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture
def guest(app: App, db: None) -> App:
    app.start_cart()
    return app


def translations() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="es", domain="django")


def collected() -> set[str]:
    """Return all texts that the code marks."""
    found: set[str] = set()
    for package in PACKAGES:
        for _, _, text, _, _ in extract_from_dir(ROOT / package, keywords=KEYWORDS):
            found.add(str(text))
    return found


def test_every_text_has_a_translation_and_no_translation_is_left_over() -> None:
    translated = {str(each.id): each for each in translations() if each.id}

    assert collected() == translated.keys(), "run `make messages`"
    assert [text for text, each in translated.items() if not each.string or each.fuzzy] == []


def test_translations_name_the_same_things() -> None:
    assert {
        each.id
        for each in translations()
        if each.id
        and set(PLACEHOLDER.findall(str(each.id))) != set(PLACEHOLDER.findall(str(each.string)))
    } == set()


def test_what_is_compiled_is_what_is_written() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, translations())

    assert PO.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make messages`"


def test_what_the_middleware_says_is_translated() -> None:
    known = {str(each.id) for each in translations()}

    assert {detail for _, detail in CODES.values()} - known == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "language", "detail"),
    [
        ("es", "es", "No hay ningún producto NONE."),
        ("es-MX,es;q=0.9,en;q=0.5", "es", "No hay ningún producto NONE."),
        ("en;q=0.4, es;q=0.5", "es", "No hay ningún producto NONE."),
        ("en-GB", "en", "There is no product NONE."),
        ("fr,de", "en", "There is no product NONE."),
        ("fr, es;q=0.1", "es", "No hay ningún producto NONE."),
        ("*", "en", "There is no product NONE."),
        ("this is no language; at all", "en", "There is no product NONE."),
        ("", "en", "There is no product NONE."),
    ],
)
def test_the_language_is_the_one_the_caller_likes_best(
    app: App, asked: str, language: str, detail: str
) -> None:
    answer = app.get("/products/NONE/", Accept_Language=asked)

    assert answer.json()["detail"] == detail
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.django_db
def test_problems_of_every_origin_are_translated(app: App, settings: Settings) -> None:
    def told(answer: Any) -> tuple[str, str]:
        return answer.json()["title"], answer.json()["detail"]

    assert told(app.get("/nothing/", **SPANISH)) == ("No encontrado", "No encontrado.")
    assert told(app.get("/cart/", **SPANISH)) == (
        "No autorizado",
        "Inicia sesión, o envía el token de carrito de un invitado.",
    )
    assert told(app.get("/cart/", X_Cart_Token="none", **SPANISH)) == (  # noqa: S106
        "No autorizado",
        "Este token de carrito no es nuestro o es demasiado antiguo: pide uno nuevo.",
    )
    assert told(app.get("/products/?sort=up", **SPANISH))[1] == (
        "Los resultados no se pueden ordenar por «up»."
    )
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 0)
    title, detail = told(app.get("/categories/", **SPANISH))
    assert title == "Demasiadas solicitudes"
    assert "Se espera que esté disponible en" in detail


def test_fields_are_told_in_the_callers_language(guest: App) -> None:
    answer = guest.post("/cart/lines/", {"quantity": 0}, **SPANISH)

    assert answer.json()["detail"] == "Algo de lo enviado no encaja."
    assert answer.json()["fields"] == {
        "sku": ["Este campo es requerido."],
        "quantity": ["Asegúrese de que este valor es mayor o igual a 1."],
    }


def test_notices_and_prices_of_the_cart_are(guest: App) -> None:
    make_sold_product("LAMP", price_minor=123_450, title="Lamp", stock=2)
    make_product(sku="MUG", title="Mug")
    for sku, quantity in (("LAMP", 3), ("MUG", 1)):
        guest.post("/cart/lines/", {"sku": sku, "quantity": quantity})

    cart = guest.get("/cart/", **SPANISH).json()

    lines = {line["sku"]: line for line in cart["lines"]}
    assert lines["LAMP"]["notices"][0]["message"] == "Solo quedan 2 de Lamp."
    assert lines["MUG"]["notices"][0]["message"] == "Mug está agotado en este momento."
    assert lines["LAMP"]["unit_price"] == {
        "minor": 123_450,
        "currency": "USD",
        "text": "1.234,50\xa0US$",
    }


def test_statuses_of_an_order_are(guest: App) -> None:
    make_sold_product("LAMP", price_minor=1999)
    number = place_order(owner=Owner(visitor=visitor_in(guest.cart_token)))
    waiting = guest.get(f"/orders/{number}/", **SPANISH).json()
    cancel_order(number=number, actor="ada", now=timezone.now())

    ended = guest.get(f"/orders/{number}/", **SPANISH).json()

    assert waiting["status_label"] == "Pendiente de tu pago"
    assert waiting["payment"]["state_label"] == "pendiente de pago"
    assert [step["status_label"] for step in ended["timeline"]] == [
        "Pendiente de tu pago",
        "Pago fallido",
    ]
    assert ended["status"] == OrderStatus.PAYMENT_FAILED


def test_rows_and_filters_have_titles_in_it(guest: App) -> None:
    items = [make_sold_product(sku, title=f"Thing {sku}") for sku in "ABCD"]
    make_popular([item.product_id for item in items])

    [row] = guest.get("/recommendations/?place=home", **SPANISH).json()["rows"]

    assert row["title"] == "Popular ahora mismo"


def test_each_language_has_an_etag_of_its_own(guest: App) -> None:
    make_sold_product("LAMP", price_minor=1999)
    guest.post("/cart/lines/", {"sku": "LAMP"})
    english = guest.get("/cart/")

    again = guest.get("/cart/", If_None_Match=english.headers["ETag"], **SPANISH)

    assert again.status_code == 200
    assert again.json()["items_total"]["text"] == "19,99\xa0US$"


@pytest.mark.django_db
def test_pages_are_english_whatever_the_browser_would_like(client: Any) -> None:
    page = client.get("/cart/", headers={"Accept-Language": "es"})

    assert "Your cart" in page.text
    assert '<html lang="en">' in page.text
    assert "Content-Language" not in page.headers
