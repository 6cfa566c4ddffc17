"""Identifiers that people read and strangers must not guess."""

import secrets

# Crockford's base 32: no I, L, O or U, so nothing is misread over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_order_number() -> str:
    """Return 60 random bits as ``4F7K-92MX-QH3T``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
