"""Tables of accounts: users, who sign in by e-mail, addresses, and used tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Creates users; the only way to make one outside the sign-up form."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new customer; without a password they sign in through a reset link only."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new member of staff who may do everything."""
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, **fields}
        )

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by e-mail however it was capitalised at the log-in form."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A customer or a member of staff. ``pk`` is the ``customer_id`` every other app speaks of."""

    email = models.EmailField("e-mail", max_length=254, unique=True)
    full_name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField("staff", default=False, help_text="May open the backoffice.")
    is_active = models.BooleanField(
        "active", default=True, help_text="Unset instead of deleting: orders refer to the account."
    )
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """One account per e-mail, however it was typed."""

        constraints = (
            # The unique index alone would let "Ann@x.com" and "ann@x.com" both in.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"
            ),
        )

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Lower-case the e-mail that a form (the admin's) brought."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """Return what to call the user; the admin shows it."""
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """Return the first name, or the part of the e-mail before the @."""
        return self.full_name.split(" ")[0] if self.full_name else self.email.split("@")[0]


class Address(models.Model):
    """One entry of a customer's address book."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses"
    )
    full_name = models.CharField(max_length=100)
    line1 = models.CharField(max_length=100)
    line2 = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=60)
    region = models.CharField("state", max_length=2)
    postal_code = models.CharField(max_length=10)
    country = models.CharField(max_length=2, default="US")
    phone = models.CharField(max_length=20, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        """At most one default address per customer."""

        verbose_name_plural = "addresses"
        ordering = ("-is_default", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default=True),
                name="accounts_one_default_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name}, {self.line1}, {self.city}, {self.region} {self.postal_code}"


class UsedRefreshToken(models.Model):
    """A refresh token of an app that has served; kept for as long as it would be good else.

    Not in the session: a request that has read that before writes it back without it.
    """

    jti = models.CharField(max_length=36, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti
