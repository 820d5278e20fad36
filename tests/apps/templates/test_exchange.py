"""A template as one file, there and back; and files that want to do harm."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from typing import Any

import pytest

from tests import factories
from tests.apps.templates.drafts import KIND, change, draft, submit
from vermilion.apps.parties.models import Role
from vermilion.apps.templates import authoring, exchange, files
from vermilion.apps.templates.errors import FilesRefused, NotADraft, PackageRefused, TemplateExists, UnknownKind
from vermilion.base.canonical import sha256

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(writer) -> bytes:
    return exchange.export(draft(writer, blocks=[{"at": "end", "text": "完"}]))


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(content: dict[str, bytes], *, manifest: dict[str, Any] | None = None, modes: dict[str, int] | None = None) -> bytes:
    """A package with right digests, whatever it holds."""
    held = {**content}
    told = {**json.loads(held.pop("manifest.json")), **(manifest or {})}
    told["content"] = {path: sha256(data) for path, data in held.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for path, data in {"manifest.json": json.dumps(told).encode(), **held}.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = (modes or {}).get(path, 0o644) << 16
            made.writestr(info, data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def test_there_and_back_to_another_insurer(writer, package):
    version = authoring._get(writer.insurer.templates.get().versions.get().pk)
    assert exchange.export(version) == package
    other = factories.staff(Role.TEMPLATE_EDITOR, of=factories.insurer("other"))
    made = exchange.import_package(insurer=other.insurer, data=package, by=other)
    for name in ("files", "settings", "samples", "json_schema", "standard"):
        assert getattr(made, name) == getattr(version, name), name
    assert (made.state, made.number, made.template.insurer) == ("draft", 1, other.insurer)


def test_a_second_import_replaces_the_draft(writer, package):
    version = writer.insurer.templates.get().versions.get()
    change(version, writer, blocks=[])
    again = exchange.import_package(insurer=writer.insurer, data=package, by=writer)
    assert (again.pk, again.settings["blocks"]) == (version.pk, [{"at": "end", "text": "完"}])
    submit(version, writer)
    with pytest.raises(NotADraft):
        exchange.import_package(insurer=writer.insurer, data=package, by=writer)


def test_of_two_imports_at_once_one_is_told_that_the_template_is_there(package, monkeypatch):
    """Both looked when there was none; the second comes to the database after the first."""
    other = factories.staff(Role.TEMPLATE_EDITOR, of=factories.insurer("other"))
    exchange.import_package(insurer=other.insurer, data=package, by=other)
    with monkeypatch.context() as patch, pytest.raises(TemplateExists):
        patch.setattr(exchange.Template.objects, "filter", lambda **_of: exchange.Template.objects.none())
        exchange.import_package(insurer=other.insurer, data=package, by=other)
    assert other.insurer.templates.get().versions.count() == 1


def test_a_changed_folder_is_packed_anew(writer, package, tmp_path):
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        opened.extractall(tmp_path)
    code = tmp_path / "files" / KIND / "template.typ"
    code.write_text(code.read_text() + "\n末行\n")
    (tmp_path / "notes.txt").write_text("mine")
    made = exchange.import_package(insurer=writer.insurer, data=exchange.packed(tmp_path), by=writer)
    assert files.load(made.files)[f"{KIND}/template.typ"].decode().endswith("末行\n")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("files/../../etc/passwd", b"x"),
        ("/etc/passwd", b"x"),
        ("files/..\\x.typ", b"x"),
        ("other/x.typ", b"x"),
        ("files/Common/x.typ", b"x"),
        ("files/common/x.sh", b"x"),
        ("files/common/deep/er/x.typ", b"x"),
        ("files/x.typ", b"x"),
        ("samples/a/b.json", b"{}"),
        ("samples/list.json", b"[]"),
        ("samples/bad.json", b"{"),
        ("samples/deep.json", b"[" * 5000 + b"]" * 5000),
        ("samples/deeper.json", b'{"a":' * 60 + b"1" + b"}" * 60),
        ("settings.json", b'{"theme":{"logo":"/etc/passwd"}}'),
        (f"files/{KIND}/schema.json", b"[]"),
        (f"files/{KIND}/schema.json", b'{"type":"object","properties":{"a":{"$ref":"http://127.0.0.1/x"}}}'),
        ("files/common/big.typ", b"x" * 3_000_000),
    ],
)
def test_hostile_content_is_refused(writer, package, name, data):
    with pytest.raises((PackageRefused, FilesRefused)):
        exchange.import_package(insurer=writer.insurer, data=zipped({**parts(package), name: data}), by=writer)


@pytest.mark.parametrize(
    "manifest",
    [
        {"format": "other/1"},
        {"standard": "a-1b"},
        {"product": "../x"},
        {"kind": 5},
        {"note": "x" * 500},
        {"kind": "poem"},
        {"language": "fr"},
        {"kind": "verification_report"},
    ],
)
def test_a_hostile_manifest_is_refused(package, manifest):
    other = factories.staff(Role.TEMPLATE_EDITOR, of=factories.insurer("other"))
    with pytest.raises((PackageRefused, UnknownKind, FilesRefused)):
        exchange.import_package(insurer=other.insurer, data=zipped(parts(package), manifest=manifest), by=other)
    assert not other.insurer.templates.exists()


def test_links_bombs_crowds_and_lies_are_refused(writer, package):
    content = parts(package)
    path = f"files/{KIND}/template.typ"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("files/common/a.typ", b"\0" * 60_000_000)
    lying = bytearray(zipped(content))
    place = lying.rindex(b"PK\x01\x02")  # the last entry of the directory says that it is shorter
    lying[place + 24 : place + 28] = (1).to_bytes(4, "little")
    bad = {
        "a link": zipped({**content, path: b"/etc/passwd"}, modes={path: stat.S_IFLNK | 0o777}),
        "a bomb": bomb.getvalue(),
        "a crowd": zipped({**content, **{f"files/common/f{number}.typ": b"" for number in range(200)}}),
        "a lie": bytes(lying),
        "too large": b"PK" + bytes(11 * 1024 * 1024),
        "no zip": b"%PDF-1.7",
        "empty": b"",
        "another digest": package.replace(b'"format"', b'"Format"') if b'"format"' in package else package[:-40],
    }
    for name, data in bad.items():
        with pytest.raises(PackageRefused):
            exchange.import_package(insurer=writer.insurer, data=data, by=writer)
            pytest.fail(name)
    changed = {**content, path: content[path] + b"\n"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, data in changed.items():
            made.writestr(name, data)
    with pytest.raises(PackageRefused):  # the manifest still names the digests of before
        exchange.import_package(insurer=writer.insurer, data=target.getvalue(), by=writer)
