"""An upload that is too large is refused by its announced length, or as soon as it grows too long; it fills neither memory nor disk."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from django.test import Client, RequestFactory

from vermilion.web import uploads

MB = 1024 * 1024
TYPE = "multipart/form-data; boundary=edge"
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'


class Flood(io.RawIOBase):
    """A body that is made while it is read; remembers how much was asked for, and at most how much at once."""

    def __init__(self, size: int) -> None:
        self.left, self.largest, self.head = size, 0, HEAD

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole body was asked for at once"
        self.largest = max(self.largest, size)
        piece, self.head = self.head[:size], self.head[size:]
        piece += b"\0" * min(size - len(piece), self.left - len(piece))
        self.left -= len(piece)
        return piece


def send(visitor: Client, body: Any, size: int, path: str = "/verify/", **headers: str) -> Any:
    """Post ``body`` as it streams in, from a page that this visitor has open."""
    visitor.get("/verify/")
    extra = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": TYPE}
    return visitor.generic("POST", path, headers=headers, **extra)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/verify/", "/console/login/", "/no/such/page/"])
def test_a_hundred_megabytes_are_refused_before_anything_is_kept(path: str, settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    body = Flood(100 * MB)
    answer = send(Client(enforce_csrf_checks=True), body, 100 * MB, path)
    assert answer.status_code == (404 if path == "/no/such/page/" else 413)
    if answer.status_code == 413:
        page = answer.content.decode()
        assert "上传的内容太大" in page
        assert "50 MB" in page
        assert body.left == 0, "the rest is read and dropped, so that a browser gets to see the answer"
        assert body.largest <= uploads.PIECE
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_a_program_and_an_english_reader_are_told_too() -> None:
    visitor = Client(enforce_csrf_checks=True)
    answer = send(visitor, Flood(60 * MB), 60 * MB, Accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    page = send(visitor, Flood(60 * MB), 60 * MB, **{"Accept-Language": "en"}).content.decode()
    assert "at most 50 MB" in page


def test_nobody_keeps_a_thread_busy_by_sending_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    body = Flood(100 * 1024 * MB)
    uploads.drop(body)
    assert 100 * 1024 * MB - body.left == uploads.DROP_BYTES
    moments = iter(range(0, 10_000, 6))
    monkeypatch.setattr(uploads.time, "monotonic", lambda: next(moments))
    slow = Flood(100 * MB)
    uploads.drop(slow)
    assert 100 * MB - slow.left < 5 * uploads.PIECE


def test_a_length_that_lies_is_found_out_while_it_streams(settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    request = RequestFactory().post("/verify/")
    body = Flood(100 * 1024 * MB)
    handlers = [handler(request) for handler in (uploads.BoundedUpload, MemoryFileUploadHandler, TemporaryFileUploadHandler)]
    parser = MultiPartParser({"CONTENT_TYPE": TYPE, "CONTENT_LENGTH": str(3 * MB)}, body, handlers)
    with pytest.raises(uploads.UploadTooLarge):
        parser.parse()
    assert 100 * 1024 * MB - body.left < uploads.LARGEST + MB


@pytest.mark.django_db
def test_many_files_in_one_form_count_together(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(uploads, "LARGEST", 100_000)
    part = HEAD + bytes(60_000) + b"\r\n"
    body = part + part + b"--edge--\r\n"
    assert send(Client(), io.BytesIO(part + b"--edge--\r\n"), len(part) + 10).status_code == 200
    assert send(Client(), io.BytesIO(body), len(body)).status_code == 413
