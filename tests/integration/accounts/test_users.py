"""Who has an account: one per e-mail, however it is typed."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from accounts import selectors, services
from accounts.errors import CustomerNotFound, EmailTaken
from accounts.models import User
from accounts.types import Customer
from tests.factories.accounts import PASSWORD, make_customer

pytestmark = pytest.mark.django_db


def test_the_email_is_kept_in_lower_case_and_works_in_any():
    customer = make_customer(email="Ada.Park@Example.com")

    assert customer.email == "ada.park@example.com"
    assert User.objects.get_by_natural_key("ADA.PARK@example.com") == customer
    assert authenticate(email="ADA.park@example.COM", password=PASSWORD) == customer


def test_a_second_account_for_an_email_is_refused():
    make_customer(email="ada@example.com")

    with pytest.raises(EmailTaken) as refused:
        make_customer(email="ADA@example.com")

    assert refused.value.fields == {"email": ["There is an account with this e-mail already."]}
    assert User.objects.count() == 1


def test_the_database_refuses_an_email_with_capitals():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Ada@example.com")


def test_a_customer_is_found_by_id():
    customer = make_customer(email="ada@example.com", full_name="Ada Park")

    assert selectors.get_customer(customer_id=customer.pk) == Customer(
        id=customer.pk, email="ada@example.com", full_name="Ada Park"
    )
    with pytest.raises(CustomerNotFound):
        selectors.get_customer(customer_id=customer.pk + 1)


def test_staff_made_by_command_may_open_the_backoffice():
    staff = User.objects.create_superuser("Boss@Example.com", "swordfish swordfish")

    assert (staff.email, staff.is_staff, staff.is_superuser) == ("boss@example.com", True, True)
    assert (staff.get_full_name(), staff.get_short_name()) == ("boss@example.com", "boss")


def test_an_account_made_for_somebody_signs_in_without_verifying():
    customer_id = services.create_customer(email="a@example.com", password=PASSWORD)

    kept = EmailAddress.objects.get(user_id=customer_id)
    assert (kept.email, kept.verified, kept.primary) == ("a@example.com", True, True)
