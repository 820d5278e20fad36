#!/usr/bin/env python3
"""Keep the English translation complete, without the gettext programs.

    tools/translations.py update    extract every text, keep what is translated, write django.po and django.mo
    tools/translations.py check     fail when a text lacks its English, is fuzzy, or django.mo is not what django.po compiles to
    tools/translations.py missing   print the texts that have no English yet

Chinese is the source: a text is written once, in code (`gettext("…")`) or in a template (`{% translate "…" %}`).
Both files are committed, so that nothing has to be compiled where Vermilion is installed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "vermilion"
FOLDER = SOURCE / "web" / "locale" / "en" / "LC_MESSAGES"
PO = FOLDER / "django.po"
MO = FOLDER / "django.mo"

KEYWORDS: dict = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
FUNCTIONS = set(KEYWORDS)
CALL = re.compile(rf"\b(?:{'|'.join(FUNCTIONS)})\s*\(")
CHINESE = re.compile(r"[\u3400-\u9fff]")
HEADER = """# English texts of Vermilion. Written by tools/translations.py; translate the empty msgstr lines.
#"""


def texts(root: Path = SOURCE) -> Iterator[tuple[str, int, str | tuple[str, ...], str | None]]:
    """Yield (file, line, msgid or (singular, plural), context) of every translatable text under ``root``."""
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        if "migrations" in path.parts or "locale" in path.parts:
            continue
        name = path.relative_to(root.parent).as_posix()
        code = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # templatize turns a template into lines of calls; what is no call may look like anything, so indentation is dropped.
            code = "\n".join(line.strip() for line in templatize(code, origin=name).splitlines())
        if not CALL.search(code):  # most modules say nothing, and taking one apart takes long
            continue
        try:
            found = list(extract_python(io.BytesIO(code.encode()), FUNCTIONS, [], {"encoding": "utf-8"}))
        except (SyntaxError, IndentationError) as problem:
            raise SystemExit(f"{name}: {problem}") from None
        for line, function, arguments, _comments in found:
            yield from _message(name, line, function, arguments)


def _message(name: str, line: int, function: str, arguments: object) -> Iterator[tuple[str, int, str | tuple[str, ...], str | None]]:
    values = list(arguments) if isinstance(arguments, (list, tuple)) else [arguments]
    context = values.pop(0) if "pgettext" in function else None
    if not values or not values[0]:
        return
    if not function.startswith("n"):
        yield name, line, values[0], context
    elif len(values) > 1 and values[1]:
        yield name, line, (values[0], values[1]), context


def catalog_of(root: Path = SOURCE) -> Catalog:
    """Return a catalogue of all texts in the code, untranslated."""
    catalog = Catalog(locale="en", project="Vermilion", charset="utf-8")
    for name, _line, msgid, context in texts(root):
        # Without line numbers: the file should change only when a text does.
        catalog.add(msgid, locations=[(name, 0)], context=context)
    return catalog


def stored() -> Catalog:
    """Return the committed catalogue, empty at first."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def problems(wanted: Catalog, have: Catalog) -> list[str]:
    """Return one line per text that is not in order."""
    found = []
    for message in wanted:
        if not message.id:
            continue
        known = have.get(_id(message), message.context)
        where = message.locations[0][0]
        if known is None or not _translated(known):
            found.append(f"{where}: no English for {message.id!r}")
        elif known.fuzzy:
            found.append(f"{where}: the English of {message.id!r} is marked fuzzy")
        elif CHINESE.search(str(known.string)) and not _keeps_chinese(known):
            found.append(f"{where}: the English of {message.id!r} still has Chinese in it")
        elif _placeholders(message.id) != _placeholders(known.string):
            found.append(f"{where}: the English of {message.id!r} has other placeholders")
    used = {(_id(message), message.context) for message in wanted}
    stale = [message for message in have if message.id and (_id(message), message.context) not in used]
    found += [f"django.po: {message.id!r} is no longer used" for message in stale]
    return found


def _id(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)


def _keeps_chinese(message: Message) -> bool:
    # A legal term may stand in brackets behind its English: "cooling-off period (犹豫期)".
    text = "".join(message.string) if isinstance(message.string, (list, tuple)) else message.string
    return not CHINESE.search(re.sub(r"\([^()]*\)|（[^（）]*）|【[^【】]*】|“[^“”]*”", "", text))


def _placeholders(text: object) -> set[str]:
    parts = text if isinstance(text, (list, tuple)) else [text]
    return {place for part in parts for place in re.findall(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}", str(part))}


def compiled(catalog: Catalog) -> bytes:
    """Return the .mo file of ``catalog``."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return the .po file of ``catalog``."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def update() -> None:
    """Write both files; translations of texts that are still there are kept, those of vanished texts go."""
    wanted, have = catalog_of(), stored()
    for message in wanted:
        known = have.get(_id(message), message.context) if message.id else None
        if known is not None:
            message.string = known.string
            message.flags |= known.flags & {"fuzzy"}
    wanted.header_comment = HEADER
    # A fixed date: the file changes when a text does, not when the tool runs.
    wanted.creation_date = wanted.revision_date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(wanted))
    MO.write_bytes(compiled(stored()))


def check() -> list[str]:
    """Return what is wrong with the English translation, nothing when it is complete."""
    found = problems(catalog_of(), stored())
    if not MO.exists() or MO.read_bytes() != compiled(stored()):
        found.append("django.mo is not what django.po compiles to: run tools/translations.py update")
    return found


def main(verb: str) -> int:
    """Run one verb; 0 when all is well."""
    settings.configure()
    if verb == "update":
        update()
        print(f"{len(problems(catalog_of(), stored()))} texts to translate or mend")
        return 0
    if verb == "missing":
        have = stored()
        for message in catalog_of():
            known = have.get(_id(message), message.context) if message.id else None
            if message.id and (known is None or not _translated(known)):
                print(message.id)
        return 0
    if verb == "check":
        found = check()
        print("\n".join(found) if found else "English is complete")
        return 1 if found else 0
    print(__doc__)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
