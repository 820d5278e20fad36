"""The keeper, its keys and the device that holds them do not answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .family import SealError


class KeeperRunning(SealError):
    """Another keeper serves this instance's socket."""

    code = "keeper_running"
    status = 503
    message = _("此实例的签章服务已在运行，不能再启动一个。")
    hint = _("先停止它，或用 VERMILION_HOME 指定另一个实例。")


class KeeperUnavailable(SealError):
    """The keeper does not answer. Nothing was signed or the signature was not received; a retry is safe."""

    code = "keeper_unavailable"
    status = 503
    message = _("签章服务暂时无法连接，文件尚未签章。")
    hint = _("系统会自动重试；如持续出现，请运维人员检查 keeper 进程。")


class KeeperNotReady(SealError):
    """The keeper runs without keys, because the public address is not decided yet."""

    code = "keeper_not_ready"
    status = 503
    message = _("签章服务尚未建立密钥：证书中的永久地址还没有确定。")
    hint = _("请先设置 VERMILION_PUBLIC_URL，然后重新启动。")


class KeeperLocked(SealError):
    """All keys were dropped from the keeper's memory on demand."""

    code = "keeper_locked"
    status = 503
    message = _("签章密钥已按指令从内存中清除，目前不能签章。")
    hint = _("确认安全后重新启动签章服务（vermilion keeper）。")


class KeyDeviceAway(SealError):
    """The device that holds the seal's key does not answer, or does not give the key. Nothing was signed; a retry is safe."""

    code = "key_device_away"
    status = 503
    message = _("存放印章密钥的设备（加密机）没有应答，文件没有签章。")
    hint = _("设备恢复以后系统自动继续；如持续出现，请运维人员检查加密机和 PKCS#11 设置。")
