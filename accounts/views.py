"""Pages of the customer's account: overview and address book."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AddressBookFull
from accounts.forms import AddressBookForm
from accounts.selectors import get_address, get_customer, list_addresses
from accounts.services import MAX_ADDRESSES, delete_address, save_address, set_default_address


def _customer_id(request: HttpRequest) -> int:
    # Every view here requires a log-in.
    return cast("int", request.user.pk)


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show where everything about the account is."""
    customer_id = _customer_id(request)
    addresses = list_addresses(customer_id=customer_id)
    context = {
        "customer": get_customer(customer_id=customer_id),
        "default_address": next((entry for entry in addresses if entry.is_default), None),
        "address_count": len(addresses),
    }
    return render(request, "account/overview.html", context)


@require_GET
@login_required
def address_book(request: HttpRequest) -> HttpResponse:
    """List the customer's addresses."""
    addresses = list_addresses(customer_id=_customer_id(request))
    context = {"addresses": addresses, "is_full": len(addresses) >= MAX_ADDRESSES}
    return render(request, "account/addresses.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add_address(request: HttpRequest) -> HttpResponse:
    """Add an address, and say what is wrong with one that parcels cannot go to."""
    if request.method == "GET":
        customer = get_customer(customer_id=_customer_id(request))
        return _show_form(request, AddressBookForm(initial={"full_name": customer.full_name}))
    return _save(request, AddressBookForm(request.POST), address_id=None)


@require_http_methods(["GET", "POST"])
@login_required
def edit_address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Change one address."""
    saved = get_address(customer_id=_customer_id(request), address_id=address_id)
    if request.method == "GET":
        initial = {**saved.address.to_json(), "is_default": saved.is_default}
        return _show_form(request, AddressBookForm(initial=initial), address_id=address_id)
    return _save(request, AddressBookForm(request.POST), address_id=address_id)


@require_POST
@login_required
def remove_address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Take an address out of the book."""
    delete_address(customer_id=_customer_id(request), address_id=address_id)
    messages.success(request, "The address was removed.")
    return redirect("accounts:addresses")


@require_POST
@login_required
def make_default(request: HttpRequest, address_id: int) -> HttpResponse:
    """Make an address the one that parcels usually go to."""
    set_default_address(customer_id=_customer_id(request), address_id=address_id)
    messages.success(request, "Parcels now usually go to this address.")
    return redirect("accounts:addresses")


def _save(request: HttpRequest, form: AddressBookForm, address_id: int | None) -> HttpResponse:
    if not form.is_valid():
        return _show_form(request, form, address_id=address_id)
    try:
        save_address(
            customer_id=_customer_id(request),
            address=form.to_address(),
            is_default=form.cleaned_data["is_default"],
            address_id=address_id,
        )
    except AddressBookFull as error:
        form.add_error(None, str(error))
        return _show_form(request, form, status=409)
    messages.success(request, "The address was saved.")
    return redirect("accounts:addresses")


def _show_form(
    request: HttpRequest,
    form: AddressBookForm,
    *,
    address_id: int | None = None,
    status: int | None = None,
) -> HttpResponse:
    context = {"form": form, "address_id": address_id}
    code = status or (422 if form.errors else 200)
    return render(request, "account/address_form.html", context, status=code)
