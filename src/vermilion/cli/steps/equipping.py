"""What an instance needs before it can sell: products, seals, and the insurer's systems as API clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.integrations.services import NewClient, create_client, set_active
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products.loading import load_definition
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.products.services import publish
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.models import Seal
from vermilion.apps.seals.pictures import seal_picture
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.core.typeset import company_seal, oval_seal

ACTOR = "vermilion admin"
POINTS_PER_MM = 72 / 25.4


class NotEquipped(VermilionError):
    """Something that was named does not exist here, or exists already."""

    code = "not_equipped"
    status = 422


def the_insurer(code: str = "") -> Insurer:
    """Return the insurer with this code, or the only one there is. Raises NotEquipped."""
    found = list(Insurer.objects.filter(**({"code": code} if code else {})).order_by("code")[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise NotEquipped(_("这里有几家保险公司。"), hint=_("用 --company 写明公司代码。"))
    raise NotEquipped(_("没有这家保险公司。"), hint=_("先用 vermilion admin create 建立公司和管理员，见 docs/operator.md。"))


def publish_product(*, insurer: Insurer, folder: Path, shared: Path) -> ProductVersion:
    """Put the product that ``folder`` describes on sale, in place of its older version.

    Raises DefinitionInvalid, VersionAlreadyPublished.
    """
    values = {
        "insurer_name": insurer.name,
        "insurer_name_en": insurer.name_en or insurer.name,
        "insurer_address": insurer.address,
        "insurer_address_en": insurer.address,
        "hotline": insurer.hotline,
    }
    return publish(insurer=insurer, definition=load_definition(folder, shared=shared, values=values))


def make_seal(
    *, insurer: Insurer, kind: str, name: str, years: int, size_mm: int, picture: str | None, shape: Literal["round", "oval"] = "round"
) -> Seal:
    """Enter a seal in the register and have the keeper make its key and certificate. A second call finishes what a first one began.

    Without ``picture`` (SVG) one of ``shape`` is drawn with the insurer's name. Raises NotEquipped when such a seal is in use, and the
    keeper's errors.
    """
    if picture is None:
        if shape == "oval":
            picture = oval_seal(insurer.name, use=name, width=size_mm, height=size_mm * 2 / 3)
        else:
            picture = company_seal(insurer.name, subtitle=name, diameter=size_mm)
    _must_be_drawable(picture, size_mm)
    known = Seal.objects.filter(insurer=insurer, kind=kind, name=name).exclude(state__in=[Seal.State.RETIRED, Seal.State.DESTROYED]).first()
    if known is not None and (known.state != Seal.State.REQUESTED or known.requested_by_id is not None):
        raise NotEquipped(format_lazy(_("已经有这枚印章：{name}。"), name=name), hint=_("停用它以后才能另做一枚，或者换一个名称。"))
    if known is None:
        moment = clock.now()
        known = seals.create_seal(
            insurer_id=insurer.id,
            kind=kind,
            name=name,
            picture=picture,
            valid_from=moment,
            valid_to=moment + timedelta(days=365 * years),
            size_mm=size_mm,
        )
    return seals.activate_seal(seal_id=known.id)


def _must_be_drawable(picture: str, size_mm: int) -> None:
    """Raise NotEquipped for a picture that could not be set on a document: better now than at the first policy."""
    try:
        seal_picture(picture, size_mm * POINTS_PER_MM)
    except Exception as error:
        raise NotEquipped(_("这张印章图片画不出来，它应是一个 SVG 文件。"), hint=_("用浏览器打开它看一看，或者不写 --picture。")) from error


def make_client(*, insurer: Insurer, name: str, scopes: Sequence[str], branch: str = "", contact_mail: str = "") -> NewClient:
    """Make an API client; its secret is in the result only. Raises NotEquipped for an unknown branch, ScopeUnknown."""
    found = insurer.branches.filter(code=branch).first() if branch else insurer.branches.order_by("code").first()
    if found is None:
        raise NotEquipped(format_lazy(_("没有这个分支机构：{code}。"), code=branch))
    return create_client(insurer=insurer, branch=found, name=name, scopes=scopes, contact_mail=contact_mail, actor=ACTOR)


def shut_client(*, insurer: Insurer, client_id: str) -> ApiClient:
    """Let an API client in no more; its tokens stop at once. Raises NotEquipped for an unknown one."""
    client = ApiClient.objects.filter(insurer=insurer, client_id=client_id).first()
    if client is None:
        raise NotEquipped(format_lazy(_("没有这个接口客户端：{client_id}。"), client_id=client_id))
    set_active(client=client, active=False, actor=ACTOR)
    return client
