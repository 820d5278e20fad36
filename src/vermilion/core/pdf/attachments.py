"""The structured data that rides inside a PDF/A-3 document."""

from __future__ import annotations

import json
from typing import Any

from .errors import PdfError


def attached_json(pdf: bytes) -> dict[str, Any]:
    """Return the first attached JSON object of ``pdf``. Raises PdfError when there is none. Run it in a confined child."""
    import pypdfium2  # only the child that reads needs it

    try:
        document = pypdfium2.PdfDocument(pdf)
        for index in range(document.count_attachments()):
            attachment = document.get_attachment(index)
            if attachment.get_name().endswith(".json"):
                value = json.loads(bytes(attachment.get_data()))
                if isinstance(value, dict):
                    return value
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise PdfError("the file cannot be read") from error
    raise PdfError("no structured data is attached")
