"""``/api/v1/oauth/token``: OAuth 2 client credentials. Its refusals have the form of RFC 6749, 5.2."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.views import TokenView

from vermilion.web import limits

# Each try costs a slow hash; a system that knows its secret never fails so often.
FAILURES = limits.Limit("oauth_token", 20, 60)
GRANT = "client_credentials"


class ClientTokenView(TokenView):  # type: ignore[misc]
    """The toolkit's view for the only grant that our clients have; wrong tries are counted per address."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give a token, or refuse with 400 or 401. Raises TooManyRequests after too many refusals."""
        if request.POST.get("grant_type") != GRANT:
            return JsonResponse({"error": "unsupported_grant_type" if "grant_type" in request.POST else "invalid_request"}, status=400)
        address = limits.client_address(request)
        limits.hit(FAILURES, address)
        response: HttpResponse = super().post(request, *args, **kwargs)
        if response.status_code == 200:
            limits.clear(FAILURES, address)
        return response
