from __future__ import annotations

import httpx
import pytest

from vermilion.base.outside import nested, value_at, whole_answer


def asked(body: bytes, *, most: int, seconds: float = 5) -> httpx.Response:
    with httpx.Client(transport=httpx.MockTransport(lambda _request: httpx.Response(502, content=body))) as client:
        return whole_answer(client, client.build_request("GET", "https://service.example/"), most=most, seconds=seconds)


def test_an_answer_comes_whole_or_not_at_all() -> None:
    answer = asked(b"12345", most=5)
    assert (answer.status_code, answer.content, str(answer.request.url)) == (502, b"12345", "https://service.example/")
    with pytest.raises(TimeoutError):
        asked(b"123456", most=5)
    with pytest.raises(TimeoutError):
        asked(b"1", most=5, seconds=-1)


def test_dotted_paths_write_and_read_json() -> None:
    told = nested({"person.name": "李若晴", "person.id.number": "1", "x": "2"})
    assert told == {"person": {"name": "李若晴", "id": {"number": "1"}}, "x": "2"}
    assert (value_at(told, "person.id.number"), value_at(told, "x")) == ("1", "2")
    assert [value_at(told, path) for path in ("", "x.y", "person.age")] == [None, None, None]
