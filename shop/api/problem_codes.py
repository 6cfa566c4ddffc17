"""What the `code` of a problem can be: each has its place in the documentation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemCode:
    """`advice` is for who writes an app: what has happened, and what to do."""

    code: str
    status: int
    advice: str


CODES = (
    # what was sent
    ProblemCode("bad_request", 400, "The request cannot be read at all."),
    ProblemCode("parse_error", 400, "The body is no JSON."),
    ProblemCode("too_large", 413, "The body is too large."),
    ProblemCode("unsupported_media_type", 415, "Send application/json."),
    ProblemCode("invalid_input", 422, "Fields do not fit: see fields."),
    ProblemCode("unknown_field", 422, "fields or expand names what there is not."),
    ProblemCode("invalid_cursor", 422, "The cursor is none of ours: begin with the first page."),
    ProblemCode("invalid_search", 422, "A search parameter makes no sense."),
    ProblemCode("unknown_facet", 422, "A filter names what no product has."),
    ProblemCode("unknown_postal_code", 422, "There is no such ZIP code."),
    ProblemCode("invalid_address", 422, "No parcel would arrive: see fields."),
    ProblemCode("invalid_quantity", 422, "Quantities are 1 to 99."),
    ProblemCode("invalid_checkout", 422, "Something is missing to place the order."),
    ProblemCode("idempotency_key_missing", 422, "This call needs an Idempotency-Key."),
    ProblemCode("bad_idempotency_key", 422, "8 to 100 printable characters without spaces."),
    ProblemCode("idempotency_key_reused", 422, "The key was sent with another call before."),
    # who is calling
    ProblemCode("not_authenticated", 401, "Only customers can do this: sign in."),
    ProblemCode("authentication_failed", 401, "The access token is over: refresh it."),
    ProblemCode("cart_token_missing", 401, "Sign in, or send a guest's cart token."),
    ProblemCode(
        "bad_cart_token", 401, "The cart token is over or none of ours: ask for a new one."
    ),
    ProblemCode("permission_denied", 403, "This is not allowed."),
    ProblemCode("throttled", 429, "Too many calls: wait as long as Retry-After says."),
    # what is not there
    ProblemCode("not_found", 404, "There is no such address, or no such thing."),
    ProblemCode("method_not_allowed", 405, "The address does not know this method."),
    ProblemCode("product_not_found", 404, "There is no such product, or it was never for sale."),
    ProblemCode("category_not_found", 404, "There is no such category."),
    ProblemCode("line_not_in_cart", 404, "The cart has no such line; another device removed it?"),
    ProblemCode("order_not_found", 404, "No such order, or it is somebody else's."),
    ProblemCode("payment_not_found", 404, "The order has no payment."),
    ProblemCode("address_not_found", 404, "Not in this customer's address book."),
    ProblemCode("customer_not_found", 404, "The account is gone."),
    ProblemCode("page_out_of_range", 404, "There are not so many pages."),
    # what has changed, or clashes
    ProblemCode("changed_meanwhile", 412, "Not what If-Match says any more: read it again."),
    ProblemCode("conflict", 409, "It clashes with the current state."),
    ProblemCode("call_in_progress", 409, "The same call is running: ask again after Retry-After."),
    ProblemCode("idempotency_key_in_use", 409, "The order is being placed: ask again shortly."),
    ProblemCode("not_for_sale", 409, "The product is not, or no longer, for sale."),
    ProblemCode("not_for_sale_any_more", 409, "Something in the cart is no longer for sale."),
    ProblemCode("cart_full", 409, "The cart has as many lines as it may."),
    ProblemCode("cart_is_empty", 409, "There is nothing to order."),
    ProblemCode("wishlist_full", 409, "The wishlist has as many products as it may."),
    ProblemCode("address_book_full", 409, "20 addresses are kept at most."),
    ProblemCode("insufficient_stock", 409, "Not so many are left: see shortages."),
    ProblemCode("total_changed", 409, "It costs something else now, see total: ask the customer."),
    ProblemCode("too_many_unpaid_orders", 409, "Pay or cancel an earlier order first."),
    ProblemCode(
        "too_many_unpaid_from_address", 409, "Others of the same network do not pay: wait."
    ),
    ProblemCode("delivery_not_possible", 422, "Nobody who has it delivers to the address."),
    ProblemCode("not_serviceable", 422, "It cannot be delivered there."),
    ProblemCode("illegal_transition", 409, "The order is not in a state for this."),
    ProblemCode("not_to_be_tried_again", 409, "Only an order that was not paid can be."),
    ProblemCode("payment_window_closed", 409, "The time to pay is over, or it is paid."),
    ProblemCode("nothing_to_refund", 409, "There is nothing to give back."),
    ProblemCode("order_is_moving", 409, "The order is on its way to the archive: ask again."),
    ProblemCode("declined", 402, "The payment was refused."),
    ProblemCode("gateway_refused", 402, "The payment provider refused: see detail."),
    ProblemCode("session_already_paid", 402, "It was paid already: read the order again."),
    # our fault
    ProblemCode("internal_error", 500, "A fault of ours; we have been told."),
    ProblemCode("unavailable", 503, "Something does not answer: call again after Retry-After."),
)
