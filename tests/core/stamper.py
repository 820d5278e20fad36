"""pyHanko's document timestamps by the timestamp authority of the tests: what a stranger may append to any file."""

from __future__ import annotations

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from tests.core.pki import NOW, pki


class Stamper(TimeStamper):
    """Asks the authority in this process."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(pki().tsa.respond(req.dump(), now=NOW))
