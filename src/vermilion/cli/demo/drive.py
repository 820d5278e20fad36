"""One whole life of a policy, driven over HTTP as the customer and her browser do it. Nothing is taken from the database."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from vermilion.apps.products.paths import flatten

from . import content
from .browser import Browser, DemoFailed, Page, wait

PRODUCT = "critical_illness"
NEW_ADDRESS = "上海市徐汇区示例路 9 号 302 室"
Tell = Callable[[str, float], None]


@dataclass
class Report:
    """What ``vermilion demo --json`` prints."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    signature_to_delivery_seconds: float = 0.0
    total_seconds: float = 0.0
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


class Drive:
    """Drives one case. ``tell(name, seconds)`` is called after each step; files go to ``folder``."""

    def __init__(self, base: str, folder: Path, tell: Tell, *, seed: int) -> None:
        self.browser = Browser(base)
        self.folder = folder
        self.tell = tell
        self.report = Report()
        self.application = content.sample_application(PRODUCT, seed=seed)
        self.holder = self.application["policyholder"]
        self.read: set[str] = set()
        self.number = ""

    def run(self) -> Report:
        """Drive everything. Raises DemoFailed at the first page that a customer could not get past."""
        with self.browser.client:
            return self._run()

    def to_confirmation(self) -> Page:
        """Drive the applicant's own steps; return the page on which the confirmation is read. Raises DemoFailed."""
        page = self._step("打开产品页，开始投保", self._start)
        page = self._step("阅读告知，逐项同意", lambda: self._notice_and_consents(page))
        page = self._step("填写投保信息", lambda: self._fill(page))
        page = self._step("健康告知", lambda: self._health(page))
        page = self._step("确认投保提示书与免责说明", lambda: self._prompts(page))
        page = self._step("实名认证，验证手机", lambda: self._identity(page))
        page = self._step("生成投保确认书", lambda: self._expect(self.browser.submit(page, page.form()), "/sign/"))
        return page

    def _run(self) -> Report:
        begin = time.monotonic()
        page = self.to_confirmation()
        accepted = self._step("阅读、验证意愿、手写签名", lambda: self._sign(page))
        self._step("写入签名，自动核保", lambda: self._await_state("awaiting_payment"))
        requested, paid = self._step("缴费（沙箱）", self._pay)
        self._step("出单、签章、时间戳、送达", lambda: self._await_state("delivered", "acknowledged", "archived"))
        self.report.signature_to_delivery_seconds = round(time.monotonic() - accepted - (paid - requested), 2)
        self._step("签收回执", self._acknowledge)
        self._step("归档", lambda: self._await_state("archived"))
        self._step("下载并验真", self._download_and_verify)
        self._step("凭手机与身份查找保单，自助变更地址", self._change_address)
        self.report.total_seconds = round(time.monotonic() - begin, 2)
        return self.report

    def _step(self, name: str, act: Callable[[], Any]) -> Any:
        begin = time.monotonic()
        try:
            result = act()
        except Exception as error:
            self.report.steps.append({"name": name, "seconds": round(time.monotonic() - begin, 3), "ok": False})
            if isinstance(error, httpx.HTTPError):
                raise DemoFailed(f"no answer from {self.browser.base}: {error}") from error
            raise
        seconds = round(time.monotonic() - begin, 3)
        self.report.steps.append({"name": name, "seconds": seconds, "ok": True})
        self.tell(name, seconds)
        return result

    def _start(self) -> Page:
        page = self.browser.get(f"/p/{PRODUCT}/")
        form = next(form for form in page.forms if form.action.endswith("/start/"))
        page = self._expect(self.browser.submit(page, form), "/notice/")
        found = re.search(r"/apply/([^/]+)/", page.path)
        self.number = found.group(1) if found else ""
        self.report.links["case"] = f"{self.browser.base}/apply/{self.number}/"
        return page

    def _notice_and_consents(self, page: Page) -> Page:
        page = self._expect(self.browser.submit(page, page.form()), "/consents/")
        form = next(form for form in page.forms if any(name.startswith("consent.") for name in form.choices))
        ticks = {name: values[0] for name, values in form.choices.items() if name.startswith("consent.")}
        if any(name in form.values for name in ticks):
            raise DemoFailed("a consent was ticked beforehand")
        return self.browser.submit(page, form, ticks)

    def _fill(self, page: Page) -> Page:
        given = {path: str(value) for path, value in flatten(self.application).items()}
        # A person types yuan.
        for path in ("plan.sum_insured", "policyholder.annual_income", "insured.0.annual_income"):
            value = int(given.get(path) or 0)
            if value:
                given[path] = str(value // 100)
        for _section in range(20):
            if page.path.endswith("/application/"):
                return self.browser.submit(page, page.form())
            form = page.form()
            missing = self._missing_entries(form, given)
            if missing:
                page = self.browser.submit(page, form, {**_fitting(form, given), "add": missing})
                continue
            page = self.browser.submit(page, form, _fitting(form, given))
        raise DemoFailed("the form has no end")

    def _missing_entries(self, form: Any, given: dict[str, str]) -> str:
        """Return ``1`` when a list on this page needs one more entry than it shows."""
        if "add" not in form.buttons:
            return ""
        shown = {name.split(".")[1] for name in {*form.values, *form.choices} if name.startswith("beneficiaries.")}
        wanted = {path.split(".")[1] for path in given if path.startswith("beneficiaries.")}
        return "1" if wanted - shown else ""

    def _health(self, page: Page) -> Page:
        form = next(form for form in page.forms if any(name.endswith(".answer") for name in {*form.values, *form.choices}))
        answers = {f"{one['id']}.answer": str(one["answer"]) for one in self.application["disclosure"]}
        return self.browser.submit(page, form, answers)

    def _prompts(self, page: Page) -> Page:
        page = self._expect(page, "/prompts/")
        page = self._expect(self.browser.submit(page, page.form()), "/exemption/")
        return self.browser.submit(page, page.form())

    def _identity(self, page: Page) -> Page:
        page = self._expect(page, "/identity/")
        page = self._expect(self.browser.submit(page, page.form()), "/phone/")
        page = self.browser.submit(page, page.form("send"), {"send": "1"})
        code = self.browser.code(self.holder["phone"], seen=self.read)
        return self._expect(self.browser.submit(page, page.form("code"), {"code": code}), "/confirmation/")

    def _sign(self, page: Page) -> float:
        """Read to the end, get the code, write the name; return the moment at which the signature was accepted."""
        digest = page.form("digest").values["digest"]
        page = self._expect(self.browser.submit(page, page.form("digest")), "/write/")
        page = self.browser.submit(page, page.form("digest", "send"), {"send": "1"})
        code = self.browser.code(self.holder["phone"], seen=self.read)
        page = self.browser.submit(
            page, page.form("digest", "code", "strokes"), {"code": code, "strokes": json.dumps(strokes()), "digest": digest}
        )
        if "/write/" in page.path:
            raise DemoFailed("the signature was not accepted")
        return time.monotonic()

    def _pay(self) -> tuple[float, float]:
        page = self.browser.get(f"/apply/{self.number}/pay/")
        page = self._expect(self.browser.submit(page, page.form()), "/sandbox/pay/")
        requested = time.monotonic()
        self.browser.submit(page, page.form())
        states = ("issuing", "sealed", "delivered", "acknowledged", "archived")
        self._await_state(*states, pause=0.03)
        return requested, time.monotonic()

    def _acknowledge(self) -> None:
        page = self.browser.get(f"/apply/{self.number}/acknowledge/")
        page = self._expect(self.browser.submit(page, page.form()), "/write/")
        code = self.browser.code(self.holder["phone"], seen=self.read)
        page = self.browser.submit(page, page.form("digest", "code"), {"code": code})
        if "/write/" in page.path:
            raise DemoFailed("the receipt was not accepted")

    def _await_state(self, *states: str, pause: float = 0.1) -> Page:
        def look() -> Page | None:
            page = self.browser.get(f"/apply/{self.number}/")
            if page.state in ("declined", "postponed", "different", "withdrawn", "expired"):
                raise DemoFailed(f"the case became {page.state}")
            return page if page.state in states else None

        page: Page = wait(look, f"the case to be {states[0]}", pause=pause)
        return page

    def _download_and_verify(self) -> None:
        page = self.browser.get(f"/apply/{self.number}/")
        self._save_documents(page, ("confirmation", "policy", "policy_acknowledgement"))
        policy = Path(self.report.files["policy"]).read_bytes()
        self._expect_kind(policy, "in_force")
        changed = bytearray(policy)
        changed[len(changed) // 2] ^= 1
        self._expect_kind(bytes(changed), "altered", "unreadable")

    def _change_address(self) -> None:
        page = self.browser.get("/my/enter/")
        page = self.browser.submit(page, page.form("phone"), {"phone": self.holder["phone"]})
        code = self.browser.code(self.holder["phone"], seen=self.read)
        person = {"code": code, "name": self.holder["name"], "id_number": self.holder["id_number"]}
        page = self.browser.submit(page, page.form("code", "name", "id_number"), person)
        found = next((link for link in page.links if "/my/policies/" in link), None)
        if found is None:
            raise DemoFailed("her policy was not found")
        number = found.rstrip("/").split("/my/policies/")[1].split("/")[0]
        self.report.links["my"] = f"{self.browser.base}/my/"
        page = self.browser.get(f"/my/policies/{number}/contact/")
        page = self.browser.submit(page, page.form("address"), {"address": NEW_ADDRESS})
        code = self.browser.code(self.holder["phone"], seen=self.read)
        self.browser.submit(page, page.form("code", "address"), {"code": code})

        def endorsed() -> Page | None:
            shown = self.browser.get(f"/apply/{self.number}/")
            return shown if _documents(shown).get("endorsement") else None

        self._save_documents(wait(endorsed, "the endorsement"), ("endorsement",))
        self._expect_kind(Path(self.report.files["endorsement"]).read_bytes(), "in_force")
        self._expect_kind(Path(self.report.files["policy"]).read_bytes(), "superseded")

    def _save_documents(self, page: Page, kinds: tuple[str, ...]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        links = _documents(page)
        names = {"policy_acknowledgement": "acknowledgement"}
        for kind in kinds:
            if kind not in links:
                raise DemoFailed(f"no {kind} to download")
            path = self.folder / f"{self.number}-{names.get(kind, kind)}.pdf"
            path.write_bytes(self.browser.download(links[kind]))
            self.report.files[names.get(kind, kind)] = str(path)
            code = links[kind].split("/documents/")[1].split("/")[0]
            self.report.links[f"verify_{names.get(kind, kind)}"] = f"{self.browser.base}/v/{code}"

    def _expect_kind(self, pdf: bytes, *kinds: str) -> None:
        said = self.browser.upload("/verify/", "file.pdf", pdf)
        if said["kind"] not in kinds:
            raise DemoFailed(f"/verify/ says {said['kind']} instead of {kinds[0]}: {said['reasons']}")

    def _expect(self, page: Page, part: str) -> Page:
        if part not in page.path:
            raise DemoFailed(f"expected a page {part}, came to {page.path}")
        return page


def _fitting(form: Any, given: dict[str, str]) -> dict[str, str]:
    """Return what the sample application says about the fields of this form."""
    names = {*form.values, *form.choices}
    return {name: given[name] for name in names if name in given and given[name] != "None"}


def _documents(page: Page) -> dict[str, str]:
    """Return the links to files on a status page by kind of document."""
    pattern = re.compile(r'data-kind="([a-z_]+)"[^>]*>.*?href="([^"]+/file\.pdf)"', re.S)
    return dict(pattern.findall(page.text))


def strokes() -> list[dict[str, Any]]:
    """Return a signature as the pad gives it: three strokes that look like a hurried name."""
    drawn = []
    for offset, height in ((20, 40), (110, 46), (200, 38)):
        points = []
        for step in range(48):
            angle = step / 47 * 3.6 * math.pi
            points.append(
                {
                    "x": round(offset + step * 1.6 + 12 * math.cos(angle), 2),
                    "y": round(80 + height * math.sin(angle * 0.9) * (1 - step / 90), 2),
                    "pressure": 0.5,
                    "time": 1_700_000_000_000 + 14 * step,
                }
            )
        drawn.append({"points": points})
    return drawn
