"""What stops while a list is sealed: the token that holds the key, the process that seals. Nothing is half sealed, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from django.db import connection
from django.urls import reverse

from tests import factories
from tests.apps.seals.requesting import decide, make_request
from tests.passkeys import phone_of
from vermilion.apps.parties.models import Role
from vermilion.apps.seals import signing
from vermilion.apps.seals.models import SealPermission, SealUse
from vermilion.apps.seals.requests import sealing
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.seals.tasks import keep_requests_going
from vermilion.base import blobs, clock
from vermilion.core.pdf.verify import verify_pdf
from vermilion.web.staff import totp

COUNT = 6


def approved_list(register):
    register.staff[0].roles = [Role.CLERK]
    register.staff[0].save()
    request = make_request(register.seal, register.staff[0], COUNT)
    return decide(request, register.staff[1], phone_of(register.staff[1].user))


def states(request):
    return list(request.items.order_by("position").values_list("state", flat=True))


def uses(request):
    """Return the states of each document's uses, without the refusals."""
    rows = SealUse.objects.filter(permission__request=request).exclude(state__in=["failed", "abandoned"])
    return sorted(rows.values_list("state", flat=True))


def go_on(request, times):
    for _time in range(times):
        keep_requests_going.function()
        sealing.run(request_id=request.id)
    request.refresh_from_db()
    assert (request.state, request.trouble, states(request)) == ("done", "", ["sealed"] * COUNT)
    assert uses(request) == ["stored"] * COUNT
    for item in request.items.all():
        assert verify_pdf(blobs.get(item.sealed_key), trust=trust_store(), now=clock.now()).bottom_line == "valid"


def test_a_token_that_stops_amid_a_list_stops_it_clearly_and_it_goes_on_when_the_token_is_back(hsm, register, keeper, monkeypatch):
    assert (hsm.tokens.parent / "home/keeper" / f"{register.seal.key_name}.token").exists()
    asked = approved_list(register)
    monkeypatch.setattr(signing, "GROUP", 2)
    keep, kept = sealing._keep, []
    token = keeper.operations._keyring._cabinet.keys.tokens._token

    def keep_and_stop(*arguments):
        keep(*arguments)
        kept.append(arguments)
        if len(kept) == 2:
            token._forget(token._generation)  # as when the device is restarted: its sessions are gone
            hsm.put_away()

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_keep", keep_and_stop)
        sealing.run(request_id=asked.id)
    asked.refresh_from_db()
    assert (asked.state, asked.trouble, states(asked)) == ("approved", "key_device_away", ["sealed"] * 2 + ["waiting"] * 4)
    assert uses(asked) == ["stored"] * 2, "nothing is half sealed"
    totp.enrol(register.staff[0].user)
    page = factories.browser(register.staff[0]).get(reverse("console:seal_request", args=[asked.id])).content.decode()
    assert "存放印章密钥的设备（加密机）没有应答" in page
    assert "系统自动继续" in page
    keep_requests_going.function()
    sealing.run(request_id=asked.id)
    assert states(asked) == ["sealed"] * 2 + ["waiting"] * 4, "still away"
    hsm.bring_back()
    go_on(asked, 2)


#: The process that seals: what a worker does, until the third document is kept but not yet committed.
WORK = """
import sys, time, uuid
import django
django.setup()
from vermilion.apps.seals import services
from vermilion.apps.seals.requests import sealing

mark, calls = services.mark_stored, []

def mark_and_tell(**facts):
    use = mark(**facts)
    calls.append(use)
    if len(calls) == 3:
        print("now", flush=True)
        time.sleep(60)
    return use

services.mark_stored = mark_and_tell
sealing.run(request_id=uuid.UUID(sys.argv[1]))
"""


def test_a_process_that_is_killed_amid_a_list_leaves_each_true_state_and_none_is_sealed_twice(register):
    asked = approved_list(register)
    address = os.environ["DATABASE_URL"].partition("?")
    url = f"{address[0].rpartition('/')[0]}/{connection.settings_dict['NAME']}?{address[2]}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "vermilion.site.settings", "DATABASE_URL": url}
    worker = subprocess.Popen([sys.executable, "-c", WORK, str(asked.id)], env=environment, stdout=subprocess.PIPE)
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"now\n"
    finally:
        worker.kill()
        worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    asked.refresh_from_db()
    assert (asked.state, states(asked)) == ("approved", ["sealed"] * 2 + ["waiting"] * 4)
    assert uses(asked) == ["signed"] * 4 + ["stored"] * 2, "four signatures that nobody has"
    done = {item.pk: item.sealed_digest for item in asked.items.filter(state="sealed")}
    go_on(asked, 1)
    assert {item.pk: item.sealed_digest for item in asked.items.filter(pk__in=done)} == done, "what was sealed stays as it was"
    for permission in SealPermission.objects.filter(request=asked):
        assert permission.uses.filter(state="stored").count() == 1
