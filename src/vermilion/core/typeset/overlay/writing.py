"""A plan and a document's data → the file. The hot path of bulk issue: what does not vary was written when the plan was learned."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any

import numpy as np
from isal import isal_zlib

from ..zones import Typeset
from .errors import DoesNotFit
from .ground import moments, renamed, utf16
from .objects import QUICK, Writer, mask, stencil, stream
from .plan import Plan, Skeleton, Words, resource, value_at
from .texts import Letters, Printed, operators


def render(plan: Plan, data: dict[str, Any], content: bytes, *, at: datetime, codes: dict[str, np.ndarray]) -> Typeset:
    """Return the document of ``data``. The same arguments give the same bytes.

    ``content`` is ``data`` as canonical JSON, which is attached; ``at`` (aware) is the creation time written into the file; ``codes`` holds
    the modules (True is dark, shape rows × columns) of ``qr`` and ``barcode``.
    Raises DoesNotFit when the data are of another shape or a text is wider than the plan holds.
    """
    if content != _content(plan.skeleton, data):
        raise DoesNotFit("data of another shape")
    file, printed = Writer(plan.ground), Printed(data, plan.english)
    letters = {name: Letters() for name in plan.ground.fonts}
    drawn: dict[int, list[bytes]] = {}
    for line in plan.lines:
        drawn.setdefault(line.page, []).append(operators(line, printed, letters))
    masks: dict[int, list[bytes]] = {}
    for number, box in enumerate(plan.boxes):
        name = b"/M%d" % number
        drawn.setdefault(box.page, []).append(stencil(box, name))
        masks.setdefault(box.page, []).append(b"%b %d 0 R" % (name, file.add(mask(codes[box.name]))))
    fonts = b"".join([b"%b %d 0 R" % (resource(name), file.font(name, "".join(used))) for name, used in letters.items() if used])
    for number, (page, entries, resources, contents) in zip(sorted(drawn), plan.ground.pages, strict=True):
        lines = file.add(stream(b"".join(drawn[number])))
        own = b"/XObject<<%b>>" % b"".join(masks[number]) if number in masks else b""
        resources = resources.replace(b"/Font<<", own + b"/Font<<" + fonts, 1)
        file.put(page, b"<<%b/Resources %b/Contents[%b %d 0 R]>>" % (entries, resources, contents, lines))
    return Typeset(_closed(plan, file, printed, content, at), plan.zones, plan.pages)


def _content(skeleton: Skeleton, data: dict[str, Any]) -> bytes:
    try:
        values = [_written(value_at(data, path)) for path in skeleton.paths]
    except (KeyError, IndexError, TypeError) as error:
        raise DoesNotFit("data of another shape") from error
    parts = [part for pair in zip(skeleton.constants, values, strict=False) for part in pair]
    return b"".join([*parts, skeleton.constants[-1]])


def _written(value: Any) -> bytes:
    return (quoted(value) if isinstance(value, str) else json.dumps(value)).encode()


def _closed(plan: Plan, file: Writer, printed: Printed, content: bytes, at: datetime) -> bytes:
    """Return the file after title, description and attached data have been written into it."""
    ground = plan.ground
    title = "".join([piece.text if isinstance(piece, Words) else printed(piece) for piece in ground.title])
    if not {"<", ">", "&"}.isdisjoint(title):
        raise DoesNotFit("a title that XML writes in another way")
    seed = hashlib.sha256(content + ground.body[-64:]).digest()
    document, instance = base64.b64encode(seed[:16]), base64.b64encode(seed[16:])
    own = {"title": title.encode(), "document": document, "instance": instance, **moments(at)}
    number, entries, xml = ground.metadata
    xml = renamed(xml, ground.stand_ins, own)
    file.put(number, b"<</Length %d%b\nstream\n%b\nendstream" % (len(xml), entries, xml))
    number, info = ground.info
    file.put(number, renamed(info.replace(utf16(ground.stand_ins["title"].decode()), utf16(title)), ground.stand_ins, own))
    number, entries = ground.attachment
    entries = entries.replace(b"/Params<<", b"/Params<</Size %d" % len(content)).replace(ground.stand_ins["date"], own["date"])
    squeezed = isal_zlib.compress(content, QUICK)
    file.put(number, b"<</Length %d%b\nstream\n%b\nendstream" % (len(squeezed), entries, squeezed))
    return file.finish(document, instance)
