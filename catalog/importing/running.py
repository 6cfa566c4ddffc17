"""The import itself: batches through the one way products are saved, bad rows set aside."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import Error, IntegrityError

from catalog.attributes import TypeSpec
from catalog.category_tree import CategoryResolver, forget_tree
from catalog.errors import CategoryNotFound, InvalidCategory, InvalidProduct
from catalog.importing.parsing import BadRow, ImportOptions, Parsed, Problems, parse_rows
from catalog.importing.reading import Row
from catalog.product_types import type_specs_by_code
from catalog.projection import project_items
from catalog.saving import Saved, save_products
from catalog.validation import CleanProduct, clean_product
from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

BATCH = 500
RETRIES = 3
PENDING = -1  # stands for a category until the product is known to be good


@dataclass
class ImportReport:
    """What has become of the rows so far; `line` is the last one dealt with."""

    line: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: int = 0

    @property
    def products(self) -> int:
        return self.created + self.updated + self.unchanged


@dataclass
class _Checked:
    line: int
    clean: CleanProduct
    category: str


@dataclass
class Import:
    """One run over a file; feeds `on_bad_row` and `on_progress` as it goes."""

    options: ImportOptions
    now: datetime
    on_bad_row: Callable[[BadRow], None]
    on_progress: Callable[[ImportReport], None]
    report: ImportReport = field(default_factory=ImportReport)
    _seen: dict[str, int] = field(default_factory=dict)

    def run(self, rows: Iterable[Row]) -> ImportReport:
        types = type_specs_by_code()
        resolver = CategoryResolver(create=self.options.create_categories)
        for batch in _batches(parse_rows(rows, self.options)):
            checked = [one for each in batch if (one := self._check(each, types, resolver))]
            for each in checked:
                category_id = resolver.resolve(each.category)
                each.clean = replace(each.clean, category_id=category_id)
            self._save(checked)
            self.report.line = batch[-1].line
            self.on_progress(self.report)
        forget_tree()
        return self.report

    def _check(
        self, parsed: Parsed | BadRow, types: Mapping[str, TypeSpec], resolver: CategoryResolver
    ) -> _Checked | None:
        if isinstance(parsed, BadRow):
            self._refuse(parsed)
            return None
        data, problems = parsed.data, parsed.problems
        category_id = self._check_category(data.category, resolver, problems)
        for variant in data.variants:
            if variant.sku in self._seen:
                problems["sku"].append(f"{variant.sku} is on line {self._seen[variant.sku]} too.")
        try:
            clean = clean_product(data, types=types, category_id=category_id)
        except InvalidProduct as error:
            _merge(problems, error.fields)
        if problems:
            self._refuse(BadRow(line=parsed.line, reason=str(InvalidProduct(problems))))
            return None
        self._seen.update((variant.sku, parsed.line) for variant in data.variants)
        return _Checked(parsed.line, clean, data.category)

    def _check_category(
        self, text: str, resolver: CategoryResolver, problems: Problems
    ) -> int | None:
        try:
            resolver.check(text)
        except (InvalidCategory, CategoryNotFound) as error:
            problems["category"].append(str(error))
            return PENDING
        return PENDING if text.strip() else None

    def _save(self, checked: Sequence[_Checked]) -> None:
        if not checked:
            return
        try:
            saved = self._save_stubbornly(checked)
        except Error as error:
            # One product upsets the database: let the others in without it.
            if len(checked) == 1:
                self._refuse(BadRow(line=checked[0].line, reason=f"Cannot be saved: {error}"))
                return
            half = len(checked) // 2
            self._save(checked[:half])
            self._save(checked[half:])
            return
        self._account(checked, saved)
        self._project(saved)

    def _save_stubbornly(self, checked: Sequence[_Checked]) -> list[Saved]:
        """Save again if another writer was faster with a SKU: now it is there to be updated."""
        products = [each.clean for each in checked]
        for _attempt in range(RETRIES):
            try:
                return save_products(products, now=self.now)
            except IntegrityError:
                continue
        return save_products(products, now=self.now)

    def _account(self, checked: Sequence[_Checked], saved: Sequence[Saved]) -> None:
        for each, result in zip(checked, saved, strict=True):
            match result.outcome:
                case "created":
                    self.report.created += 1
                case "updated":
                    self.report.updated += 1
                case "unchanged":
                    self.report.unchanged += 1
                case "refused":
                    self._refuse(BadRow(line=each.line, reason=f"sku: {result.refusal}"))

    def _project(self, saved: Sequence[Saved]) -> None:
        changed = {
            each.product_id: each.revision
            for each in saved
            if each.outcome in ("created", "updated")
        }
        try:
            project_items(changed)
        except StoreUnavailable:
            # The outbox has the events: the documents follow once the store is back.
            logger.warning("Could not reach the item store; documents will follow.")

    def _refuse(self, row: BadRow) -> None:
        self.report.bad += 1
        self.on_bad_row(row)


def _merge(problems: Problems, more: Mapping[str, Sequence[str]]) -> None:
    for name, texts in more.items():
        problems[name] += [text for text in texts if text not in problems[name]]


def _batches(parsed: Iterable[Parsed | BadRow]) -> Iterator[list[Parsed | BadRow]]:
    batch: list[Parsed | BadRow] = []
    for each in parsed:
        batch.append(each)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
