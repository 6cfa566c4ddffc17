"""What search refuses, each fit for the customer."""

from django.utils.translation import gettext

from shop.core.errors import Conflict, InvalidInput, NotFound, ShopError


class InvalidSearch(InvalidInput):
    """A search parameter makes no sense."""

    code = "invalid_search"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, fields={field: [message]})


class UnknownFacet(InvalidInput):
    """A filter names an attribute or option that no product has."""

    code = "unknown_facet"

    def __init__(self, facet: str) -> None:
        message = gettext("There is no filter called “%(facet)s”.") % {"facet": facet}
        super().__init__(message, fields={facet: [message]})
        self.facet = facet


class PageOutOfRange(NotFound):
    """A page beyond the last one."""

    code = "page_out_of_range"

    def __init__(self, page: int, pages: int) -> None:
        super().__init__(
            gettext("There is no page %(page)s; the last one is %(pages)s.")
            % {"page": page, "pages": pages}
        )
        self.page = page
        self.pages = pages


class NothingToRollBack(Conflict):
    """No earlier index is kept."""

    code = "nothing_to_roll_back"


class RebuildFailed(ShopError):
    """A rebuilt index did not hold what it should; the live one was left as it is."""
