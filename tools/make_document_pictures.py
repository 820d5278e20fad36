"""Take the README's pictures of documents anew, from the samples of the template library.

.venv/bin/python tools/make_document_pictures.py
"""

from __future__ import annotations

import io
import json
from pathlib import Path

from PIL import Image

from vermilion.apps.templates import library
from vermilion.core.typeset import codes
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.pictures import page_pictures

FOLDER = Path(__file__).resolve().parent.parent / "docs/pictures"
PAGES = ("application", "insured_certificate", "claim_decision", "evidence_report")  # the first page of each
WIDTH = 620


def main() -> None:
    for kind in PAGES:
        data = (library.FOLDER / kind / "sample.json").read_bytes()
        said = json.loads(data)
        inputs = {"language": "zh-Hans", "qr": codes.qr_svg(said["verify_url"]), "barcode": codes.code128_svg(said["document_code"])}
        made = typeset(library.FOLDER, f"{kind}/template.typ", data, at=library.EPOCH, attachment_name="data.json", inputs=inputs)
        page = Image.open(io.BytesIO(page_pictures(made.pdf, 150, pages=(1, 1))[0])).convert("RGB")
        small = page.resize((WIDTH, round(page.height * WIDTH / page.width)), Image.Resampling.LANCZOS)
        target = FOLDER / f"document-{kind.replace('_', '-')}.png"
        # The usual method gives the many greys of letters all colours, and vermilion becomes brown.
        small.quantize(96, method=Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
        print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
