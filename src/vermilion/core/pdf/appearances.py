"""Does a form field that was filled in after signing show what its value says? Some programs draw the appearance, others the value.

Only a plain contradiction is one: what can't be read with certainty (fonts with an encoding of their own, formatting scripts, pictures,
passwords) is said to be unread, and the fill-in itself is told in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from pyhanko.pdf_utils import generic

from . import syntax
from .anatomy import MOST_TREE_DEPTH
from .scan import REGULAR

Answer = Literal["agrees", "differs", "unread"]

_UNREAD = 1 << 13 | 1 << 20 | 1 << 25
"""Flags of text fields: password, file to send, rich text."""
_COMBO = 1 << 17
_HIDES = 1 | 2 | 4 | 32
"""Invisible, Hidden, Print, NoView: what a widget shows on a screen or on paper at all."""
_MOST_LOOK = 256 * 1024
_PART = re.compile(
    rb"\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff])*+\))*+\)|<[0-9A-Fa-f\s]*+>|<<|>>|[\[\]]|/%b*+|%b++|%%[^\r\n]*+|[(<>)]"
    % (REGULAR, REGULAR)
)
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_HARMLESS = frozenset(b"q Q cm w J j M d i ri g G rg RG k K cs CS sc SC re n W W* BT ET Tc Tw Tz TL Td TD Tm T* BMC BDC EMC MP DP".split())
"""Operators that draw nothing by themselves; /re with a fill is the field's background, as long as no text stands before it."""
_OPERANDS = frozenset((b"(", b"<", b"[", b"]", b"/", b">", b"%"))
_PAINT = frozenset((b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*"))


def compare(old: Any, new: Any, names: set[str]) -> Answer | None:
    """Return the worst answer on those of the fields ``names`` that differ between two states of a file (pyHanko's handlers), if any do."""
    before = {name: [_state(field, one) for one in widgets] for name, field, widgets in _fields(old)}
    answers: set[Answer] = set()
    for name, field, widgets in _fields(new):
        states = [_state(field, one) for one in widgets]
        known = before.get(name, [])
        if name not in names or states == known:
            continue
        answers.update(_safe_answer(field, widget) for widget, state in zip(widgets, states, strict=True) if state not in known)
        if [state[0] for state in states] != [state[0] for state in known]:
            answers.add("differs")  # it is hidden now, or shown, or only on paper
    return next((one for one in ("differs", "unread", "agrees") if one in answers), None)


def _state(field: dict[str, Any], widget: Any) -> tuple[int, str, str, str]:
    """Return what there is to compare: whether it shows, value, everything that stands in the widget, and its looks with their data."""
    looks = [_of(_of(widget, "/AP", {}), key) for key in ("/N", "/R", "/D")]
    data = [look.encoded_data for look in looks if isinstance(look, generic.StreamObject)]
    entries = {str(key): widget.raw_get(key) for key in widget}
    return int(_of(widget, "/F", 0)) & _HIDES, repr(field.get("/V")), repr(entries), repr((looks, data))


def _of(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return an entry, or what it refers to."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401 - pyHanko's get() does not follow a reference


def _look(widget: Any) -> Any:
    return _of(_of(widget, "/AP", {}), "/N")


def _fields(handler: Any) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """Yield full name, entries (those of the nodes above included) and widgets of every field."""
    form = handler.root["/AcroForm"]
    waiting = [(one, "", {"/DR": _of(form, "/DR", {})}, 0) for one in form["/Fields"]]
    while waiting:
        node, name, above, depth = waiting.pop()
        node = node.get_object()
        if depth > MOST_TREE_DEPTH:
            raise ValueError("fields go in a circle")
        if "/T" in node:
            name = f"{name}.{node['/T']}" if name else str(node["/T"])
        entries = above | {str(key): node[key] for key in node if key in ("/FT", "/Ff", "/V", "/AA", "/Opt", "/RV")}
        kids = [one.get_object() for one in _of(node, "/Kids", ())]
        waiting += [(one, name, entries, depth + 1) for one in kids if "/T" in one]
        widgets = [one for one in kids if "/T" not in one] or ([node] if not kids else [])
        if widgets:
            yield name, entries, widgets


def _safe_answer(field: dict[str, Any], widget: Any) -> Answer:
    try:
        return _answer(field, widget)
    except MemoryError:
        raise
    except Exception:  # foreign bytes
        return "unread"


def _answer(field: dict[str, Any], widget: Any) -> Answer:
    kind, flags = str(field.get("/FT", "")), int(field.get("/Ff", 0))
    look = _look(widget)
    if kind == "/Btn":
        return _of_button(str(field.get("/V", "/Off")), widget, look)
    if kind not in ("/Tx", "/Ch") or "/AA" in field or "/AA" in widget or "/RV" in field or flags & _UNREAD:
        return "unread"
    value = field.get("/V", generic.TextStringObject(""))
    if kind == "/Ch" and not flags & _COMBO:
        return "unread"  # a list shows what else could be chosen
    if look is None or not isinstance(value, generic.TextStringObject) or not str(value).isascii():
        return "agrees" if look is None else "unread"
    wanted = {_joined(str(value))}
    if kind == "/Ch":
        wanted |= {
            _joined(str(one[1])) for one in field.get("/Opt", ()) if isinstance(one, generic.ArrayObject) and str(one[0]) == str(value)
        }
    shown = _shown(look, _of(_of(look, "/Resources", field["/DR"]), "/Font", {}))
    return "unread" if shown is None else "agrees" if _joined(shown) in wanted else "differs"


def _of_button(value: str, widget: Any, look: Any) -> Answer:
    """A box or knob shows the state /AS: the value when that is one of its states, else off."""
    if look is None or isinstance(look, generic.StreamObject):
        return "unread"
    wanted = value if value in look else "/Off"
    return "agrees" if str(_of(widget, "/AS", "/Off")) == wanted else "differs"


def _joined(text: str) -> str:
    return "".join(text.split())


def _shown(look: Any, fonts: Any) -> str | None:
    """Return the text that an appearance draws in plain fonts, None when it draws anything else over it or in another way."""
    if not isinstance(look, generic.StreamObject) or len(look.encoded_data) > _MOST_LOOK or len(look.data) > _MOST_LOOK:
        return None
    operands: list[bytes] = []
    text: list[str] = []
    plain = False
    for part in _PART.findall(bytes(look.data)):
        if part[:1] in _OPERANDS or _NUMBER.fullmatch(part):
            operands.append(part)
            continue
        if part == b"Tf":
            plain = _is_plain(fonts, operands)
        elif part in (b"Tj", b"'", b'"', b"TJ"):
            if not plain:
                return None
            text += [syntax.text(one) for one in operands if one[:1] in (b"(", b"<") and one != b"<<"]
        elif part not in _HARMLESS and (part not in _PAINT or text):
            return None
        operands = []
    return "".join(text)


def _is_plain(fonts: Any, operands: list[bytes]) -> bool:
    """Tell whether a font's codes are Latin letters for every program: not embedded, and no encoding of its own."""
    if len(operands) < 2 or not operands[-2].startswith(b"/"):
        return False
    font = _of(fonts, operands[-2].decode("latin-1"))
    if font is None or _of(font, "/Subtype") not in ("/Type1", "/TrueType") or "/ToUnicode" in font:
        return False
    embedded = _of(font, "/FontDescriptor", {}).keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
    return not embedded and not isinstance(_of(font, "/Encoding"), generic.DictionaryObject)
