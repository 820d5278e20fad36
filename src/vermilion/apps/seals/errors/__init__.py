"""What can go wrong with seals, in words for the people who meet it; one module for each concern, one name to import them by."""

# ruff: noqa: F401 (imported to be found here, and so that by_code knows the whole family)

from __future__ import annotations

from .certificates import (
    AnotherCertificateNeeded,
    AuthorityEnds,
    AuthorityRefused,
    AuthorityUnavailable,
    AuthorityUnknown,
    CertificateRevoked,
    NameTooLong,
    OutsideCertificateNeeded,
    PersonCertificateMissing,
    RevocationRefused,
    RevocationSettled,
    SuspectedLater,
)
from .family import SealError
from .granting import (
    ApprovalNotProven,
    ApprovalRefused,
    ApproverMissing,
    GrantExceeded,
    GrantMissing,
    GrantNotApproved,
    GrantSettled,
    IncreaseRefused,
    PasskeyUnknown,
)
from .keeper import KeeperLocked, KeeperNotReady, KeeperRunning, KeeperUnavailable, KeyDeviceAway
from .life import DraftSettled, HolderUnknown, OwnSeal, PhotoUnusable, SealInUse, SealUnsuitable, SecondPersonNeeded
from .requests import (
    FileUnsuitable,
    ListUnsuitable,
    NobodyApproves,
    NotThisApprover,
    OtherBranch,
    OwnRequest,
    ReasonMissing,
    RequestExpired,
    RequestNotApproved,
    RequestSettled,
    RuleRefused,
    ShownListChanged,
    WrongSeal,
)
from .signing import (
    NotPrepared,
    PermissionExpired,
    PermissionUnknown,
    PermissionUsed,
    RevocationUnavailable,
    SealNotUsable,
    SelfCheckFailed,
    ShownBytesChanged,
    SigningFailed,
    TimestampAuthorityIll,
    TimestampFailed,
    UseNotCurrent,
)


def by_code(code: str) -> type[SealError] | None:
    """Return the error of this family that has the code, for what was put on record by it."""
    return next((error for error in SealError.__subclasses__() if error.code == code), None)
