"""Does a form field that was filled in after signing show what its value says? Some programs draw the appearance, others the value.

A field must show its value, and so that it can be seen; what is drawn in any other way than fields are is taken for something else than
the value. Only where a font has codes of its own, or a script formats the value, the two can't be compared, which is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pyhanko.pdf_utils import generic

from . import looks
from .anatomy import MOST_TREE_DEPTH
from .field_fonts import entry
from .geometry import box_of

Answer = Literal["agrees", "unread", "differs", "hidden"]
_WORST_FIRST: tuple[Answer, ...] = ("hidden", "differs", "unread", "agrees")

_UNREAD = 1 << 13 | 1 << 20 | 1 << 25
"""Flags of text fields: password, file to send, rich text."""
_COMBO = 1 << 17
_COMB = 1 << 24
_LOCKS = 1 | 2
"""Read only, required: they say what may be typed, not what is shown."""
_HIDES = 1 | 2 | 4 | 32
"""Invisible, Hidden, Print, NoView: what a widget shows on a screen or on paper at all."""


class _State(NamedTuple):
    shows: int
    flags: int
    value: str
    entries: str
    looks: str


def compare(old: Any, new: Any, names: set[str]) -> Answer | None:
    """Return the worst answer on those of the fields ``names`` that differ between two states of a file (pyHanko's handlers), if any do.

    Judged are all fields when programs are told to draw by themselves what they did not before, or no longer.
    """
    if not _same_resources(old, new):
        return "differs"
    redrawn = _draws_itself(old) != _draws_itself(new)
    if not names and not redrawn:
        return None
    earlier = {name: (field, widgets) for name, field, widgets in _fields(old)}
    before = {name: [_state(field, one) for one in widgets] for name, (field, widgets) in earlier.items()}
    answers: set[Answer] = set()
    for name, field, widgets in _fields(new):
        states = [_state(field, one) for one in widgets]
        known = before.get(name, [])
        if redrawn and field.get("/FT") in ("/Tx", "/Ch"):
            answers.update(_safe_answer(field, widget) for widget in widgets)
        if name not in names or states == known:
            continue
        answers.update(_safe_answer(field, widget) for widget, state in zip(widgets, states, strict=True) if state not in known)
        if name in earlier and field.get("/FT") in ("/Tx", "/Ch"):
            answers.update(_grounds(*earlier[name], field, widgets))
        if [state.shows for state in states] != [state.shows for state in known]:
            answers.add("hidden")  # it is hidden now, or shown, or only on paper
        if [state.flags for state in states] != [state.flags for state in known]:
            answers.add("differs")  # another kind of field, of which programs make something else
        if field.get("/FT") == "/Btn" and [state.looks for state in states] != [state.looks for state in known]:
            answers.add("differs")  # what a state of a box looks like is no value
    return next((one for one in _WORST_FIRST if one in answers), None)


def _same_resources(old: Any, new: Any) -> bool:
    """Tell whether fonts and other things by which the form's fields are drawn stayed what they were; more may come."""
    before, after = _drawn_by(old), _drawn_by(new)
    return all(after.get(key) == value for key, value in before.items())


def _drawn_by(handler: Any) -> dict[str, str]:
    form = entry(handler.root, "/AcroForm", {})
    found = {key: repr(form[key]) for key in ("/DA", "/Q") if key in form}
    resources = entry(form, "/DR", {})
    for kind in resources:
        some = resources[kind]
        if isinstance(some, generic.DictionaryObject):
            found |= {f"{kind}{name}": repr((some.raw_get(name), some[name])) for name in some}
    return found


def _draws_itself(handler: Any) -> bool:
    return bool(entry(entry(handler.root, "/AcroForm", {}), "/NeedAppearances", False))


def _state(field: dict[str, Any], widget: Any) -> _State:
    """Return what there is to compare: whether it shows, flags, value, everything in the widget, and its looks with their data."""
    entries = {str(key): widget.raw_get(key) for key in widget}
    drawn = [(key, repr(look), look.encoded_data) for key, look in looks_of(widget)]
    flags = int(field.get("/Ff", 0)) & ~_LOCKS
    return _State(int(entry(widget, "/F", 0)) & _HIDES, flags, repr(field.get("/V")), repr(entries), repr(drawn))


def looks_of(widget: Any) -> list[tuple[str, Any]]:
    """Return kind and state of every appearance stream, as ``/N`` or ``/N/Yes``, with the stream."""
    found = []
    kinds = entry(widget, "/AP", {})
    for kind in kinds:
        look = kinds[kind]
        if isinstance(look, generic.StreamObject):
            found.append((str(kind), look))
        else:
            found += [(f"{kind}{state}", look[state]) for state in look]
    return found


def _fields(handler: Any) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """Yield full name, entries (those of the nodes above included) and widgets of every field."""
    form = handler.root["/AcroForm"]
    given = {"/DR": entry(form, "/DR", {})} | ({"/DA": form["/DA"]} if "/DA" in form else {})
    waiting = [(one, "", given, 0) for one in form["/Fields"]]
    while waiting:
        node, name, above, depth = waiting.pop()
        node = node.get_object()
        if depth > MOST_TREE_DEPTH:
            raise ValueError("fields go in a circle")
        if "/T" in node:
            name = f"{name}.{node['/T']}" if name else str(node["/T"])
        entries = above | {str(key): node[key] for key in node if key in ("/FT", "/Ff", "/V", "/AA", "/Opt", "/RV", "/DA")}
        kids = [one.get_object() for one in entry(node, "/Kids", ())]
        waiting += [(one, name, entries, depth + 1) for one in kids if "/T" in one]
        widgets = [one for one in kids if "/T" not in one] or ([node] if not kids else [])
        if widgets:
            yield name, entries, widgets


def _safe_answer(field: dict[str, Any], widget: Any) -> Answer:
    try:
        return _answer(field, widget)
    except MemoryError:
        raise
    except Exception:  # foreign bytes, or another drawing than a field's
        return "differs"


def _answer(field: dict[str, Any], widget: Any) -> Answer:
    kind, flags = str(field.get("/FT", "")), int(field.get("/Ff", 0))
    if kind == "/Btn":
        return _of_button(str(field.get("/V", "/Off")), widget)
    if kind not in ("/Tx", "/Ch") or (kind == "/Ch" and not flags & _COMBO):
        return "unread"  # a list shows what else could be chosen
    value = _text(field.get("/V", generic.TextStringObject("")))
    answers = {_of_text(look, value, field, widget) for _, look in looks_of(widget)}
    if value.strip() and "/DA" in field and looks.would_hide(_bytes(field["/DA"]), _ground(widget)):
        answers.add("hidden")  # to programs that draw it by themselves
    return next((one for one in _WORST_FIRST if one in answers), "agrees")


def _of_text(look: Any, value: str, field: dict[str, Any], widget: Any) -> Answer:
    kind, flags = str(field["/FT"]), int(field.get("/Ff", 0))
    shown = _read(look, field, widget)
    if shown.hidden and value.strip():
        return "hidden"
    if shown.text is None or not shown.text.isascii() or "/AA" in field or "/AA" in widget or "/RV" in field:
        return "unread"
    if kind == "/Tx" and flags & _UNREAD:
        return "unread"
    wanted = {_joined(value)}
    if kind == "/Ch":
        wanted |= {_joined(str(one[1])) for one in field.get("/Opt", ()) if isinstance(one, generic.ArrayObject) and str(one[0]) == value}
    return "agrees" if _joined(shown.text) in wanted else "differs"


def _read(look: Any, field: dict[str, Any], widget: Any) -> looks.Look:
    comb = str(field["/FT"]) == "/Tx" and bool(int(field.get("/Ff", 0)) & _COMB)
    fonts = entry(entry(look, "/Resources", field["/DR"]), "/Font", {})
    turned = int(entry(entry(widget, "/MK", {}), "/R", 0))
    return looks.read(look, fonts, rect=box_of(widget["/Rect"]), turned=turned, comb=comb)


def _of_button(value: str, widget: Any) -> Answer:
    """A box or knob shows the state /AS: the value when that is one of its states, else off."""
    look = entry(entry(widget, "/AP", {}), "/N")
    if look is None or isinstance(look, generic.StreamObject):
        return "unread"
    wanted = value if value in look else "/Off"
    return "agrees" if str(entry(widget, "/AS", "/Off")) == wanted else "differs"


def _grounds(old_field: dict[str, Any], old: list[Any], field: dict[str, Any], new: list[Any]) -> Iterator[Answer]:
    """Yield ``differs`` for a widget that covers of the page what it did not, or uncovers it: nobody knows what lies there.

    A background that the widget named when it was signed may come; one that was drawn then may not go.
    """
    for before, after in zip(old, new, strict=False):
        covered, covers = _covers(old_field, before), _covers(field, after)
        named = bool(entry(entry(before, "/MK", {}), "/BG", ()))
        if (covers and not (covered or named)) or (covered and covers is False):
            yield "differs"


def _covers(field: dict[str, Any], widget: Any) -> bool | None:
    """Tell whether a widget draws a background; None when its appearance can't be read, which its text is judged by."""
    try:
        drawn = [_read(look, field, widget).covers for _, look in looks_of(widget)]
        return any(drawn)
    except MemoryError:
        raise
    except Exception:  # foreign bytes, or another drawing than a field's
        return None


def _ground(widget: Any) -> tuple[float, ...]:
    """Return the background that a program paints which draws the field by itself."""
    return tuple(float(one) for one in entry(entry(widget, "/MK", {}), "/BG", ())) or (1.0,)


def _bytes(value: Any) -> bytes:
    return bytes(value.original_bytes)


def _text(value: Any) -> str:
    """Return the text of a field's value: a string, or a stream when it is long. Raises ValueError for what is no text."""
    if isinstance(value, generic.StreamObject):
        value = generic.pdf_string(value.data)
    if isinstance(value, generic.TextStringObject):
        return str(value)
    if isinstance(value, generic.ByteStringObject):
        return value.decode("latin-1")
    raise ValueError("a value that is no text")


def _joined(text: str) -> str:
    return "".join(text.split())
