"""What a document gets beside its data: language and check codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# A page of A4 takes about 1,600 Chinese characters of a table (three bytes each in UTF-8), or twice as many Latin ones. Lists that repeat
# their heading on each page are no matter.
_LONG_STRING, _MUCH, _MANY_SIGNERS = 1020, 6500, 6
_LISTS = frozenset({"chapters", "insured_list", "added_insured", "removed_insured", "rows", "logo_svg"})
# The number that is printed as a barcode, by which field the data have.
_NUMBERS = ("endorsement_no", "policy_no", "application_no", "document_code")


def inputs(data: dict[str, Any], language: str) -> dict[str, str]:
    """Return the strings that a template reads as ``sys.inputs`` beside the data: language, check codes as SVG, and whether to measure."""
    from vermilion.core.typeset import codes  # loads numpy, only where something is typeset

    given = {"language": language, "qr": codes.qr_svg(data["verify_url"]), "barcode": codes.code128_svg(_number(data))}
    return given | ({"lengthy": "yes"} if lengthy(data) else {})


def lengthy(data: dict[str, Any]) -> bool:
    """Tell whether the text of a document is so much that a part which is meant to stay on one page may be taller than a page."""
    return _weight(data) > _MUCH or len(data.get("signers", ())) > _MANY_SIGNERS


def _weight(value: Any) -> int:
    """Return the bytes of all text outside of lists; a single long one counts as too much."""
    if isinstance(value, str):
        size = len(value.encode())
        return size if size <= _LONG_STRING else size + _MUCH
    if isinstance(value, dict):
        return sum(_weight(inner) for key, inner in value.items() if key not in _LISTS)
    return sum(map(_weight, value)) if isinstance(value, list) else 0


def check_codes(data: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the same codes as modules (True is dark): ``qr`` and ``barcode``."""
    from vermilion.core.typeset import codes

    return {"qr": codes.qr_modules(data["verify_url"]), "barcode": codes.code128_modules(_number(data))}


def _number(data: dict[str, Any]) -> str:
    number = next(str(data[name]) for name in _NUMBERS if name in data)
    return number if number.isascii() else str(data["document_code"])
