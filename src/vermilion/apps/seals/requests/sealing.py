"""Sealing an approved list: document by document, each kept before the next begins, so that a kill costs nothing that was done.

What is wrong with one document fails that one and stands beside it; what is wrong with all (keeper dead, device stopped, seal frozen,
certificate over) stops the list with its code. The sweep takes it up again every minute, and it goes on by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.seals import resting, services
from vermilion.apps.seals.errors import RequestSettled, SealError, SealNotUsable, by_code
from vermilion.apps.seals.models import Seal, SealPermission, SealRequest, SealRequestItem
from vermilion.apps.seals.signing import SealedDocument, ToSeal
from vermilion.base import blobs
from vermilion.base.clock import now
from vermilion.base.errors import VermilionError
from vermilion.core.typeset.zones import Zone

from . import making

State, Item = SealRequest.State, SealRequestItem.State
CHUNK = 32
"""Documents of one job: other documents' seals come between two chunks, and a killed worker repeats little."""


def run(*, request_id: UUID) -> None:
    """Seal the next documents of a request and let the next job follow. Idempotent. Not inside a transaction."""
    request = SealRequest.objects.select_related("seal__certificate").get(pk=request_id)
    if request.state != State.APPROVED:
        return
    # What stopped the list is tried with one document: each refusal of the keeper stands in the register for ever.
    most = 1 if request.trouble else CHUNK
    waiting = list(request.items.filter(state=Item.WAITING).order_by("position")[: most + 1])
    going = _Going(request, waiting[:most])
    if resting.why(request.seal):  # the keeper judges it again, but needs not be asked every minute while a seal is frozen
        going = _Going(request, [])
        going.trouble = SealNotUsable()
    for result in services.seal_documents(going.documents()):
        item = going.asked.popleft()
        try:
            if isinstance(result, SealError):
                raise result
            _keep(request, item, result)
        except VermilionError as error:
            if _stops_all(error):
                going.trouble = error
                break
            _fail(item, error.code)
    if going.trouble is not None:
        SealRequest.objects.filter(pk=request.pk, state=State.APPROVED).update(trouble=going.trouble.code, trouble_at=now())
    else:
        _settle(request_id, more=len(waiting) > most)


class _Going:
    """The documents on their way to the keeper: read as they are needed, and ``asked`` in the order in which the answers come."""

    def __init__(self, request: SealRequest, items: list[SealRequestItem]) -> None:
        self._request, self._items = request, items
        self._permissions = dict(SealPermission.objects.filter(request=request).values_list("document", "pk"))
        self.asked: deque[SealRequestItem] = deque()
        self.trouble: VermilionError | None = None

    def documents(self) -> Iterator[ToSeal]:
        """Yield each document that can be read; one that can't fails here, a store that can't be reached ends them."""
        for item in self._items:
            try:
                pdf = blobs.get(item.shown_key, expected_sha256=item.shown_digest)
            except VermilionError as error:
                if _stops_all(error):
                    self.trouble = error
                    return
                _fail(item, error.code)
                continue
            self.asked.append(item)
            x, y, width, height = (value / 100 for value in item.zone["box"])
            zone = Zone("insurer", item.zone["page"], x, y, width, height)
            yield ToSeal(self._permissions[item.pk], pdf, zone, cross_page=self._request.cross_page and item.pages > 1)


def retry(*, request_id: UUID, item_id: UUID) -> None:
    """Let a failed document be tried again. Raises RequestSettled when there is nothing to try, or the time to use it is over."""
    from vermilion.apps.seals.tasks import seal_later

    with transaction.atomic():
        request = making.locked(request_id)
        if request.state not in (State.APPROVED, State.DONE) or request.use_until is None or now() >= request.use_until:
            raise RequestSettled()
        if not request.items.filter(pk=item_id, state=Item.FAILED).update(state=Item.WAITING, error=""):
            raise RequestSettled()
        if request.state == State.DONE:
            request.state = State.APPROVED
            request.save(update_fields=["state"])
        seal_later(request_id)


def unfinished() -> list[UUID]:
    """Return the approved requests that still have documents to seal."""
    return list(SealRequest.objects.filter(state=State.APPROVED).order_by("decided_at").values_list("pk", flat=True)[:100])


def why_stopped(request: SealRequest) -> tuple[str, str]:
    """Return what stops a whole list now and what to do, in words; two empty texts when nothing does."""
    if not request.trouble or request.state != State.APPROVED:
        return "", ""
    seal, moment = request.seal, now()
    going_on = _("已经用印的文件不受影响；恢复以后系统自动继续，不需要重新审批。")
    if seal.state == Seal.State.FROZEN:
        return _("印章“%(name)s”已冻结，其余文件停在用印一步。") % {"name": seal.name}, going_on
    if seal.state != Seal.State.ACTIVE or not seal.valid_from <= moment < seal.valid_to:
        return _("印章“%(name)s”已停用或不在有效期内，其余文件不能用印。") % {"name": seal.name}, _("请撤回其余文件，改用另一枚印章申请。")
    if seal.certificate is not None and (seal.certificate.revoked_at or seal.certificate.not_after <= moment):
        return _("印章“%(name)s”的证书已到期或吊销，其余文件停在用印一步。") % {"name": seal.name}, going_on
    return in_words(request.trouble), going_on


def in_words(code: str) -> str:
    """Say what a code on record means, for people."""
    stores = (blobs.StoreUnavailable, blobs.StoreFull, blobs.BlobMissing, blobs.BlobDamaged)
    known = by_code(code) or next((error for error in stores if error.code == code), None)
    return str(known.message) if known else _("系统内部错误，这份文件没有用印；运维人员可在日志中查到。")


def _keep(request: SealRequest, item: SealRequestItem, signed: SealedDocument) -> None:
    key = f"seals/requests/{request.pk}/{signed.revision_digest}.pdf"
    blobs.put(key, signed.pdf, data_key=request.data_key_id)
    with transaction.atomic():
        # A withdrawal takes the same lock: either it finds this document sealed, or this finds the request closed.
        if making.locked(request.pk).state != State.APPROVED:
            raise RequestSettled()
        services.mark_stored(use_id=signed.use_id, revision_digest=signed.revision_digest)
        facts = {"sealed_digest": signed.revision_digest, "sealed_key": key, "sealed_at": now(), "error": ""}
        SealRequestItem.objects.filter(pk=item.pk, state=Item.WAITING).update(state=Item.SEALED, **facts)


def _stops_all(error: VermilionError) -> bool:
    return isinstance(error, (SealNotUsable, blobs.StoreUnavailable, RequestSettled)) or (
        isinstance(error, SealError) and error.status == 503
    )


def _fail(item: SealRequestItem, code: str) -> None:
    SealRequestItem.objects.filter(pk=item.pk, state=Item.WAITING).update(state=Item.FAILED, error=code[:40])


def _settle(request_id: UUID, *, more: bool) -> None:
    from vermilion.apps.seals.tasks import seal_later

    with transaction.atomic():
        request = making.locked(request_id)
        if request.state != State.APPROVED:
            return
        request.trouble, request.trouble_at = "", None
        if more:
            seal_later(request_id)
        elif not request.items.filter(state=Item.WAITING).exists():
            request.state = State.DONE
            counts = {state: request.items.filter(state=state).count() for state in (Item.SEALED, Item.FAILED)}
            making.note(request, "seal.request_done", None, {str(state): count for state, count in counts.items()})
        request.save(update_fields=["state", "trouble", "trouble_at"])
