"""A customer with a browser: walks the portal by HTTP alone, as a person would, and reads her messages in the notices."""

from __future__ import annotations

import json
import re
import time
from copy import copy, deepcopy
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.life import STROKES
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.notices.models import Notice
from vermilion.apps.notices.services import recipient_hash
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products import paths
from vermilion.apps.products.services import publish
from vermilion.base import instance
from vermilion.cli.demo import content, seed
from vermilion.cli.demo.content import samples
from vermilion.web.portal import access
from vermilion.web.sessions import SessionStore

#: The browser inside WeChat, as it tells of itself.
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.60 NetType/4G"


def open_shop() -> Insurer:
    """Make the demo insurer with people and products, without seals: enough until something is signed."""
    instance.decide(demo=True)
    insurer = seed._insurer()
    seed._people(insurer)
    for definition in content.products():
        publish(insurer=insurer, definition=definition)
    return insurer


def text_to(phone: str) -> str:
    """Return the newest message to a phone."""
    return str(Notice.objects.filter(recipient_hash=recipient_hash(phone)).order_by("-created_at")[0].content["body"])


def code_to(phone: str) -> str:
    """Return the six digits of the newest message to a phone."""
    found = re.search(r"\d{6}", text_to(phone))
    assert found
    return found.group(0)


def pickup_to(phone: str, template: str) -> str:
    """Return the pick-up code of the newest message of a template to a phone."""
    notice = Notice.objects.filter(recipient_hash=recipient_hash(phone), template=template).order_by("-created_at")[0]
    found = re.search(r"/s/\D*?([0-9A-Z]{6})\b", notice.content["body"])
    assert found, notice.content["body"]
    return found.group(1)


def admitted(case: Case, party: CaseParty) -> Client:
    """Return the browser of somebody who has opened her link of a case and proven her phone; how she does it is tried apart."""
    session = SessionStore()
    until = time.time() + access.LINK_SECONDS
    session[access.GRANTS] = {str(case.id): {"party": str(party.id), "proven": True, "seconds": access.LINK_SECONDS, "until": until}}
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


class Customer:
    """One browser and one application. Every method does what one page asks and returns the answer to its POST."""

    def __init__(self, product: str = "critical_illness", **options: Any) -> None:
        self.client = Client()
        self.product = product
        self.definition = next(item for item in content.products() if item.code == product)
        self.application = samples.application(self.definition, **options)
        self.number = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> Customer:
        """Return her at the same place with a browser that has the same cookies (``snapshots.state``)."""
        twin = copy(self)
        twin.application, twin.client = deepcopy(self.application, memo), Client()
        twin.client.cookies = deepcopy(self.client.cookies, memo)
        return twin

    @property
    def case(self) -> Case:
        return Case.objects.get(number=self.number)

    @property
    def phone(self) -> str:
        return str(self.application["policyholder"]["phone"])

    def url(self, page: str = "") -> str:
        return f"/apply/{self.number}/{page}"

    def get(self, page: str = "") -> HttpResponse:
        return self.client.get(self.url(page))

    def post(self, page: str, data: dict[str, Any] | None = None, *, see: bool = True) -> HttpResponse:
        if see:
            self.client.get(self.url(page))
        return self.client.post(self.url(page), data or {})

    def start(self, badge: str = "") -> HttpResponse:
        answer = self.client.post(f"/p/{self.product}/start/", {"s": badge} if badge else {})
        self.number = answer["Location"].split("/")[2]
        return answer

    def consent(self) -> HttpResponse:
        self.post("notice/")
        return self.post("consents/", {f"consent.{item.key}": "yes" for item in self.definition.consents})

    def section(self, key: str, **changes: str) -> HttpResponse:
        section = self.definition.form.section(key)
        flat = {name: str(value) for name, value in paths.flatten(self.application).items() if name.startswith(section.path)}
        for name in list(flat):
            if name.endswith(("sum_insured", "annual_income")):
                flat[name] = str(int(flat[name]) // 100)
        return self.post(f"application/{key}/", {**flat, **changes})

    def fill_in(self) -> HttpResponse:
        """Every section, each as often as it has entries to add."""
        for section in self.definition.form.sections:
            if self.get(f"application/{section.key}/").status_code == 404:
                continue  # not asked of this customer
            extra = len(paths.get(self.application, section.path) or []) - 1 if section.repeat and section.maximum > 1 else 0
            for _time in range(extra):
                self.post(f"application/{section.key}/", {f"{section.path}.0.type": "designated", "add": "1"})
            self.section(section.key)
        return self.post("application/")

    def answer_health(self, **changes: str) -> HttpResponse:
        data = {}
        for answer in self.application["disclosure"]:
            data |= {f"{answer['id']}.{key}": answer[key] for key in ("answer", "version", "detail")}
        return self.post("health/", data | changes)

    def confirm(self) -> None:
        for page in ("prompts/", "exemption/", "identity/"):
            self.post(page)

    def prove_phone(self) -> HttpResponse:
        self.post("phone/", {"send": "1"})
        return self.post("phone/", {"code": code_to(self.phone)})

    def apply(self) -> HttpResponse:
        """Everything up to the confirmation that lies ready to be signed."""
        self.start()
        self.consent()
        self.fill_in()
        self.answer_health()
        self.confirm()
        self.prove_phone()
        return self.post("confirmation/")

    def sign(self, phone: str = "", **changes: str) -> HttpResponse:
        page = self.client.get(self.url("sign/"))
        digest = page.context["task"].shown_digest
        self.client.post(self.url("sign/"), {"digest": digest})
        self.post("sign/write/", {"send": "1", "digest": digest})
        data = {"digest": digest, "strokes": json.dumps(STROKES), "code": code_to(phone or self.phone)}
        return self.post("sign/write/", data | changes)
