"""What is done around every request: pages are compressed for who takes it, and nothing else is."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from vermilion.web.middleware import CompressingMiddleware

TAKES = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


@pytest.mark.django_db
def test_a_page_is_compressed_for_who_takes_it(client: Client) -> None:
    plain = client.get("/verify/")
    assert "Content-Encoding" not in plain
    packed = client.get("/verify/", **TAKES)
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content).decode().lstrip().startswith("<!doctype html>")
    # The length tells nobody what stands in the page.
    assert len({len(client.get("/verify/", **TAKES).content) for _ in range(8)}) > 1


@pytest.mark.parametrize("kind", ["application/pdf", "application/json", "text/csv", "image/webp"])
def test_a_file_leaves_byte_for_byte(kind: str) -> None:
    body = b"one byte after the other " * 100
    answer = CompressingMiddleware(lambda _request: HttpResponse(body, content_type=kind))(RequestFactory().get("/", **TAKES))
    assert answer.content == body
    assert "Content-Encoding" not in answer
