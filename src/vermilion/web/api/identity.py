"""The callback of an identity provider: signature over the raw body and time first, then which visit it is about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from vermilion.apps.identity.outside.https import LARGEST
from vermilion.apps.identity.services import take_callback
from vermilion.web.limits import Limit, client_address, hit
from vermilion.web.problems import TooLarge

CALLBACKS = Limit("identity.callback", 600, 60)


# The provider has no session; its signature is what is believed.
@csrf_exempt
@require_POST
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Answer 200 with what the word was worth: accepted, repeated, late, contradictory; 4xx with a problem for what nobody known signed."""
    hit(CALLBACKS, client_address(request))
    if len(request.body) > LARGEST:
        raise TooLarge()
    result = take_callback(provider_name=provider, headers=request.headers, path=request.get_full_path(), raw=request.body)
    return JsonResponse({"result": result})
