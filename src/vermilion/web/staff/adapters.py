"""How allauth stores the second factor: encrypted, like all secrets in the database."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from vermilion.base import vault

CONTEXT = "mfa_authenticator.data"


class StaffMFAAdapter(DefaultMFAAdapter):
    """allauth's adapter with TOTP secrets under a data key of their own."""

    def encrypt(self, text: str) -> str:
        """Return ``text`` encrypted, in base 64."""
        return base64.b64encode(vault.encrypt(vault.new_data_key("totp"), text.encode(), CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what :meth:`encrypt` was given."""
        return vault.decrypt(base64.b64decode(encrypted_text), CONTEXT).decode()
