"""What is written in the demo catalog, read as a careful shopper would."""

import re
from collections import Counter
from itertools import chain

import pytest

from catalog.attributes import AttributeSpec, read_value
from shop.demo.content import Leaf, Model, leaves
from shop.demo.palette import COLORS
from shop.demo.products import inputs

MODELS = [model for leaf in leaves() for model in leaf.models]
VARIANTS = [(model, variant) for model, data in inputs() for variant in data.variants]


def sentences(model: Model) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+", model.text) if part.strip()]


def test_catalog_has_the_size_of_a_real_shop() -> None:
    tops = {leaf.category[0] for leaf in leaves()}

    assert len(MODELS) >= 640
    assert len(tops) >= 12
    assert len(leaves()) >= 40
    assert all(len(leaf.category) == 2 for leaf in leaves())
    assert min(len(leaf.models) for leaf in leaves()) >= 8
    assert len({model.kind for model in MODELS}) >= 90


def test_titles_skus_and_product_types_are_unique() -> None:
    skus = [variant.sku for _, variant in VARIANTS]

    assert [title for title, n in Counter(model.title for model in MODELS).items() if n > 1] == []
    assert [sku for sku, n in Counter(skus).items() if n > 1] == []
    assert len({leaf.type_code for leaf in leaves()}) == len(leaves())


def test_skus_stay_what_they_were() -> None:
    skus = {model.title: data.variants[0].sku for model, data in inputs()}

    assert skus["The Slow Planet"] == "SAL-BQX94-PAPERB"


def test_no_two_descriptions_share_a_sentence() -> None:
    said = Counter(chain.from_iterable(sentences(model) for model in MODELS))

    assert [sentence for sentence, n in said.items() if n > 1] == []


def test_no_two_products_share_all_their_bullets() -> None:
    assert len({model.bullets for model in MODELS}) == len(MODELS)


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: "/".join(leaf.category))
def test_every_text_is_complete_and_clean(leaf: Leaf) -> None:
    for model in leaf.models:
        assert 2 <= len(sentences(model)) <= 4, model.title
        assert 60 <= len(model.text) <= 400, model.title
        assert 2 <= len(model.bullets) <= 4, model.title
        assert model.text.endswith((".", "?", "!")), model.title
        assert "  " not in model.text, model.title


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: "/".join(leaf.category))
def test_attributes_are_valid_for_their_types(leaf: Leaf) -> None:
    specs = {
        each.code: AttributeSpec(code=each.code, name=each.name, kind=each.kind, unit=each.unit)
        for each in leaf.attributes
    }
    for model in leaf.models:
        for code, value in model.facts.items():
            read_value(specs[code], value)


def test_prices_are_sensible() -> None:
    for model, variant in VARIANTS:
        assert 300 <= variant.price_minor <= 130_000, model.title
        if variant.compare_at_minor is not None:
            assert 1.02 <= variant.compare_at_minor / variant.price_minor <= 1.4, model.title
    reduced = sum(1 for model in MODELS if model.was_minor)
    assert 0.1 <= reduced / len(MODELS) <= 0.3


def test_colors_are_known_and_options_differ() -> None:
    for model, data in inputs():
        combinations = [tuple(variant.options.items()) for variant in data.variants]
        assert len(set(combinations)) == len(combinations), model.title
        looks = (
            [choice.label for choice in model.options[model.appearance]]
            if model.appearance
            else [model.hue]
        )
        assert set(looks) <= set(COLORS), model.title
