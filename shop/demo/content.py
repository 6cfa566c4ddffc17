"""The hand-written products in `data/`, one file per leaf category, read as plain values.

Facts that several choices of a product would contradict are left out of its attributes: a product
sold in three lengths has none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from catalog.types import AttributeInput

HERE = Path(__file__).parent
CHOICE = re.compile(r"(?P<label>.+?)(?: (?P<extra>[+-]\d+(?:\.\d+)?))?")
RANGE = re.compile(r"(\w+)\.\.(\w+)")
APPAREL = ("XS", "S", "M", "L", "XL", "XXL")
APPEARANCE = ("Color", "Wood", "Finish", "Handle")  # options that change the drawing
USUAL_HUE = "Slate"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of an option; `extra_minor` is what it costs more (or less)."""

    label: str
    extra_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class Model:
    """One product as its author wrote it."""

    title: str
    brand: str
    kind: str
    category: tuple[str, ...]
    price_minor: int
    was_minor: int | None
    options: Mapping[str, tuple[Choice, ...]]
    hue: str
    facts: Mapping[str, str]
    text: str
    bullets: tuple[str, ...]
    drawing: str
    ships: str

    @property
    def appearance(self) -> str | None:
        """Name of the option whose values look different, if there is one."""
        colored = (name for name in APPEARANCE if name in self.options)
        return None if self.hue else next(colored, None)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A leaf category with its products and the attributes that they have between them."""

    category: tuple[str, ...]
    attributes: tuple[AttributeInput, ...]
    models: tuple[Model, ...]

    @property
    def type_code(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.category[-1].lower()).strip("-")


@cache
def leaves() -> tuple[Leaf, ...]:
    """Return all of the demo catalog, in a fixed order."""
    return tuple(_read_leaf(path) for path in sorted((HERE / "data").glob("*/*.yaml")))


@cache
def _attributes() -> Mapping[str, AttributeInput]:
    written = yaml.safe_load((HERE / "attributes.yaml").read_text(encoding="utf-8"))
    return {code: _read_attribute(code, text) for code, text in written.items()}


def _read_attribute(code: str, text: str) -> AttributeInput:
    name, kind, *unit = [part.strip() for part in text.split("|")]
    return AttributeInput(
        code=code,
        name=name.rstrip("*"),
        kind=kind,
        unit=unit[0] if unit else "",
        filterable=name.endswith("*"),
    )


def _read_leaf(path: Path) -> Leaf:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    category = tuple(written["category"].split(" > "))
    codes = dict.fromkeys(code for kind in written["kinds"] for code in kind["facts"].split())
    codes = {"kind": None, **codes}
    return Leaf(
        category=category,
        attributes=tuple(_attributes()[code] for code in codes),
        models=tuple(_read_models(category, written["kinds"])),
    )


def _read_models(category: tuple[str, ...], kinds: list[dict[str, Any]]) -> Iterator[Model]:
    for kind in kinds:
        for written in kind["models"]:
            yield _read_model(category, kind, written)


def _read_model(category: tuple[str, ...], kind: dict[str, Any], written: dict[str, Any]) -> Model:
    options = {
        name: tuple(_read_choices(str(text)))
        for name, text in written.items()
        if name[0].isupper()
    }
    has_look = any(name in options for name in APPEARANCE)
    values = [value.strip() for value in str(written["facts"]).split(";")]
    return Model(
        title=written["name"],
        brand=written["brand"],
        kind=kind["kind"],
        category=category,
        price_minor=_minor(written["price"]),
        was_minor=_minor(written["was"]) if "was" in written else None,
        options=options,
        hue=written.get("hue", "" if has_look else USUAL_HUE),
        facts={
            "kind": kind["kind"].capitalize(),
            **{code: val for code, val in zip(kind["facts"].split(), values, strict=True) if val},
        },
        text=written["text"],
        bullets=tuple(point.strip() for point in written["points"].split(";")),
        drawing=written.get("draw", kind["draw"]),
        ships=written.get("ships", kind.get("ships", "usual")),
    )


def _read_choices(text: str) -> Iterator[Choice]:
    if ranged := RANGE.fullmatch(text):
        yield from (Choice(label=label) for label in _between(*ranged.groups()))
        return
    for part in text.split(", "):
        matched = CHOICE.fullmatch(part)
        if matched is None:
            raise ValueError(f"“{part}” is not a choice.")
        yield Choice(label=matched["label"], extra_minor=_minor(matched["extra"] or 0))


def _between(first: str, last: str) -> list[str]:
    if first.isdigit():
        return [str(size) for size in range(int(first), int(last) + 1)]
    return list(APPAREL[APPAREL.index(first) : APPAREL.index(last) + 1])


def _minor(amount: object) -> int:
    return int(Decimal(str(amount)) * 100)
