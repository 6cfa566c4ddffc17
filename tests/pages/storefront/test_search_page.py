"""The search page: what reaches the shopper, and what is refused."""

import pytest

from catalog.types import VariantInput

pytestmark = pytest.mark.django_db


def titles(answer):
    return [card.title for card in answer.context["results"].cards]


def test_without_an_address_everything_is_shown_and_no_day_promised(client, sell):
    sell(title="Copper kettle", areas="1")

    answer = client.get("/search/?q=kettle")

    assert titles(answer) == ["Copper kettle"]
    assert "Arrives" not in answer.context["results"].cards[0].title
    assert answer.context["results"].cards[0].arrives is None
    assert "see what reaches you" in answer.text


@pytest.mark.usefixtures("at_noon")
def test_with_an_address_only_what_reaches_it_is_shown_with_its_day(client, sell, deliver_to):
    sell(title="Copper kettle", areas="94")
    sell(title="Steel kettle", areas="1")
    deliver_to("94103")

    answer = client.get("/search/?q=kettle")

    assert titles(answer) == ["Copper kettle"]
    assert "Arrives Tue, Nov 24" in answer.text
    assert answer.context["results"].total == 1


def test_an_address_nobody_serves_finds_nothing_and_says_why(client, sell, deliver_to):
    sell(title="Copper kettle", areas="1")
    deliver_to("94103")

    answer = client.get("/search/?q=kettle")

    assert titles(answer) == []
    assert "Nothing here reaches you at the moment" in answer.text


def test_what_nobody_sells_is_not_blamed_on_the_address(client, sell, deliver_to):
    sell(title="Copper kettle", areas="94")
    deliver_to("94103")

    answer = client.get("/search/?q=drone")

    assert "We do not sell this" in answer.text
    assert "reaches you at the moment" not in answer.text


def test_a_price_among_the_words_is_said(client, sell):
    sell(title="Copper kettle")

    assert "Price: up to $20.00, as you wrote." in client.get("/search/?q=kettle+under+$20").text
    assert "Nothing at this price" in client.get("/search/?q=kettle+under+$1").text


def test_a_brand_narrows_the_results_and_can_be_taken_off_again(client, sell):
    sell(title="Copper kettle", brand="Northfell")
    sell(title="Steel kettle", brand="Tarn")

    answer = client.get("/search/?q=kettle&brand=Tarn")

    assert titles(answer) == ["Steel kettle"]
    [chip] = answer.context["results"].chips
    assert (chip.label, chip.url) == ("Brand: Tarn", "/search/?q=kettle")


def test_pages_are_linked_and_keep_the_question(client, sell):
    for number in range(25):
        sell(title=f"Kettle {number}", stock=0)

    answer = client.get("/search/?q=kettle&sort=name&utm_source=mail")

    assert len(titles(answer)) == 24
    assert answer.context["results"].pager.next_url == "/search/?q=kettle&sort=name&page=2"
    assert len(titles(client.get("/search/?q=kettle&sort=name&page=2"))) == 1


def test_a_page_beyond_the_end_leads_back_to_the_first(client, sell):
    sell(title="Copper kettle")

    for page in ("2", "1000000000", "9" * 50):
        answer = client.get(f"/search/?q=kettle&page={page}")

        assert answer.status_code == 404
        assert 'href="/search/?q=kettle"' in answer.text
        assert "The last page is 1." in answer.text


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("page=0", "“0” is not a page number."),
        ("page=-1", "“-1” is not a page number."),
        ("page=abc", "“abc” is not a page number."),
        ("page=٣", "“٣” is not a page number."),
        ("sort=cheapest", "Results cannot be sorted by “cheapest”."),
        ("colour=red", "There is no filter called “colour”."),
        ("attr.nonsense=red", "There is no filter called “attr.nonsense”."),
        ("opt.=red", "There is no filter called “opt.”."),
        ("price=cheap", "is not a price range"),
        ("price=1-2-3", "is not a price range"),
        ("price=-", "is not a price range"),
        ("price=5000-1000", "The lowest price is above the highest."),
        ("q=a&q=b", "“q” can only be given once."),
        ("q=" + "a" * 201, "“q” can have at most 200 characters."),
        ("q=a%00b", "“q” has characters that nobody can type."),
        ("&".join(f"brand={n}" for n in range(51)), "At most 50 values of “brand” at once."),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client, sell, parameters, message):
    sell(title="Copper kettle")

    answer = client.get(f"/search/?{parameters}")

    assert answer.status_code == 422
    assert message in answer.text


def test_a_category_that_does_not_exist_is_not_found(client, sell):
    sell(title="Copper kettle", category="Kitchen")

    assert titles(client.get("/search/?category=kitchen")) == ["Copper kettle"]
    assert client.get("/search/?category=nope").status_code == 404
    assert client.get("/c/kitchen/?category=kitchen").status_code == 422


@pytest.mark.parametrize("parameters", ["", "q=", "q=%20%20", "brand=", "price=&sort=&page="])
def test_empty_parameters_are_as_good_as_none(client, sell, parameters):
    sell(title="Copper kettle")

    assert titles(client.get(f"/search/?{parameters}")) == ["Copper kettle"]


def test_what_is_typed_is_shown_as_text_never_as_markup(client):
    answer = client.get("/search/", {"q": "<script>alert(1)</script>"})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_htmx_gets_only_the_results(client, sell):
    sell(title="Copper kettle")

    answer = client.get("/search/?q=kettle", headers={"HX-Request": "true"})

    assert answer.text.lstrip().startswith('<div class="results')
    assert "HX-Request" in answer["Vary"]


def test_going_back_gets_the_whole_page_again(client, sell):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in client.get("/search/", headers=headers).text


def test_a_variant_price_range_says_from(client, sell):
    sell(
        title="Copper kettle",
        variants=(
            VariantInput(sku="K-1", price_minor=1000, options={"Size": "S"}),
            VariantInput(sku="K-2", price_minor=2000, options={"Size": "L"}),
        ),
    )

    [card] = client.get("/search/?q=kettle").context["results"].cards

    assert (card.sku, card.is_from, card.more) == ("K-1", True, "2 sizes")


@pytest.mark.parametrize("prefix", ["", "k", " k ", "\x00\x01", "k" * 500])
def test_suggestions_for_next_to_nothing_are_empty(client, prefix):
    answer = client.get("/search/suggest/", {"q": prefix})

    assert (answer.status_code, answer.text) == (200, "")


def test_the_number_of_statements_does_not_grow_with_the_results(
    client, sell, deliver_to, django_assert_max_num_queries
):
    for number in range(12):
        sell(title=f"Kettle {number}")
    deliver_to("94103")
    client.get("/search/")

    # Search from SQL takes four; documents one, promises two at most, categories are cached.
    with django_assert_max_num_queries(9):
        client.get("/search/?q=kettle")
