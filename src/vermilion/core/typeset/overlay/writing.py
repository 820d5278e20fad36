"""A plan and a document's data → the file. The hot path of bulk issue: what does not vary was written when the plan was learned."""

from __future__ import annotations

import base64
import functools
import hashlib
from datetime import datetime
from typing import Any

import numpy as np
from isal import isal_zlib

from ..zones import Typeset
from .errors import DoesNotFit
from .ground import moments, renamed, utf16
from .objects import QUICK, Writer, mask, stencil, stream
from .plan import Plan, Words, resource
from .skeleton import content_of
from .texts import Texts


def render(plan: Plan, data: dict[str, Any], *, at: datetime, codes: dict[str, np.ndarray]) -> tuple[Typeset, bytes]:
    """Return the document of ``data``, and ``data`` as canonical JSON, which is attached. The same arguments give the same bytes.

    ``at`` (aware) is the creation time written into the file; ``codes`` holds the modules (True is dark, shape rows × columns) of ``qr``
    and ``barcode``. Raises DoesNotFit when the data are of another shape or a text is wider than the plan holds.
    """
    content = content_of(plan.skeleton, data)
    texts = _texts(plan).draw(data)
    file, drawn = Writer(plan.ground), texts.operators
    masks: dict[int, list[bytes]] = {}
    for number, box in enumerate(plan.boxes):
        name = b"/M%d" % number
        drawn.setdefault(box.page, []).append(stencil(box, name))
        masks.setdefault(box.page, []).append(b"%b %d 0 R" % (name, file.add(mask(codes[box.name]))))
    fonts = b"".join([b"%b %d 0 R" % (resource(name), file.font(name, used)) for name, used in texts.letters.items() if used])
    for number, (page, entries, resources, contents) in zip(sorted(drawn), plan.ground.pages, strict=True):
        lines = file.add(stream("".join(drawn[number]).encode()))
        own = b"/XObject<<%b>>" % b"".join(masks[number]) if number in masks else b""
        resources = resources.replace(b"/Font<<", own + b"/Font<<" + fonts, 1)
        file.put(page, b"<<%b/Resources %b/Contents[%b %d 0 R]>>" % (entries, resources, contents, lines))
    title = "".join([piece.text if isinstance(piece, Words) else texts.printed[piece] for piece in plan.ground.title])
    return Typeset(_closed(plan, file, title, content, at), plan.zones, plan.pages), content


@functools.lru_cache(maxsize=64)
def _texts(plan: Plan) -> Texts:
    return Texts(plan)


def _closed(plan: Plan, file: Writer, title: str, content: bytes, at: datetime) -> bytes:
    """Return the file after title, description and attached data have been written into it."""
    ground = plan.ground
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
