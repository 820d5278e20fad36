"""Static files: hashed names, compressed once."""

from __future__ import annotations

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """whitenoise's storage without Brotli: at its best level it takes half a minute for what gzip does in one second."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return a compressor that writes gzip only."""
        return Compressor(use_brotli=False, **kwargs)
