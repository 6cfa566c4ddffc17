"""A document's values as every index holds them: texts by field, codes, phrases, facet keys."""

from collections.abc import Iterable, Iterator

from search.analysis import words
from search.documents import SearchDocument
from search.text import STOP_WORDS, find_codes, normalize

SEPARATOR = "\x1f"
# Attributes that say which product it is, not how it is: as good as a line of its description.
IDENTIFYING = frozenset({"model", "mpn", "part_number", "oem_code", "ean", "gtin", "upc", "isbn"})
# Attributes that name the kind of thing, as its categories do.
NAMING = frozenset({"kind", "product_type"})
# Shown to customers as completions: whole words of titles, without numbers.
SHINGLE_SIZES = (1, 2, 3)


def texts_of(source: SearchDocument) -> dict[str, str]:
    """Return the text of each searched field; `main` is all of them but the facts."""
    title, details = normalize(source.title), normalize(_details(source))
    kind = " . ".join(normalize(name) for name in _kinds(source))
    options = " . ".join(sorted({v for each in source.variants for v in each.options.values()}))
    facts = normalize(" . ".join([*_facts(source), options]))
    main = f"{title} . {source.brand} . {kind} . {options} . {details}"
    return {
        "title": title, "brand": source.brand, "kind": kind, "facts": facts, "details": details,
        "main": main, "all": f"{main} . {facts}", "title_words": title,
        "words": main,
    }  # fmt: skip


def codes_of(source: SearchDocument) -> set[str]:
    return find_codes(_coded_texts(source))


def phrases_of(source: SearchDocument) -> set[str]:
    """Return the runs of one to three words of the title that read like a query."""
    runs: list[list[str]] = [[]]
    for chunk in normalize(source.title).split():
        parts = words(chunk)
        if len(parts) != 1 or any(char.isdigit() for char in parts[0]) or len(parts[0]) == 1:
            runs.append([])
            continue
        runs[-1].append(parts[0])
        if not chunk[-1].isalnum():
            runs.append([])
    return {
        " ".join(run[start : start + size])
        for run in runs
        for size in SHINGLE_SIZES
        for start in range(len(run) - size + 1)
        if run[start] not in STOP_WORDS and run[start + size - 1] not in STOP_WORDS
    }


def category_facets_of(source: SearchDocument) -> Iterator[str]:
    """Yield path and name of each category."""
    return (SEPARATOR.join([each.path, each.name]) for each in source.categories)


def category_names_of(source: SearchDocument) -> Iterator[str]:
    """Yield each category so that it is found by how its name begins."""
    return (
        SEPARATOR.join([each.name.casefold(), each.path, each.name]) for each in source.categories
    )


def attribute_values_of(source: SearchDocument) -> Iterator[str]:
    """Yield code and value of what can be filtered by."""
    return (
        SEPARATOR.join([each.code, each.value]) for each in source.attributes if each.filterable
    )


def attribute_facets_of(source: SearchDocument) -> Iterator[str]:
    """Yield code, name and value of what can be filtered by."""
    return (
        SEPARATOR.join([each.code, each.name, each.value])
        for each in source.attributes
        if each.filterable
    )


def filter_codes_of(source: SearchDocument) -> set[str]:
    """Return the codes of the facets this product has a value for."""
    attributes = {f"attr.{each.code}" for each in source.attributes if each.filterable}
    return attributes | {f"opt.{name}" for each in source.variants for name in each.options}


def _kinds(source: SearchDocument) -> Iterable[str]:
    yield from (category.name for category in source.categories)
    yield from (each.value for each in source.attributes if each.code in NAMING)


def _details(source: SearchDocument) -> str:
    names = [each.value for each in source.attributes if each.code in IDENTIFYING]
    return " . ".join([*names, source.description])


def _facts(source: SearchDocument) -> Iterable[str]:
    for attribute in source.attributes:
        if attribute.code in IDENTIFYING:
            continue
        yield attribute.name if attribute.is_flag else f"{attribute.name} {attribute.value}"


def _coded_texts(source: SearchDocument) -> Iterable[str]:
    yield from (source.title, source.description)
    yield from (variant.sku for variant in source.variants)
    for attribute in source.attributes:
        if attribute.code in IDENTIFYING or (not attribute.is_flag and " " not in attribute.value):
            yield attribute.value
