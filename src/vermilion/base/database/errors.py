"""What can go wrong with the database."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..errors import VermilionError


class EmbeddedError(VermilionError):
    """The embedded PostgreSQL cannot be used."""

    code = "database_embedded"
    status = 503
    hint = _("查看数据库日志；运行 vermilion doctor。")


class DatabaseUnavailable(VermilionError):
    """Nobody answers where the database should be, or the connection broke."""

    code = "database_unavailable"
    status = 503
    message = _("连接不上数据库，或连接中断；已经保存的内容没有丢失。")
    hint = _("此实例自带的数据库由 vermilion run 启动；使用外部数据库时，请检查它是否在运行、DATABASE_URL 是否正确。")


class SchemaOutdated(VermilionError):
    """The tables are not those of this version, or not there yet."""

    code = "schema_outdated"
    status = 503
    message = _("数据库结构不是本版本的。")
    hint = _("运行 vermilion migrate。")
