"""Object identifiers. Our own lie under 2.25 (UUID arc, ITU-T X.667), which needs no registration and can't collide."""

from __future__ import annotations

from uuid import UUID

_ARC = f"2.25.{UUID('6f1f7c0e-2b6c-4f57-9d0c-7e5b1a4c9d21').int}"

BUILTIN_CA_POLICY = f"{_ARC}.1"
"""Certificate policy of everything that the built-in CA issues: trial and private use, no third-party certification."""
TRIAL_POLICY = f"{_ARC}.4"
"""Added to the former in a demonstration: whoever trusts such a root, the certificate stays a trial one."""
EVENT_BINDING = f"{_ARC}.2"
"""Private non-critical extension of event certificates: SEQUENCE { version, shown SHA-256, transaction id }."""
BUILTIN_TSA_POLICY = f"{_ARC}.3"
"""Timestamp policy of the built-in TSA."""

NO_REV_AVAIL = "2.5.29.56"  # RFC 9608
SHORT_TERM = "0.4.0.194121.2.1"  # ETSI EN 319 412-1 §5.2.2, validity assured, short term
DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"  # RFC 9336

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP_ATTRIBUTE = "1.2.840.113549.1.9.16.2.14"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1"
OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2"
