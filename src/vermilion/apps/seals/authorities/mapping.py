"""A CA's own HTTPS interface, described by a mapping: how the request goes out, and where the certificate stands in the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from vermilion.apps.seals.errors import AuthorityRefused, AuthorityUnavailable
from vermilion.base import private
from vermilion.base.clock import now, rfc3339
from vermilion.base.outside import nested, value_at
from vermilion.core.trust.request import NotCertificates, certificates_in

from .exchange import Issued, Order, Pending, ask, open_client, wait_of
from .settings import HttpsAuthority, RequestSignature


class HttpsMapping:
    """Carries orders to one HTTPS interface."""

    def __init__(self, authority: HttpsAuthority) -> None:
        self._authority = authority

    def enrol(self, order: Order) -> Issued | Pending:
        """Post the request, or ask by ``poll_url`` about one that has a reference."""
        with open_client(self._authority) as client:
            answer = ask(self._authority, lambda: self._signed(self._request(client, order), order), client)
        return self._read(answer, order)

    def _request(self, client: httpx.Client, order: Order) -> httpx.Request:
        authority, values = self._authority, _values(order)
        headers = {name: text.format_map(values) for name, text in authority.headers.items()}
        if order.reference and authority.answer.poll_url:
            address = string.Template(authority.answer.poll_url.replace("{", "${")).substitute(
                reference=_part(order.reference), request_id=str(order.id)
            )
            return client.build_request("GET", address, headers=headers)
        fields = {name: text.format_map(values) for name, text in authority.fields.items()}
        if authority.encoding == "json":
            return client.build_request("POST", authority.url, json=nested(fields), headers=headers)
        if authority.encoding == "form":
            return client.build_request("POST", authority.url, data=fields, headers=headers)
        contents = {"pkcs10": ("request.p10", order.request, "application/pkcs10"), "evidence": ("evidence", order.evidence)}
        files: dict[str, Any] = {name: contents[kind] for name, kind in authority.files.items() if kind == "pkcs10" or order.evidence}
        return client.build_request("POST", authority.url, data=fields, files=files, headers=headers)

    def _signed(self, request: httpx.Request, order: Order) -> httpx.Request:
        signature = self._authority.signature
        if signature is not None:
            moment, body = rfc3339(now()), request.read()
            text = "\n".join((moment, request.method, request.url.raw_path.decode(), hashlib.sha256(body).hexdigest()))
            request.headers[signature.time_header] = moment
            request.headers[signature.header] = _signature(signature, text.encode())
        return request

    def _read(self, answer: httpx.Response, order: Order) -> Issued | Pending:
        mapping, name = self._authority.answer, self._authority.name
        data = answer.content
        reference = order.reference
        if mapping.certificate or mapping.status:
            try:
                told = json.loads(data)
            except ValueError as error:
                raise AuthorityUnavailable(authority=name, detail="the answer is not JSON") from error
            state = str(value_at(told, mapping.status) or "")
            reference = str(value_at(told, mapping.reference) or order.reference or order.id)
            if state in mapping.refused:
                raise AuthorityRefused(authority=name, detail=str(value_at(told, mapping.reason) or state)[:200])
            if state in mapping.pending:
                return Pending(reference, wait_of(answer))
            data = str(value_at(told, mapping.certificate) or "").encode()
        if answer.status_code == 202 and mapping.poll_url:
            return Pending(reference or str(order.id), wait_of(answer))
        try:
            return Issued(tuple(certificates_in(data)))
        except NotCertificates as error:
            raise AuthorityUnavailable(authority=name, detail=str(error)) from error


def _values(order: Order) -> dict[str, str]:
    text = base64.b64encode(order.request).decode()
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return {
        "request_id": str(order.id),
        "pkcs10_pem": f"-----BEGIN CERTIFICATE REQUEST-----\n{lines}\n-----END CERTIFICATE REQUEST-----\n",
        "pkcs10_base64": text,
        "common_name": order.common_name,
        "organisation": order.organisation,
        "profile": order.profile,
        "evidence_sha256": order.evidence_sha256,
        "evidence_base64": base64.b64encode(order.evidence).decode(),
    }


def _part(text: str) -> str:
    """Return ``text`` as one part of an address: the CA's word must not lead us elsewhere."""
    return str(httpx.QueryParams({"x": text}))[2:].replace("+", "%20").replace(".", "%2E")


def _signature(signature: RequestSignature, text: bytes) -> str:
    if signature.kind == "hmac-sha256":
        secret = private.read_private(signature.file)
        return hmac.new(secret.strip(), text, hashlib.sha256).hexdigest()
    key = signature.key()
    if isinstance(key, rsa.RSAPrivateKey):
        return base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()
    return base64.b64encode(key.sign(text, ec.ECDSA(hashes.SHA256()))).decode()
