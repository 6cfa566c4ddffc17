"""Links to the pages of a list."""

from collections.abc import Callable
from dataclasses import dataclass

AROUND = 1  # neighbors of the current page that are always shown


@dataclass(frozen=True, kw_only=True)
class PageLink:
    number: int = 0
    url: str = ""
    is_current: bool = False
    is_gap: bool = False


@dataclass(frozen=True, kw_only=True)
class Pager:
    page: int
    pages: int
    links: tuple[PageLink, ...]
    previous_url: str
    next_url: str


def build_pager(*, page: int, pages: int, url_of: Callable[[int], str]) -> Pager:
    """Return first, last and the pages around the current one, with gaps between."""
    shown = sorted({1, pages, *range(max(1, page - AROUND), min(pages, page + AROUND) + 1)})
    links: list[PageLink] = []
    for number in shown:
        if links and number - links[-1].number > 1:
            links.append(PageLink(number=number - 1, is_gap=True))
        links.append(PageLink(number=number, url=url_of(number), is_current=number == page))
    return Pager(
        page=page,
        pages=pages,
        links=tuple(links),
        previous_url=url_of(page - 1) if page > 1 else "",
        next_url=url_of(page + 1) if page < pages else "",
    )
