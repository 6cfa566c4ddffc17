"""What the catalogue refuses, and why."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from shop.core.errors import Conflict, InvalidInput, NotFound


class ProductNotFound(NotFound):
    """No such product, or none that was ever published."""

    code = "product_not_found"

    def __init__(self, key: str | int) -> None:
        super().__init__(gettext("There is no product %(key)s.") % {"key": str(key)[:64]})
        self.key = key


class CategoryNotFound(NotFound):
    code = "category_not_found"

    def __init__(self, path: str) -> None:
        super().__init__(gettext("There is no category “%(path)s”.") % {"path": path[:200]})
        self.path = path


class InvalidProduct(InvalidInput):
    """A product's fields are wrong; `fields` says which, and how."""

    code = "invalid_product"

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        found = "; ".join(f"{name}: {text}" for name, texts in fields.items() for text in texts)
        super().__init__(found, fields=fields)


class InvalidCategory(InvalidInput):
    code = "invalid_category"


class InvalidPicture(InvalidInput):
    """A file is not a picture we can show."""

    code = "invalid_picture"


class InvalidImport(InvalidInput):
    """An import cannot start: the file or an option is wrong as a whole."""

    code = "invalid_import"


class SkuTaken(Conflict):
    """A SKU belongs to another product already."""

    code = "sku_taken"

    def __init__(self, sku: str) -> None:
        message = f"SKU {sku} belongs to another product."
        super().__init__(message, fields={"sku": [message]})
        self.sku = sku


class NotPublishable(Conflict):
    """A product lacks what its page needs; `reasons` says what."""

    code = "not_publishable"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("Cannot be published: " + ", ".join(reasons) + ".")
        self.reasons = tuple(reasons)
