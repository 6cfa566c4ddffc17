"""From a written product to the catalog's input: SKUs, variants, prices and pictures."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import product

from catalog.types import PictureInput, ProductInput, ProductTypeInput, VariantInput
from shop.demo.content import Choice, Leaf, Model, leaves
from shop.demo.illustrations import Words, draw

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NOT_WORD = re.compile(r"[^A-Za-z0-9]+")
LONGEST_CODE = 6


def product_type(leaf: Leaf) -> ProductTypeInput:
    return ProductTypeInput(
        code=leaf.type_code, name=leaf.category[-1], attributes=leaf.attributes
    )


@cache
def inputs() -> tuple[tuple[Model, ProductInput], ...]:
    """Return every demo product as written and as the catalog takes it, in a fixed order."""
    return tuple(
        (model, product_input(model, leaf.type_code)) for leaf in leaves() for model in leaf.models
    )


def product_input(model: Model, type_code: str) -> ProductInput:
    return ProductInput(
        title=model.title,
        brand=model.brand,
        description=model.text,
        bullets=model.bullets,
        category=" > ".join(model.category),
        product_type=type_code,
        attributes=dict(model.facts),
        status="published",
        variants=tuple(_variants(model)),
        pictures=tuple(_pictures(model)),
    )


def base_sku(model: Model) -> str:
    """Return what the SKUs of a product begin with; it follows from brand and title alone."""
    digest = int.from_bytes(blake2b(f"{model.brand}|{model.title}".encode()).digest()[:8])
    code = ""
    for _ in range(5):
        digest, place = divmod(digest, len(LETTERS))
        code += LETTERS[place]
    return f"{NOT_WORD.sub('', model.brand)[:3].upper()}-{code}"


def first_sku(model: Model) -> str:
    """Return the SKU of a product's first variant."""
    return _sku(model, [choices[0] for choices in model.options.values()])


def _variants(model: Model) -> Iterator[VariantInput]:
    looks = _looks(model)
    for choices in product(*model.options.values()):
        chosen = dict(zip(model.options, choices, strict=True))
        extra = sum(choice.extra_minor for choice in choices)
        look = chosen[model.appearance].label if model.appearance else model.hue
        yield VariantInput(
            sku=_sku(model, choices),
            options={name: choice.label for name, choice in chosen.items()},
            price_minor=model.price_minor + extra,
            compare_at_minor=model.was_minor + extra if model.was_minor else None,
            picture_index=looks.index(look),
        )


def _sku(model: Model, choices: Sequence[Choice]) -> str:
    return "-".join([base_sku(model), *(_option_code(choice) for choice in choices)])


def _option_code(choice: Choice) -> str:
    return NOT_WORD.sub("", choice.label)[:LONGEST_CODE].upper()


def _looks(model: Model) -> list[str]:
    if model.appearance is None:
        return [model.hue]
    return [choice.label for choice in model.options[model.appearance]]


def _pictures(model: Model) -> Iterator[PictureInput]:
    words = Words(title=model.title, brand=model.brand, author=model.facts.get("author", ""))
    for look in _looks(model):
        told = f" in {look.lower()}" if model.appearance else ""
        yield PictureInput(
            svg=draw(model.drawing, color=look, words=words),
            alt=f"Illustration: {model.title}{told}",
        )
