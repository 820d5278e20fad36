"""Documents of one template differ in their words, not in their catalog and pages: what a seal adds to one, it adds to the next.

So what was written is kept and used again, where every object that was read for it stands byte for byte in the next document, too
(:meth:`.revision.Revision.repeat`); else it is made anew. Kept in memory, for the last few combinations of seal and place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from .revision import Revision
from .written import Written

MOST_KEPT = 64

_kept: dict[Hashable, Written] = {}
_lock = threading.Lock()


def repeated(revision: Revision, work: Hashable, draw: Callable[[], int]) -> int:
    """Write into ``revision`` what ``draw`` writes, and return what it returns: the number of an object that is made anew each time.

    ``work`` stands for all that ``draw`` depends on but the document.
    """
    key = (work, revision.root_number, revision.first_free)
    known = _kept.get(key)
    if known is not None and revision.repeat(known):
        return known.apart
    apart = draw()
    written = revision.written(apart)
    if written is not None:
        with _lock:
            _kept.pop(key, None)
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = written
    return apart


def forget() -> None:
    """Let go of all that is kept."""
    with _lock:
        _kept.clear()
