"""The platform's own checks for ``vermilion doctor``."""

from __future__ import annotations

import secrets
import shutil
from datetime import timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from . import blobs, clock, confinement, health, instance, jobs, landlock, master_key, vault
from .config import config
from .database.errors import SchemaOutdated
from .errors import VermilionError
from .models import DataKey

# Evidence carries the clock's time; the database server's clock is the other witness at hand.
CLOCK_SECONDS = 2
WORKER_SECONDS = 60
LATE_SECONDS = 300


class Unhealthy(VermilionError):
    """A check failed."""

    code = "unhealthy"
    status = 503


def register() -> None:
    """Register the checks, in the order in which trouble is best looked for."""
    health.register("config", check_config)
    health.register("database", check_database)
    health.register("master_key", check_master_key)
    health.register("disk", check_disk)
    health.register("clock", check_clock)
    health.register("blobs", check_blobs)
    health.register("jobs", check_jobs)
    health.register("isolation", check_isolation)


def check_config() -> str:
    """Tell how people reach this instance."""
    settings = config()
    if not instance.is_demo() and settings.public_url is None:
        raise Unhealthy(
            gettext_lazy("尚未设置对外地址，不能建立证书机构、印章和二维码。"), hint=gettext_lazy("设置 VERMILION_PUBLIC_URL=https://……")
        )
    return settings.base_url + (_("（演示）") if instance.is_demo() else "")


def check_database() -> str:
    """See that the database answers, is migrated, and that our role is not too strong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")
        version, superuser = cursor.fetchone()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SchemaOutdated()
    if superuser:
        raise Unhealthy(gettext_lazy("应用以超级用户连接数据库。"), hint=gettext_lazy("按 docs/operator.md 建立三个数据库角色。"))
    return f"PostgreSQL {version}"


def check_master_key() -> str:
    """See that the master key opens a key of this database."""
    newest = DataKey.objects.order_by("-created_at").first()
    fingerprint = master_key.fingerprint()
    if newest is not None:
        vault.encrypt(newest, b"", "doctor")
    return _("主密钥 {fingerprint}；请确认它已另行备份").format(fingerprint=fingerprint)


def check_disk() -> str:
    """See that there is room for more."""
    folders = [folder for folder in (config().home, blobs.local_folder() or config().home) if folder.exists()]
    if not folders:
        raise Unhealthy(
            format_lazy(gettext_lazy("数据目录 {home} 不存在。"), home=str(config().home)),
            hint=gettext_lazy("检查 VERMILION_HOME 是否写对；新实例由 vermilion run 建立。"),
        )
    free = min(shutil.disk_usage(folder).free for folder in folders)
    megabytes = free // 2**20
    if megabytes < config().min_free_mb:
        raise Unhealthy(format_lazy(gettext_lazy("磁盘只剩 {free} MB。"), free=megabytes), hint=gettext_lazy("清理磁盘或扩大空间。"))
    return _("剩余 {free} MB").format(free=megabytes)


def check_clock() -> str:
    """Compare our clock with the database server's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        difference = abs((clock.now() - cursor.fetchone()[0]).total_seconds())
    if difference > CLOCK_SECONDS:
        raise Unhealthy(
            format_lazy(gettext_lazy("本机时钟与数据库服务器相差 {seconds:.1f} 秒。"), seconds=difference),
            hint=gettext_lazy("在各主机上启用 NTP 校时。"),
        )
    return _("与数据库服务器相差 {seconds:.3f} 秒").format(seconds=difference)


def check_blobs() -> str:
    """Write a file, read it back, take it away again."""
    newest = DataKey.objects.order_by("-created_at").first()
    if newest is None:
        newest = vault.new_data_key("doctor")
    content = secrets.token_bytes(1024)
    key = f"doctor/{secrets.token_hex(16)}"
    blobs.put(key, content, data_key=newest)
    try:
        if blobs.get(key) != content:
            raise Unhealthy(gettext_lazy("文件存储读出的内容与写入的不同。"))
    finally:
        blobs.discard_probe(key)
    return str(blobs.local_folder() or config().blob_url)


def check_jobs() -> str:
    """See that somebody works, that nothing waits too long, and that nothing failed for good."""
    number = jobs.counts()
    now = clock.now()
    working = ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - timedelta(seconds=WORKER_SECONDS)).count()
    if not working:
        raise Unhealthy(
            gettext_lazy("没有任务进程在运行，签章和送达会停顿。"), hint=gettext_lazy("启动 vermilion worker，或用 vermilion run。")
        )
    late = ProcrastinateJob.objects.filter(status="todo", scheduled_at__lt=now - timedelta(seconds=LATE_SECONDS)).count()
    if late or number.get("failed"):
        raise Unhealthy(
            format_lazy(gettext_lazy("{failed} 个任务失败，{late} 个任务等待过久。"), failed=number.get("failed", 0), late=late),
            hint=gettext_lazy("运行 vermilion jobs failed 查看原因，排除后运行 vermilion jobs retry。"),
        )
    return _("{workers} 个任务进程，{todo} 个任务等待").format(workers=working, todo=number.get("todo", 0))


def check_isolation() -> str:
    """Tell what keeps web and workers from the keeper's keys: Landlock, another system user, or nothing."""
    settings = config()
    folder = settings.home / "keeper"
    keeper = folder.stat().st_uid if folder.is_dir() else None
    parts = list(confinement.running(settings))
    open_ones = [part for part in parts if not part.landlock and part.uid in (keeper, 0)]
    if open_ones:
        raise Unhealthy(
            format_lazy(
                gettext_lazy("{parts} 能打开密钥文件：没有隔离（{reason}）。"),
                parts="、".join(f"{part.part} {part.pid}" for part in open_ones),
                reason=open_ones[0].reason,
            ),
            hint=gettext_lazy("使用支持 Landlock 的内核（Linux 5.13 以上），或按 docs/operator.md 让密钥服务使用独立的系统用户。"),
        )
    if not parts:
        version = landlock.version()
        return _("没有正在运行的网页或任务进程；本机内核的 Landlock 版本为 {version}").format(version=version or _("无"))
    ways = sorted({f"Landlock {part.landlock}" if part.landlock else _("独立系统用户") for part in parts})
    if all(part.landlock and part.uid not in (keeper, 0) for part in parts):
        ways.append(_("独立系统用户"))
    return _("{count} 个进程不能打开密钥文件：{ways}").format(count=len(parts), ways="、".join(ways))
