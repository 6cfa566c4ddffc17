"""Is this product input fit to be stored? Every problem of it at once, by field."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b

from django.conf import settings

from catalog.attributes import TypeSpec, clean_attributes
from catalog.errors import InvalidPicture, InvalidProduct
from catalog.models import ProductStatus
from catalog.models.products import SKU_PATTERN
from catalog.pictures import store_picture
from catalog.text import problem_with_text
from catalog.types import PictureInput, ProductInput, Scalar, VariantInput

SKU = re.compile(SKU_PATTERN)
LARGEST_PRICE = 99_999_999  # minor units: beyond a million, a price is a typing error
LONGEST = {"title": 300, "brand": 100, "description": 50_000}
MOST_BULLETS, LONGEST_BULLET = 20, 500
MOST_VARIANTS, MOST_OPTIONS, LONGEST_OPTION = 200, 6, 80
MOST_PICTURES = 20

Problems = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class CleanProduct:
    """A checked product, its pictures stored; `status` of "" keeps what an old product has."""

    title: str
    brand: str
    description: str
    bullets: tuple[str, ...]
    category_id: int | None
    product_type_id: int
    attributes: Mapping[str, Scalar]
    status: str
    variants: tuple[VariantInput, ...]
    pictures: tuple[tuple[str, str], ...] | None  # (storage name, alt)

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(variant.sku for variant in self.variants)

    def digest(self) -> str:
        """Return a digest of all of it: equal digests mean that saving would change nothing."""
        parts = [getattr(self, each.name) for each in fields(self) if each.name != "variants"]
        variants = [vars(variant) for variant in self.variants]
        text = json.dumps([parts, variants], sort_keys=True, ensure_ascii=False)
        return blake2b(text.encode(), digest_size=16).hexdigest()


def clean_product(
    data: ProductInput, *, types: Mapping[str, TypeSpec], category_id: int | None
) -> CleanProduct:
    """Check the input and return it in its stored form.

    :raises InvalidProduct: with every problem found, by field
    """
    problems: Problems = defaultdict(list)
    title, brand, description = (
        _clean_text(problems, name, getattr(data, name), longest=LONGEST[name])
        for name in ("title", "brand", "description")
    )
    if not title and "title" not in problems:
        problems["title"].append("Is missing.")
    bullets = _clean_bullets(problems, data.bullets)
    status = _clean_status(problems, data.status, category_id=category_id)
    variants = _clean_variants(problems, data.variants)
    attributes: Mapping[str, Scalar] = {}
    spec = types.get(data.product_type)
    if spec is None:
        problems["product_type"].append(f"There is no product type “{data.product_type[:60]}”.")
    else:
        attributes, wrong = clean_attributes(spec, data.attributes)
        problems.update(wrong)
    pictures = _clean_pictures(problems, data.pictures)
    if problems or spec is None:
        raise InvalidProduct(problems)
    return CleanProduct(
        title=title,
        brand=brand,
        description=description,
        bullets=bullets,
        category_id=category_id,
        product_type_id=spec.id,
        attributes=attributes,
        status=status,
        variants=variants,
        pictures=pictures,
    )


def _clean_text(problems: Problems, field: str, text: str, *, longest: int) -> str:
    text = text.strip()
    if problem := problem_with_text(text, longest=longest):
        problems[field].append(f"{problem[0].upper()}{problem[1:]}.")
    return text


def _clean_bullets(problems: Problems, bullets: Sequence[str]) -> tuple[str, ...]:
    if len(bullets) > MOST_BULLETS:
        problems["bullets"].append(f"There are more than {MOST_BULLETS}.")
    cleaned = [_clean_text(problems, "bullets", each, longest=LONGEST_BULLET) for each in bullets]
    return tuple(filter(None, cleaned))


def _clean_status(problems: Problems, status: str, *, category_id: int | None) -> str:
    if status and status not in ProductStatus.values:
        listed = ", ".join(ProductStatus.values)
        problems["status"].append(f"“{status[:20]}” is not one of {listed}.")
    elif status != ProductStatus.DRAFT and category_id is None:
        problems["category"].append("Is missing.")
    return status


def _clean_variants(
    problems: Problems, variants: Sequence[VariantInput]
) -> tuple[VariantInput, ...]:
    if not variants:
        problems["sku"].append("Is missing.")
    if len(variants) > MOST_VARIANTS:
        problems["variants"].append(f"There are more than {MOST_VARIANTS}.")
    skus: set[str] = set()
    choices: set[frozenset[tuple[str, str]]] = set()
    for variant in variants:
        if not SKU.fullmatch(variant.sku):
            problems["sku"].append(
                f"“{variant.sku[:70]}” is not a SKU: letters, digits, dots, dashes, underscores."
                if variant.sku
                else "Is missing."
            )
        elif variant.sku in skus:
            problems["sku"].append(f"{variant.sku} is given twice.")
        skus.add(variant.sku)
        choice = frozenset(variant.options.items())
        if choice in choices:
            problems["options"].append(f"{variant.sku[:70]} has the options of another variant.")
        choices.add(choice)
        _check_price(problems, variant)
        _check_options(problems, variant.options)
    return tuple(variants)


def _check_price(problems: Problems, variant: VariantInput) -> None:
    if not 0 < variant.price_minor <= LARGEST_PRICE:
        problems["price"].append(
            "Must be more than zero." if variant.price_minor <= 0 else "Is too large."
        )
    compare_at = variant.compare_at_minor
    if compare_at is not None and not variant.price_minor < compare_at <= LARGEST_PRICE:
        problems["compare_at_price"].append("Must be above the price, and not too large.")
    if variant.currency != settings.SHOP_CURRENCY:
        problems["currency"].append(
            f"“{variant.currency[:10]}” is not {settings.SHOP_CURRENCY}, the shop's currency."
        )


def _check_options(problems: Problems, options: Mapping[str, str]) -> None:
    if len(options) > MOST_OPTIONS:
        problems["options"].append(f"There are more than {MOST_OPTIONS}.")
    for name, value in options.items():
        if not name.strip() or not value.strip():
            problems["options"].append(f"“{(name or value)[:40]}” has no name or no value.")
        for text in (name, value):
            if problem := problem_with_text(text, longest=LONGEST_OPTION):
                problems["options"].append(f"“{text[:40]}” {problem}.")


def _clean_pictures(
    problems: Problems, pictures: Sequence[PictureInput] | None
) -> tuple[tuple[str, str], ...] | None:
    if pictures is None:
        return None
    if len(pictures) > MOST_PICTURES:
        problems["pictures"].append(f"There are more than {MOST_PICTURES}.")
        return ()
    stored = []
    for picture in pictures:
        alt = _clean_text(problems, "pictures", picture.alt, longest=200)
        try:
            stored.append((store_picture(picture), alt))
        except InvalidPicture as error:
            problems["pictures"].append(str(error))
    return tuple(stored)
