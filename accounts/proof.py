"""Whoever proves that an address is theirs does not share the account with who did not."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from accounts.devices import end_all_devices


@transaction.atomic
def forget_unproven_credentials(*, user: AbstractBaseUser, email: str) -> None:
    """Take from an account what was set up before its address was proven.

    Anybody may sign up with somebody else's address and a password of their own, and wait until
    the owner of the address signs in by a code: that proves the address, and the password would
    open the owner's account. To be called before the address is marked as verified; nothing is
    done if it was already.
    """
    if not EmailAddress.objects.filter(
        user_id=user.pk, email__iexact=email, verified=False
    ).exists():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user_id=user.pk).delete()
    end_all_devices(user=user)
