"""The error family of ``core.trust``. Codes are stable; the sentences for users are made by the layers above."""

from __future__ import annotations


class TrustError(Exception):
    """Something about keys, certificates, revocation or time went wrong. ``code`` is stable."""

    code = "trust"


class KeyFileError(TrustError):
    """A key file is missing, readable by others, damaged or locked with another passphrase."""

    code = "key_file"


class KeyStoreError(TrustError):
    """A token does not do what is asked of it: away, without the key, or of another mind about the key."""

    code = "key_store"


class PinRefused(KeyStoreError):
    """The token refused the PIN; it is not tried again, because tokens lock themselves after a few wrong ones."""

    code = "pin_refused"


class KeyGone(TrustError):
    """The key was dropped from memory on demand; whoever needs it again must open it again."""

    code = "key_gone"


class ProfileError(TrustError):
    """A certificate to be issued breaks its profile; it was not signed."""

    code = "profile"


class CmsError(TrustError):
    """A CMS structure is not what it must be."""

    code = "cms"


class TimestampError(TrustError):
    """A timestamp request or token was refused."""

    code = "timestamp"


class TimestampUnavailable(TimestampError):
    """None of the listed timestamp authorities gave a usable token. Signing must stop."""

    code = "timestamp_unavailable"
