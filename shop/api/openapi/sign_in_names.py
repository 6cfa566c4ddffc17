"""What allauth's operations are called: generated clients have functions of these names.

One that is new in allauth has no name here and stops the schema: it shall be named on purpose.
"""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "get config": "read_sign_in_configuration",
    # the way in
    "post auth/login": "sign_in",
    "post auth/signup": "sign_up",
    "get auth/email/verify": "read_email_verification",
    "post auth/email/verify": "verify_email",
    "post auth/email/verify/resend": "resend_email_code",
    "post auth/password/request": "request_password_reset",
    "get auth/password/reset": "read_password_reset",
    "post auth/password/reset": "reset_password",
    "post auth/code/request": "request_sign_in_code",
    "post auth/code/confirm": "confirm_sign_in_code",
    "post auth/code/resend": "resend_sign_in_code",
    "post auth/provider/token": "sign_in_with_provider",
    "get auth/provider/signup": "read_provider_sign_up",
    "post auth/provider/signup": "sign_up_with_provider",
    "post auth/2fa/authenticate": "give_second_step",
    "get auth/webauthn/authenticate": "begin_passkey_second_step",
    "post auth/webauthn/authenticate": "give_passkey_second_step",
    "get auth/webauthn/login": "begin_passkey_sign_in",
    "post auth/webauthn/login": "sign_in_with_passkey",
    # tokens and devices
    "get auth/session": "read_session",
    "delete auth/session": "sign_out",
    "post tokens/refresh": "refresh_tokens",
    "get auth/sessions": "list_devices",
    "delete auth/sessions": "end_devices",
    # before something important
    "post auth/reauthenticate": "confirm_with_password",
    "post auth/2fa/reauthenticate": "confirm_with_second_step",
    "get auth/webauthn/reauthenticate": "begin_passkey_confirmation",
    "post auth/webauthn/reauthenticate": "confirm_with_passkey",
    # the account
    "get account/email": "list_emails",
    "post account/email": "add_email",
    "put account/email": "request_email_code",
    "patch account/email": "make_email_primary",
    "delete account/email": "remove_email",
    "post account/password/change": "change_password",
    "get account/providers": "list_provider_accounts",
    "delete account/providers": "remove_provider_account",
    "get account/authenticators": "list_second_steps",
    "get account/authenticators/totp": "read_totp",
    "post account/authenticators/totp": "turn_totp_on",
    "delete account/authenticators/totp": "turn_totp_off",
    "get account/authenticators/recovery-codes": "list_recovery_codes",
    "post account/authenticators/recovery-codes": "renew_recovery_codes",
    "get account/authenticators/webauthn": "begin_passkey",
    "post account/authenticators/webauthn": "add_passkey",
    "put account/authenticators/webauthn": "rename_passkey",
    "delete account/authenticators/webauthn": "remove_passkeys",
}
