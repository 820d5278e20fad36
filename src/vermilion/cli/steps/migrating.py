"""Database to this version, rights, first-run secrets, and what kind of instance this is."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from vermilion.apps.parties.models import StaffMember
from vermilion.apps.templates.services import register_library
from vermilion.base import instance, master_key
from vermilion.base.config import config
from vermilion.base.database import conninfo, grants
from vermilion.base.errors import VermilionError
from vermilion.base.models import DataKey


class WrongKind(VermilionError):
    """A demo was asked of an instance that is none, or the reverse."""

    code = "instance_kind"
    status = 409


def migrate() -> None:
    """Run Django's migrations as the owner, then apply :mod:`vermilion.base.database.grants`."""
    settings = config()
    app, owner, keeper = (str(conninfo(settings, role)["user"]) for role in ("app", "owner", "keeper"))
    grants.check_roles(connection, app=app, owner=owner, keeper=keeper)
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        grants.apply(connection, app=app, keeper=keeper)
    register_library()


def ensure_master_key() -> None:
    """Make the master key at the first run. Raises :class:`MasterKeyError` when data exist that another key encrypted."""
    path = config().master_key_path
    oldest = DataKey.objects.order_by("created_at").first()
    if not path.exists():
        if oldest is not None:
            raise master_key.MasterKeyError(_("找不到主密钥文件，而数据库里已有加密数据。"))
        master_key.make(path)
    master_key.read(path)
    if oldest is not None and oldest.master != master_key.fingerprint():
        raise master_key.MasterKeyError(_("主密钥与数据库不符。"))


def has_staff() -> bool:
    """Tell whether anybody can log in to the console."""
    return StaffMember.objects.exists()


def ensure_kind(*, demo: bool) -> None:
    """Record whether this is a demo, or see that it is what was recorded. Raises :class:`WrongKind`."""
    if demo and not config().loopback:
        raise WrongKind(_("演示实例只能在本机使用。"), hint=_("去掉 VERMILION_PUBLIC_URL 和 VERMILION_HOST，让服务只监听 127.0.0.1。"))
    recorded = instance.decide(demo=demo)
    if demo and not recorded:
        raise WrongKind(_("此实例不是演示实例，不能用 --demo 启动。"), hint=_("为演示另设 VERMILION_HOME，例如 VERMILION_HOME=demo。"))
    if recorded and not demo:
        raise WrongKind(
            _("此实例是演示实例（不可更改），其文件没有法律效力。"), hint=_("加上 --demo 启动，或为正式使用另设 VERMILION_HOME。")
        )
