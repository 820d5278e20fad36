"""Why a seal sets nothing now, in words; nobody approves a use of a seal that rests."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vermilion.base.clock import now

from .errors import SealNotUsable
from .models import Seal


def why(seal: Seal) -> str:
    """Return why ``seal`` (its certificate read with it) can't be used now; empty when it can. The keeper judges that again."""
    moment, certificate, name = now(), seal.certificate, {"name": seal.name}
    if seal.state == Seal.State.FROZEN:
        return _("印章“%(name)s”已冻结。") % name
    if seal.state != Seal.State.ACTIVE or not seal.valid_from <= moment < seal.valid_to:
        return _("印章“%(name)s”已停用或不在有效期内。") % name
    if certificate is None or certificate.revoked_at or certificate.not_after <= moment:
        return _("印章“%(name)s”的证书已到期或吊销。") % name
    return ""


def check(seal: Seal) -> None:
    """Let a seal pass that can be used now. Raises SealNotUsable."""
    if reason := why(seal):
        raise SealNotUsable(reason)
