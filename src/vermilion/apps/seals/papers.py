"""The papers of seals themselves, the register 用印记录 and the sheet of one seal 印章卡片. Typeset in a child; needs no Django there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from vermilion.core.typeset.errors import TemplateError

FOLDER = Path(__file__).parent


def typeset(name: str, data: dict[str, Any]) -> bytes:
    """Return the paper ``name`` (``register``, ``sheet``) as PDF/A-3b. Raises TemplateError."""
    import typst

    from .stamps import _fonts

    try:
        compiler = typst.Compiler(FOLDER / f"{name}.typ", root=FOLDER, font_paths=_fonts(None))
        return cast(
            bytes,
            compiler.compile(format="pdf", sys_inputs={"data": json.dumps(data)}, pdf_standards=["a-3b"], timestamp=0, pdf_tags=False),
        )
    except typst.TypstError as error:
        raise TemplateError(f"the paper {name} cannot be made: {error.message}") from error
