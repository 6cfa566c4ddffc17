"""What an import row means: columns and keys to product inputs, with every problem found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from json import loads
from pathlib import Path
from typing import Any

from catalog.errors import InvalidImport
from catalog.importing.reading import Row
from catalog.types import PictureInput, ProductInput, VariantInput
from shop.core.money import InvalidAmount, Money

PRODUCT_FIELDS = (
    "title", "brand", "description", "bullets", "category", "product_type", "status",
    "attributes", "variants", "pictures", "group",
)  # fmt: skip
VARIANT_FIELDS = (
    "sku", "price", "price_minor", "compare_at_price", "compare_at_minor", "currency",
    "options", "picture_index",
)  # fmt: skip
PREFIXES = ("attribute:", "option:")
Problems = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """`mapping` renames the file's columns to ours; a column mapped to "" is left out."""

    currency: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    ignore_unknown: bool = False
    create_categories: bool = True
    pictures: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A product as understood; with `problems` it is not to be saved."""

    line: int
    data: ProductInput
    problems: Problems


@dataclass(frozen=True, kw_only=True)
class BadRow:
    line: int
    reason: str


def parse_rows(rows: Iterable[Row], options: ImportOptions) -> Iterator[Parsed | BadRow]:
    """Yield products; rows that follow each other with the same `group` are one product.

    :raises InvalidImport: if the first row has columns that mean nothing to us
    """
    checked = _with_our_names(rows, options)
    ended: dict[str, int] = {}
    for group, members in groupby(checked, key=_group_of):
        if not group:
            for row in members:
                yield _parse(row, options) if not row.problem else _bad(row)
        elif group in ended:
            for row in members:
                reason = f"group: “{group[:60]}” ended on line {ended[group]}: keep rows together."
                yield BadRow(line=row.line, reason=reason)
        else:
            parts = list(members)
            ended[group] = parts[-1].line
            yield from _merge(parts, options)


def _group_of(row: Row) -> str:
    return "" if row.problem else str(row.fields.get("group") or "").strip()


def _bad(row: Row) -> BadRow:
    return BadRow(line=row.line, reason=row.problem)


def _with_our_names(rows: Iterable[Row], options: ImportOptions) -> Iterator[Row]:
    known: dict[str, str | None] = {}
    for row in rows:
        for name in row.fields:
            if name not in known:
                known[name] = _our_name(name, options)
        named = {ours: row.fields[name] for name in row.fields if (ours := known[name])}
        yield replace(row, fields=named)


def _our_name(name: str, options: ImportOptions) -> str | None:
    ours = options.mapping.get(name, name).strip()
    if not ours:
        return None
    folded = ours.lower().replace(" ", "_")
    if folded in PRODUCT_FIELDS or folded in VARIANT_FIELDS:
        return folded
    if ours.lower().startswith(PREFIXES):
        return ours
    if options.ignore_unknown:
        return None
    shown = name[:60]
    raise InvalidImport(
        f"Column “{shown}” is unknown. Rename it with --map '{shown}=…', leave it out with "
        f"--map '{shown}=', or use --ignore-unknown. "
        f"Known: {', '.join((*VARIANT_FIELDS, *PRODUCT_FIELDS))}, attribute:<name>, option:<name>."
    )


def _merge(rows: list[Row], options: ImportOptions) -> Iterator[Parsed | BadRow]:
    """Make one product of a group: the first row's facts, every row's variant."""
    parsed = [_parse(row, options) for row in rows]
    bad = [each for each in parsed if each.problems]
    if bad:
        lines = ", ".join(str(each.line) for each in bad)
        for each in parsed:
            problems = each.problems or {"group": [f"Another row of it is wrong (line {lines})."]}
            yield replace(each, problems=problems)
        return
    variants = tuple(variant for each in parsed for variant in each.data.variants)
    yield replace(parsed[0], data=replace(parsed[0].data, variants=variants))


def _parse(row: Row, options: ImportOptions) -> Parsed:
    fields = row.fields
    problems: Problems = defaultdict(list)
    given = _items(problems, "variants", fields.get("variants")) or [fields]
    variants = [_variant(problems, each, fields, options) for each in given]
    data = ProductInput(
        title=_text(problems, fields, "title"),
        brand=_text(problems, fields, "brand"),
        description=_text(problems, fields, "description"),
        bullets=_bullets(problems, fields.get("bullets")),
        category=_category(problems, fields),
        product_type=_text(problems, fields, "product_type") or "general",
        status=_text(problems, fields, "status").lower(),
        attributes=_object(problems, fields, "attributes") | _prefixed(fields, "attribute:"),
        variants=tuple(variants),
        pictures=_pictures(problems, fields.get("pictures"), options),
    )
    return Parsed(line=row.line, data=data, problems=problems)


def _text(problems: Problems, fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        problems[name].append("Is not a text.")
        return ""
    return str(value).strip()


def _bullets(problems: Problems, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part for part in value.replace("|", "\n").splitlines() if part.strip())
    return tuple(str(each) for each in _items(problems, "bullets", value))


def _category(problems: Problems, fields: Mapping[str, Any]) -> str:
    value = fields.get("category")
    if isinstance(value, list):
        return " > ".join(str(part) for part in value)
    return _text(problems, fields, "category")


def _items(problems: Problems, name: str, value: object) -> list[Any]:
    if isinstance(value, str) and value.strip():
        value = _json(problems, name, value)
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        problems[name].append("Is not a list.")
        return []
    return value


def _object(problems: Problems, fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    if isinstance(value, str) and value.strip():
        value = _json(problems, name, value)
    if value in (None, ""):
        return {}
    if not isinstance(value, dict):
        problems[name].append("Is not an object of names and values.")
        return {}
    return value


def _json(problems: Problems, name: str, text: str) -> object:
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        problems[name].append(f"Is not valid JSON: {error}.")
        return None


def _prefixed(fields: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name[len(prefix) :].strip(): value
        for name, value in fields.items()
        if name.lower().startswith(prefix) and value not in (None, "")
    }


def _variant(
    problems: Problems, given: object, product: Mapping[str, Any], options: ImportOptions
) -> VariantInput:
    if not isinstance(given, dict):
        problems["variants"].append("A variant is not an object.")
        return VariantInput(sku="", price_minor=1)
    currency = _text(problems, given, "currency") or _text(problems, product, "currency")
    chosen = _object(problems, given, "options") | _prefixed(given, "option:")
    price = _amount(problems, given, "price", "price_minor", options)
    if price is None and "price" not in problems:
        problems["price"].append("Is missing.")
    return VariantInput(
        sku=_text(problems, given, "sku"),
        price_minor=1 if price is None else price,  # already told; the rest is still checked
        compare_at_minor=_amount(problems, given, "compare_at_price", "compare_at_minor", options),
        currency=currency or options.currency,
        options={str(name): str(value) for name, value in chosen.items()},
        picture_index=_index(problems, given.get("picture_index")),
    )


def _amount(
    problems: Problems, given: Mapping[str, Any], major: str, minor: str, options: ImportOptions
) -> int | None:
    """Return minor units from either column; None if both are empty."""
    for name in (minor, major):
        value = given.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            problems[major].append("Is not an amount.")
            return None
        text = str(value).strip()
        try:
            return int(text) if name == minor else Money.parse(text, options.currency).minor
        except (ValueError, InvalidAmount) as error:
            told = str(error) if name == major else f"“{text[:40]}” is not a whole number."
            problems[major].append(told)
            return None
    return None


def _index(problems: Problems, value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, int | str) and str(value).isdecimal():
        return int(value)
    problems["picture_index"].append("Is not a number from 0.")
    return None


def _pictures(
    problems: Problems, value: object, options: ImportOptions
) -> tuple[PictureInput, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = [part.strip() for part in value.split("|") if part.strip()]
    pictures = []
    for each in _items(problems, "pictures", value):
        given = each if isinstance(each, dict) else {"path": each}
        path = _picture_path(problems, str(given.get("path") or ""), options)
        if path is not None:
            pictures.append(PictureInput(path=path, alt=str(given.get("alt") or "")))
    return tuple(pictures)


def _picture_path(problems: Problems, name: str, options: ImportOptions) -> Path | None:
    if options.pictures is None:
        problems["pictures"].append("Say where they are with --pictures.")
        return None
    root = options.pictures.resolve()
    path = (root / name).resolve() if "\x00" not in name else root.parent
    if not name or not path.is_relative_to(root):
        # A file from elsewhere on this machine must not become a public picture.
        problems["pictures"].append(f"“{name[:80]}” is not inside {root}.")
        return None
    return path
