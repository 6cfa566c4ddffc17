"""The tokens there are, and which of them open a call."""

from typing import Any

from shop.api.shopper import CART_TOKEN, Callers

ACCESS, CART, SESSION = "accessToken", "cartToken", "sessionToken"
Requirements = list[dict[str, list[str]]]

SCHEMES: dict[str, dict[str, Any]] = {
    ACCESS: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A customer's; lives five minutes. `refresh_tokens` gives the next one.",
    },
    CART: {
        "type": "apiKey",
        "in": "header",
        "name": CART_TOKEN,
        "description": "A guest's, from `create_cart_token`; good for a year. Send it while "
        "signing in, and cart and wishlist come along.",
    },
    SESSION: {
        "type": "apiKey",
        "in": "header",
        "name": "X-Session-Token",
        "description": "Holds the steps of signing in together; each answer may bring a new one.",
    },
}

BY_TAG = {
    "account": Callers.CUSTOMERS,
    "addresses": Callers.CUSTOMERS,
    "cart": Callers.SHOPPERS,
    "checkout": Callers.SHOPPERS,
    "orders": Callers.ANYBODY,  # a link's token opens an order as well
    "wishlist": Callers.SHOPPERS,
}
OF_CALLERS: dict[Callers, Requirements] = {
    Callers.ANYBODY: [{ACCESS: []}, {CART: []}, {}],
    Callers.SHOPPERS: [{ACCESS: []}, {CART: []}],
    Callers.CUSTOMERS: [{ACCESS: []}],
}
# allauth: steps on the way in, with a guest's cart or without; and what only customers may do.
ON_THE_WAY_IN: Requirements = [{SESSION: []}, {SESSION: [], CART: []}, {CART: []}, {}]
SIGNED_IN: Requirements = [{SESSION: []}, {ACCESS: []}]


def requirements(tags: list[str], callers: Callers | None) -> Requirements:
    """Return what a call of the shop's own needs."""
    found = callers or next((BY_TAG[tag] for tag in tags if tag in BY_TAG), Callers.ANYBODY)
    return OF_CALLERS[found]
