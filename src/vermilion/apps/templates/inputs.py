"""What a document gets beside its data: language and check codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# The number that is printed as a barcode, by which field the data have.
_NUMBERS = ("endorsement_no", "policy_no", "application_no", "document_code")


def inputs(data: dict[str, Any], language: str) -> dict[str, str]:
    """Return the strings that a template reads as ``sys.inputs`` beside the data: language, QR code and barcode as SVG."""
    from vermilion.core.typeset import codes  # loads numpy, only where something is typeset

    return {"language": language, "qr": codes.qr_svg(data["verify_url"]), "barcode": codes.code128_svg(_number(data))}


def check_codes(data: dict[str, Any]) -> dict[str, np.ndarray]:
    """Return the same codes as modules (True is dark): ``qr`` and ``barcode``."""
    from vermilion.core.typeset import codes

    return {"qr": codes.qr_modules(data["verify_url"]), "barcode": codes.code128_modules(_number(data))}


def _number(data: dict[str, Any]) -> str:
    number = next(str(data[name]) for name in _NUMBERS if name in data)
    return number if number.isascii() else str(data["document_code"])
