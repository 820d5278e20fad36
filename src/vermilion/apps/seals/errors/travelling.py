"""The errors that travel over the keeper's socket."""

from __future__ import annotations

from .certificates import AuthorityRefused, AuthorityUnknown, NameTooLong, OutsideCertificateNeeded, PersonCertificateMissing
from .family import SealError
from .granting import ApprovalNotProven, GrantExceeded, GrantMissing, GrantNotApproved, PasskeyUnknown
from .keeper import KeeperLocked, KeeperNotReady, KeyDeviceAway
from .requests import RequestNotApproved
from .signing import (
    NotPrepared,
    PermissionExpired,
    PermissionUnknown,
    PermissionUsed,
    SealNotUsable,
    ShownBytesChanged,
    SigningFailed,
    TimestampFailed,
    UseNotCurrent,
)

FROM_KEEPER: dict[str, type[SealError]] = {
    error.code: error
    for error in (
        ApprovalNotProven,
        PasskeyUnknown,
        AuthorityRefused,
        AuthorityUnknown,
        OutsideCertificateNeeded,
        KeeperNotReady,
        KeeperLocked,
        KeyDeviceAway,
        TimestampFailed,
        SigningFailed,
        PermissionUnknown,
        PermissionExpired,
        PermissionUsed,
        ShownBytesChanged,
        NotPrepared,
        SealNotUsable,
        GrantMissing,
        GrantExceeded,
        UseNotCurrent,
        NameTooLong,
        PersonCertificateMissing,
        GrantNotApproved,
        RequestNotApproved,
    )
}
"""By code; any other is told as SigningFailed."""
