"""Check codes as SVG: QR for telephones, Code 128 for scanners at a counter."""

from __future__ import annotations

import numpy as np
import zxingcpp

INK = "#1c1a19"


def qr_svg(text: str) -> str:
    """Return a QR code (error correction M, no quiet zone) of ``text`` as one SVG path."""
    return _svg(qr_modules(text), 1)


def qr_modules(text: str) -> np.ndarray:
    """Return the same QR code as modules, rows × columns, True where it is dark."""
    return _modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"))


def code128_svg(text: str, *, height: int = 30) -> str:
    """Return a Code 128 of ASCII ``text``, stretchable in both directions; ``height`` is in modules."""
    return _svg(code128_modules(text), height)


def code128_modules(text: str) -> np.ndarray:
    """Return the same Code 128 as one row of modules, True where it is dark."""
    return _modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128))[:1]


def _modules(barcode: zxingcpp.Barcode) -> np.ndarray:
    return np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)) < 128


def _svg(rows: np.ndarray, height: int) -> str:
    # All rows one after the other, each with a light module behind it: dark runs begin and end at the edges.
    width = rows.shape[1] + 1
    edges = np.flatnonzero(np.diff(np.pad(rows, ((0, 0), (0, 1))).ravel(), prepend=False)).tolist()
    path = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        y, begin = divmod(first, width)
        path.append(f"M{begin} {y * height}h{last - first}v{height}H{begin}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rows.shape[1]} {rows.shape[0] * height}" preserveAspectRatio="none"'
        f' shape-rendering="crispEdges"><path fill="{INK}" d="{"".join(path)}"/></svg>'
    )
