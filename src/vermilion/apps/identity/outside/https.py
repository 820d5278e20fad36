"""One provider's HTTP interface, followed by its mapping. Codes are translated, nobody is judged here; what is unclear decides nothing."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from vermilion.apps.identity.providers import Answer, ProviderUnavailable, Question, Started, Subject, Told
from vermilion.base import clock
from vermilion.base.outside import PASSING, nested, value_at, whole_answer

from . import settings, signing

PAUSES = (0.3, 1.0)
"""Seconds before the 2nd and the 3rd try."""
LARGEST = 8 * 1024 * 1024
"""Bytes of an answer: a picture of a face in base64, and some."""


class HttpIdentity:
    """Asks one provider. ``sleep`` waits between tries."""

    sandbox = False

    def __init__(self, provider: settings.Provider, sleep: Callable[[float], None] = time.sleep) -> None:
        self._provider, self._sleep = provider, sleep
        self.name, self.cost = provider.name, provider.cost

    def assurance(self, method: str) -> str:
        """Return what a pass of a method proves; empty when the provider does not offer it."""
        return self._provider.assurance(method)

    def health(self) -> str:
        """Return one sentence about the service. Raises ProviderUnavailable."""
        if not self._provider.health_url:
            return "no health_url"
        answer = self._send(lambda client: client.build_request("GET", self._provider.health_url))
        return f"HTTP {answer.status_code}"

    def check(self, subject: Subject, method: str, question: Question) -> Answer:
        """Ask whether the elements of a method belong together. Raises ProviderUnavailable, also for answers that decide nothing."""
        told = self._post(subject, method, question)
        return self._answer(self._provider.reading(method), told, question.id)

    def start(self, subject: Subject, question: Question) -> Started:
        """Begin a visit; the customer goes on at the returned address. Raises ProviderUnavailable."""
        face = self._provider.methods["face"]
        assert face.started is not None  # noqa: S101 -- the file is refused otherwise
        told = self._post(subject, "face", question)
        if _outcome(face.started, told) != "passed":
            raise ProviderUnavailable("refused_to_start")
        redirect, reference = str(value_at(told, face.started.redirect) or ""), str(value_at(told, face.started.reference) or "")
        hosts = self._provider.redirect_hosts or (urlsplit(face.url).hostname,)
        parts = urlsplit(redirect)
        if not reference or parts.hostname not in hosts or parts.scheme != urlsplit(face.url).scheme:
            raise ProviderUnavailable("foreign_redirect")
        return Started(reference, redirect, face.minutes)

    def result(self, reference: str, question_id: str) -> Answer:
        """Ask how a visit ended. Raises ProviderUnavailable when it has not."""
        url = self._provider.methods["face"].result_url.format(reference=quote(reference, safe=""))
        told = self._json(self._send(lambda client: self._signed(client.build_request("GET", url))))
        return self._answer(self._provider.reading("face"), told, question_id)

    def read_callback(self, headers: Mapping[str, str], path: str, raw: bytes) -> Told:
        """Believe and read a callback. Raises Unsigned, ProviderUnavailable."""
        assert self._provider.verify is not None  # noqa: S101 -- the file is refused otherwise
        signing.check(self._provider.verify, headers, method="POST", path=path, body=raw)
        mapping = self._provider.reading("face")
        told = _parsed(raw)
        return Told(str(value_at(told, mapping.reference) or ""), self._answer(mapping, told, ""))

    def _post(self, subject: Subject, method: str, question: Question) -> Any:
        interface = self._provider.methods[method]  # type: ignore[index]
        values = {**subject.values(), "request_id": question.id, "return_url": question.return_url}
        values |= {"callback_url": question.callback_url, "time": str(int(clock.now().timestamp()))}
        fields = {name: text.format_map(values) for name, text in interface.fields.items()}
        headers = {name: text.format_map(values) for name, text in interface.headers.items()}

        def make(client: httpx.Client) -> httpx.Request:
            if interface.encoding == "form":
                return self._signed(client.build_request("POST", interface.url, data=fields, headers=headers))
            return self._signed(client.build_request("POST", interface.url, json=nested(fields), headers=headers))

        return self._json(self._send(make))

    def _signed(self, request: httpx.Request) -> httpx.Request:
        if (sign := self._provider.sign) is not None:
            moment = signing.stamp(sign, clock.now())
            request.headers[sign.time_header] = moment
            request.headers[sign.header] = signing.make(
                sign, time=moment, method=request.method, path=request.url.raw_path.decode(), body=request.read()
            )
        return request

    def _send(self, make: Callable[[httpx.Client], httpx.Request]) -> httpx.Response:
        """Send the request that ``make`` makes anew for each try; a try takes at most ``seconds`` in all."""
        fault = ""
        roots = self._provider.tls_roots
        with httpx.Client(verify=_tls(str(roots) if roots else ""), trust_env=False, timeout=self._provider.seconds) as client:
            for attempt in range(self._provider.tries):
                if attempt:
                    self._sleep(PAUSES[attempt - 1])
                try:
                    answer = whole_answer(client, make(client), most=LARGEST, seconds=self._provider.seconds)
                except (httpx.TimeoutException, TimeoutError):
                    fault = "timeout"
                except (httpx.HTTPError, ssl.SSLError):
                    fault = "unreachable"
                else:
                    if answer.status_code == 200:
                        return answer
                    fault = f"http_{answer.status_code}"
                    if answer.status_code not in PASSING:
                        break
        raise ProviderUnavailable(fault)

    def _json(self, answer: httpx.Response) -> Any:
        if (verify := self._provider.verify) is not None:
            request = answer.request
            try:
                signing.check(verify, answer.headers, method=request.method, path=request.url.raw_path.decode(), body=answer.content)
            except signing.Unsigned as error:
                raise ProviderUnavailable(f"answer_{error}") from error
        return _parsed(answer.content)

    def _answer(self, mapping: settings.Answer, told: Any, question_id: str) -> Answer:
        if mapping.echo and question_id and str(value_at(told, mapping.echo) or "") != question_id:
            raise ProviderUnavailable("foreign_answer")
        outcome = _outcome(mapping, told)
        if outcome == "busy":
            raise ProviderUnavailable("busy")
        picture = _picture(mapping, told)
        return Answer("passed" if outcome == "passed" else "failed", "" if outcome == "passed" else outcome, "", told, picture)


@lru_cache(maxsize=16)
def _tls(roots: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=roots or None)


def _outcome(mapping: settings.Answer, told: Any) -> str:
    said = [mapping.codes.get(_code(value_at(told, path))) for path in mapping.results]
    if None in said:
        raise ProviderUnavailable("unknown_code")
    if len(set(said)) > 1:
        raise ProviderUnavailable("contradictory")
    return str(said[0])


def _code(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ProviderUnavailable("bad_json") from error


def _picture(mapping: settings.Answer, told: Any) -> str:
    """Take the picture out of what was told, and return it."""
    if not mapping.picture:
        return ""
    *folders, last = mapping.picture.split(".")
    place = value_at(told, ".".join(folders)) if folders else told
    return str(place.pop(last, "") or "") if isinstance(place, dict) else ""
