"""Facets as the index offers them: counted, chosen, taken off again."""

from datetime import UTC, datetime

import pytest

from catalog.types import VariantInput
from shop.core.outbox import deliver_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def _index(settings, tmp_path):
    settings.STORES = settings.STORES | {
        "search": {
            "BACKEND": "search.engines.tantivy.TantivyEngine",
            "OPTIONS": {"directory": str(tmp_path)},
        }
    }


@pytest.fixture
def kettles(_index, sell):
    for name, brand, color, price in (
        ("Copper kettle", "Northfell", "Moss", 3900),
        ("Steel kettle", "Northfell", "Slate", 5900),
        ("Glass kettle", "Tarn", "Slate", 8900),
    ):
        variant = VariantInput(sku=f"K-{price}", price_minor=price, options={"Color": color})
        sell(title=name, brand=brand, category="Kitchen > Kettles", variants=(variant,))
    while deliver_due(now=datetime.now(UTC)):
        pass


def facet(answer, code):
    [found] = [each for each in answer.context["results"].facets if each.code == code]
    return [(value.value, value.count, value.selected) for value in found.values]


def titles(answer):
    return sorted(card.title for card in answer.context["results"].cards)


@pytest.mark.usefixtures("kettles")
def test_facets_count_what_choosing_them_would_find(client):
    answer = client.get("/search/?q=kettle&brand=Northfell")

    assert titles(answer) == ["Copper kettle", "Steel kettle"]
    assert facet(answer, "brand") == [("Northfell", 2, True), ("Tarn", 1, False)]
    assert facet(answer, "opt.Color") == [("Moss", 1, False), ("Slate", 1, False)]
    assert 'name="opt.Color" value="Slate"' in answer.text


@pytest.mark.usefixtures("kettles")
def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other(client):
    both = client.get("/search/?opt.Color=Moss&opt.Color=Slate&brand=Northfell")
    one = client.get("/search/?opt.Color=Slate&brand=Northfell&price=5000-6000")

    assert titles(both) == ["Copper kettle", "Steel kettle"]
    assert titles(one) == ["Steel kettle"]
    assert [chip.label for chip in one.context["results"].chips] == [
        "Color: Slate",
        "Brand: Northfell",
        "Price: $50.00 to $60.00",
    ]


@pytest.mark.usefixtures("kettles")
def test_a_category_offers_no_choice_of_categories(client):
    answer = client.get("/c/kitchen/")

    assert len(titles(answer)) == 3
    assert "category" not in [each.code for each in answer.context["results"].facets]


@pytest.mark.usefixtures("kettles")
def test_a_filter_no_product_has_is_refused_by_name(client):
    answer = client.get("/search/?opt.Flavor=Vanilla")

    assert answer.status_code == 422
    assert "There is no filter called “opt.Flavor”." in answer.text
