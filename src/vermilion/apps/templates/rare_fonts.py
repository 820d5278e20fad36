"""The pack of rare-character fonts of this installation: where it lies, and taking it into use at the start of a process."""

from __future__ import annotations

import logging
from pathlib import Path

from vermilion.base.config import config
from vermilion.core.typeset import FontPackError
from vermilion.core.typeset.fonts import pack_in_use, use_folder

logger = logging.getLogger(__name__)


def place_of_pack() -> Path:
    """Return where this installation's pack is looked for."""
    return config().fonts_folder or config().home / "fonts"


def folder() -> Path | None:
    """Return the folder of the pack in use."""
    pack = pack_in_use()
    return pack.folder if pack else None


def use() -> None:
    """Take the pack in ``$VERMILION_FONTS_FOLDER`` (default ``$VERMILION_HOME/fonts``) into use. Without the folder there is none.

    A folder that is no pack stops nothing but the rare characters, which intake goes on refusing by name; ``vermilion doctor`` tells.
    """
    place = place_of_pack()
    if not place.is_dir():
        return
    try:
        use_folder(place)
    except FontPackError as error:
        logger.error("the pack of rare-character fonts is not used", extra={"reason": str(error)})
