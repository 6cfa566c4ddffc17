"""Products that another app suggests in an order's e-mail, filled in `apps.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.core.money import Money
from shop.core.registry import Registry
from shop.core.visitor import Destination


@dataclass(frozen=True, kw_only=True)
class MailRequest:
    """Whose order the e-mail is about, and what is in it; `about` tells its e-mails apart."""

    order_number: str
    about: str
    visitor: str
    customer_id: int | None
    destination: Destination
    product_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MailProduct:
    """A product as an e-mail shows it; `url` and `picture_url` are as on a page."""

    title: str
    url: str
    picture_url: str
    price: Money


@dataclass(frozen=True, kw_only=True)
class MailShelf:
    title: str
    products: tuple[MailProduct, ...]


FillMail = Callable[[MailRequest], MailShelf | None]

mail_shelves: Registry[FillMail] = Registry()
