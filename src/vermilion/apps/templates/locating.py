"""Which line of a template keeps typesetting from ending, when it was stopped by its limits.

The typesetter names the line of most endless work itself (a loop that changes nothing, a recursion without end). What it can't name, a
finite loop of a billion rounds, a list that eats all memory, a layout without end, is found by trying: the main file is cut after each
line in turn, by halves, and the first line with which it does not end is named. That is the nearest line of the main file, or of a file
that this line imports: where the work is done in a function, it is the line of the call.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vermilion.base import children
from vermilion.base.canonical import canonical
from vermilion.base.config import config
from vermilion.base.private import make_folder
from vermilion.core.typeset.compile import runs

from . import files
from .library import Entry

PROBE_SECONDS, PROBE_MEGABYTES = 6, 768
LONGEST = 90.0
"""Seconds for the whole search; then the best answer so far counts."""
_IMPORT = re.compile(r"^#(?:import|include)\s+\"(/?[a-z0-9_./-]+\.typ)\"")


def place_of(entry: Entry, data: dict[str, Any], inputs: dict[str, str]) -> dict[str, str]:
    """Return ``{"place": "file:line"}`` of the line that does not end, ``{}`` when the search found none."""
    held = {str(path.relative_to(entry.root)): path.read_bytes() for path in entry.root.rglob("*") if path.is_file()}
    end = time.monotonic() + LONGEST
    content = canonical(data)

    def ends(name: str, text: str, main: str) -> bool | None:
        if time.monotonic() > end:
            return None
        with tempfile.TemporaryDirectory(dir=make_folder(config().home / "tmp")) as folder:
            place = Path(folder).resolve()
            files.lay_out(place, {**held, entry.main: main.encode(), name: text.encode()})
            try:
                return children.call(runs, place, entry.main, content, inputs=inputs, seconds=PROBE_SECONDS, megabytes=PROBE_MEGABYTES)
            except children.ChildError:
                return False

    name, main = entry.main, held[entry.main].decode()
    line = slowest(main, lambda text: ends(name, text, text))
    while line is not None:
        text = (held[name].decode() if name != entry.main else main).splitlines()
        found = _IMPORT.match(text[line - 1])
        module = found[1].lstrip("/") if found else ""
        if module not in held or module == name:
            break
        until = "\n".join(main.splitlines()[:line]) if name == entry.main else main
        inner = slowest(held[module].decode(), lambda text, module=module, until=until: ends(module, text, until))  # type: ignore[misc]
        if inner is None:
            break
        name, line, main = module, inner, until
    return {"place": f"{name}:{line}"} if line is not None else {}


def slowest(text: str, ends: Callable[[str], bool | None]) -> int | None:
    """Return the line (from 1) where the first statement begins with which ``text`` does not end; None when all of it ends.

    ``ends`` tells of a beginning whether it ends: an error is an end, too, but one that is cut inside brackets tells nothing (None), and
    the next longer one is tried.
    """
    lines = text.splitlines()
    if ends(text) is not False:
        return None
    good, top = 0, len(lines)  # the beginning of ``good`` lines ends; between it and ``top`` nothing is known
    while good + 1 < top:
        middle = (good + top) // 2
        answer, step = None, middle
        while answer is None and step < top:
            answer = ends("\n".join(lines[:step]))
            step += 1
        if answer is None:
            top = middle
        elif answer:
            good = step - 1
        else:
            top = step - 1
    while good + 1 < len(lines) and not lines[good].strip():
        good += 1
    return good + 1
