"""EST (RFC 7030): simpleenroll, simplereenroll and cacerts, known by client certificate or HTTP basic."""

from __future__ import annotations

import base64

import httpx

from vermilion.apps.seals.errors import AuthorityUnavailable
from vermilion.base import private
from vermilion.core.trust.request import NotCertificates, certificates_in

from .exchange import Issued, Order, Pending, ask, open_client, wait_of
from .settings import EstAuthority

_REQUEST = {"Content-Type": "application/pkcs10", "Content-Transfer-Encoding": "base64", "Accept": "application/pkcs7-mime"}


class Est:
    """Carries orders to one EST server."""

    def __init__(self, authority: EstAuthority) -> None:
        self._authority = authority

    def enrol(self, order: Order) -> Issued | Pending:
        """Post the request; after a 202 the same request is posted again (§4.2.3). The intermediates come from cacerts, trust does not."""
        operation = "simplereenroll" if order.renewal else "simpleenroll"
        body = base64.encodebytes(order.request)
        with open_client(self._authority) as client:
            posted = ask(self._authority, lambda: self._request(client, "POST", operation, body), client)
            if posted.status_code == 202:
                return Pending(order.reference or str(order.id), wait_of(posted))
            issuers = ask(self._authority, lambda: self._request(client, "GET", "cacerts"), client)
        try:
            return Issued((*certificates_in(posted.content), *certificates_in(issuers.content)))
        except NotCertificates as error:
            raise AuthorityUnavailable(authority=self._authority.name, detail=str(error)) from error

    def _request(self, client: httpx.Client, method: str, operation: str, body: bytes = b"") -> httpx.Request:
        headers = dict(_REQUEST) if body else {}
        authority = self._authority
        if authority.password_file is not None:
            password = private.read_private(authority.password_file).decode().strip()
            headers["Authorization"] = "Basic " + base64.b64encode(f"{authority.user}:{password}".encode()).decode()
        return client.build_request(method, f"{authority.url}/{operation}", content=body or None, headers=headers)
