"""What typesetting gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Zone:
    """A place that a template kept free for a signature or seal, in PDF points with the origin at the page's bottom left.

    ``role`` is ``insurer`` (the seal), ``policyholder``, ``insured``, ``guardian``, ``company_agent`` or ``approver``. Several zones of
    one role stand in the order of the data's ``signers``.
    """

    role: str
    page: int  # from 1
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Typeset:
    """A finished document. ``zones`` are in document order; ``pages`` is the number of pages."""

    pdf: bytes
    zones: tuple[Zone, ...]
    pages: int


@dataclass(frozen=True)
class Outline:
    """What a document of a template is made of: ``sections`` by their headings, ``tables`` as name → headings of its columns."""

    sections: tuple[str, ...]
    tables: dict[str, tuple[str, ...]]
