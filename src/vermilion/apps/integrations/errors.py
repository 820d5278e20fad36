from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class TokenInvalid(VermilionError):
    code = "invalid_token"
    status = 401
    title = _("访问令牌无效")
    message = _("访问令牌缺失、已过期或不是本系统签发的。")
    hint = _("请用 client_id 和 client_secret 到 /api/v1/oauth/token 重新获取令牌。")


class ScopeMissing(VermilionError):
    code = "insufficient_scope"
    status = 403
    message = _("该接口客户端没有这项操作的权限。")
    hint = _("请管理员用 vermilion admin client 另建一个有此权限的客户端，再用它获取令牌。")


class ScopeUnknown(VermilionError):
    code = "scope_unknown"
    status = 422
    message = _("权限名称不存在。")


class IdempotencyKeyMissing(VermilionError):
    code = "idempotency_key_missing"
    status = 400
    message = _("缺少 Idempotency-Key 请求头，或它不是 1 至 255 个可见 ASCII 字符。")
    hint = _("每笔新请求请使用一个新的随机值（如 UUID），重试时使用同一个值。")


class IdempotencyKeyReused(VermilionError):
    code = "idempotency_key_reused"
    status = 422
    message = _("这个 Idempotency-Key 已经用于另一个请求，本次请求没有执行。")
    hint = _("重试请原样发送同一请求；新请求请换一个 Idempotency-Key。")


class RequestInProgress(VermilionError):
    code = "request_in_progress"
    status = 409
    message = _("同一 Idempotency-Key 的请求正在处理。")
    hint = _("请几秒钟后用同一个 Idempotency-Key 重试，您会得到它的结果。")

    def __init__(self) -> None:
        super().__init__(retry_after=5)


class WebhookUrlRefused(VermilionError):
    """The address is not one that this platform may call; ``facts["reason"]`` is a stable word."""

    code = "webhook_url_refused"
    status = 422
    message = _("不能使用这个回调地址。")
    hint = _("请填写公网可访问的 https:// 地址，不要带用户名、密码或片段。")


class WebhookNotFound(VermilionError):
    code = "webhook_not_found"
    status = 404
    message = _("没有找到这个回调地址或这次投递。")
