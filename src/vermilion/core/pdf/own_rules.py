"""What a document of this platform never holds: things that act, layers, fields that are not signatures. In one it is a refusal.

In another producer's file it is usual and was signed with the rest; then it is told, since such a file may look different elsewhere.
"""

from __future__ import annotations

import re

from . import values
from .anatomy import Anatomy
from .tokens import Fault

_ACTS = frozenset({"OpenAction", "AA", "Requirements", "Collection", "Threads", "URI"})
_SCRIPT = re.compile(rb"/(?:JavaScript|JS|AA)(?![A-Za-z0-9])")


def findings(anatomy: Anatomy) -> list[str]:
    """Return reason codes: ``active_content``, ``optional_content``, ``foreign_field``. Raises Fault for a catalog that can't be read."""
    catalog = anatomy.catalog
    found = []
    if _ACTS & catalog.keys() or "JavaScript" in _names(anatomy):
        found.append("active_content")
    if "OCProperties" in catalog:
        found.append("optional_content")
    if "AcroForm" in catalog and _foreign_form(anatomy):
        found.append("foreign_field")
    return found


def told(anatomy: Anatomy) -> list[str]:
    """Return what can make another producer's file look different elsewhere: ``active_content``, ``optional_content``, ``xfa_form``."""
    found = []
    if any(_SCRIPT.search(value) for _number, value in anatomy.values()):
        found.append("active_content")
    try:
        if "OCProperties" in anatomy.catalog:
            found.append("optional_content")
        if "XFA" in anatomy.entries(anatomy.catalog.get("AcroForm", b"<<>>")):
            found.append("xfa_form")
    except (Fault, KeyError):
        return found  # a catalog that can't be read is another module's to refuse
    return found


def _names(anatomy: Anatomy) -> dict[str, bytes]:
    return anatomy.entries(anatomy.catalog["Names"]) if "Names" in anatomy.catalog else {}


def _foreign_form(anatomy: Anatomy) -> bool:
    form = anatomy.entries(anatomy.catalog["AcroForm"])
    if form.keys() - {"Fields", "SigFlags"}:
        return True
    for number in values.references(anatomy.resolved(form.get("Fields", b"[]"))):
        field = values.dictionary(anatomy.value(number))
        if field.get("FT") != b"/Sig" or {"Kids", "Parent", "AA", "A"} & field.keys():
            return True
    return False


def safe_findings(anatomy: Anatomy) -> list[str]:
    """Return the same; a catalog or form that can't be read is a foreign one."""
    try:
        return findings(anatomy)
    except (Fault, KeyError):
        return ["foreign_field"]
