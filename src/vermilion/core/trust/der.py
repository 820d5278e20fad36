"""The few DER encodings that are written here by hand, because asn1crypto re-encodes deep trees quadratically and not canonically."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import cache

from asn1crypto import core

NULL = b"\x05\x00"


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return tag, definite length and the joined ``parts``."""
    body = b"".join(parts)
    length = len(body)
    if length < 128:
        return bytes((tag, length)) + body
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of already encoded ``parts``."""
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF in the byte order that DER wants."""
    return tlv(0x31, *sorted(parts))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tlv(0x04, value)


def integer(value: int) -> bytes:
    """Return an INTEGER."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


@cache  # a dozen constants
def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    return bytes(core.ObjectIdentifier(dotted).dump())


def generalized_time(moment: datetime) -> bytes:
    """Return a GeneralizedTime in UTC with whole seconds (a fraction is cut off)."""
    return tlv(0x18, moment.astimezone(timezone.utc).strftime("%Y%m%d%H%M%SZ").encode())
