"""Apps for the tests of the API."""

import pytest

from accounts.models import User
from tests.api.client import App
from tests.factories.accounts import make_customer


@pytest.fixture
def app() -> App:
    """A guest's app that has no cart yet."""
    return App()


@pytest.fixture
def customer(db: None) -> User:
    return make_customer(email="ada@example.com")


@pytest.fixture
def signed_in(customer: User) -> App:
    """The app of `customer`."""
    app = App()
    assert app.sign_in(customer.email).status_code == 200
    return app
