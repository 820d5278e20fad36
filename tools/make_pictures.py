"""Take the pictures of the README anew, from a running demo.

    make demo                                            # in another terminal; leave it up
    .venv/bin/python tools/make_pictures.py --url http://127.0.0.1:8000

The demo's own driver leads each case to the page that is pictured, over HTTP and by the pages alone; Chromium takes the picture. Needs
chromium and pdftoppm (``tools/setup test`` installs both) and the demo's VERMILION_HOME, for the password and the API client in it.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from vermilion.base import clock
from vermilion.base.config import config
from vermilion.cli.demo import content
from vermilion.cli.demo.browser import wait
from vermilion.cli.demo.drive import PRODUCT, Drive, strokes

FOLDER = Path(__file__).resolve().parent.parent / "docs/pictures"
LIMIT = 300_000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# Every image on the screen has come; a broken one never does.
_DRAWN = """() => [...document.images].every(one => {
  const box = one.getBoundingClientRect();
  return box.top > innerHeight || box.bottom < 0 || (one.complete && one.naturalWidth > 0);
})"""
HYPERTENSION = "2024 年体检发现血压 145/92，现服药，血压平稳"


class Camera:
    """Chromium as a phone and as a desk; pictures go to ``folder`` as small PNG files."""

    def __init__(self, chromium: Chromium, base: str, folder: Path) -> None:
        self.chromium = chromium
        self.base = base
        self.folder = folder

    def open(self, *, phone: bool, cookies: httpx.Cookies | None = None) -> Page:
        """Return a fresh visitor's page, or one that goes on with another browser's cookies."""
        size = PHONE if phone else DESK
        context = self.chromium.new_context(
            base_url=self.base, viewport=size, is_mobile=phone, has_touch=phone, device_scale_factor=2 if phone else 1, locale="zh-CN"
        )
        context.set_default_timeout(30_000)
        if cookies is not None:
            context.add_cookies([{"name": one.name, "value": one.value or "", "url": self.base} for one in cookies.jar])
        return context.new_page()

    def log_in(self, username: str, password: str, *, phone: bool) -> Page:
        """Return the page of a member of staff after her log-in; the demo shows the one-time code on its page."""
        page = self.open(phone=phone)
        page.goto("/console/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", password)
        page.click("main form button.btn-primary")
        page.fill("input[name=code]", page.inner_text(".notice-box .code").strip())
        page.click("main form button.btn-primary")
        page.wait_for_load_state()
        return page

    def take(self, page: Page, name: str) -> None:
        """Write one picture."""
        page.wait_for_load_state("networkidle")
        page.wait_for_function(_DRAWN)
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            page.screenshot(path=file.name)
            self.keep(Path(file.name), name)

    def keep(self, source: Path, name: str, *, width: int | None = None) -> None:
        """Compress a picture to a palette, and see that it is small enough."""
        picture = Image.open(source).convert("RGB")
        if width:
            picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
        target = self.folder / f"{name}.png"
        picture.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size > LIMIT:
            raise SystemExit(f"{target} has {target.stat().st_size} bytes, more than {LIMIT}")
        print(f"  {target.name}  {target.stat().st_size // 1000} kB", flush=True)


class Pictured(Drive):
    """Drives one life and takes the customer's pictures on the way."""

    def __init__(self, camera: Camera, folder: Path, *, seed: int) -> None:
        super().__init__(camera.base, folder, lambda name, _seconds: print(f"  {name}", flush=True), seed=seed)
        self.camera = camera

    def _sign(self, page: Any) -> float:
        if "confirmation-sign" not in self.read:
            self.read.add("confirmation-sign")
            self._picture_signing()
        return super()._sign(page)

    def _picture_signing(self) -> None:
        shown = self.camera.open(phone=True, cookies=self.browser.client.cookies)
        shown.goto(f"/apply/{self.number}/sign/")
        self.camera.take(shown, "confirmation")
        onward = shown.locator("form:has(input[name=digest]) button.btn-primary").last
        while onward.is_disabled():  # until every page was on the screen
            shown.mouse.wheel(0, PHONE["height"] * 0.8)
            shown.wait_for_timeout(150)
        onward.click()
        shown.click("button[name=send]")
        shown.wait_for_selector("canvas")
        _draw(shown)
        self.camera.take(shown, "signature")


class Referred(Drive):
    """An application that the rules leave to a person: raised blood pressure."""

    def run_to_the_desk(self) -> str:
        """Drive until the case waits at the underwriting desk; return its number."""
        product = content.product(PRODUCT)
        numbers = {"height": "168", "weight": "60", "smoking": "0"}
        self.application["disclosure"] = content.samples.answers(product, numbers=numbers, yes={"hypertension": HYPERTENSION})
        page = self._prompts(self._health(self._fill(self._notice_and_consents(self._start()))))
        page = self._identity(page)
        self._sign(self.browser.submit(page, page.form()))
        self._await_state("underwriting")
        return self.number

    def _health(self, page: Any) -> Any:
        form = page.form("hypertension.answer")
        answers = {
            f"{one['id']}.{key}": str(one[key]) for one in self.application["disclosure"] for key in ("answer", "detail") if one[key]
        }
        return self.browser.submit(page, form, answers)


class Group(Drive):
    """A group policy that the core system orders, and a clerk's change of it that the customer signs."""

    def order(self, secrets: dict[str, str], seed: int) -> str:
        """Order the policy over the API; return its case's number."""
        self.application = content.sample_application("group_accident", seed=seed)
        self.holder = self.application["policyholder"]["company"]["agent"]
        with httpx.Client(base_url=self.browser.base, timeout=60, trust_env=False) as client:
            answer = client.post(
                "/api/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=(secrets["client_id"], secrets["client_secret"])
            )
            token = answer.raise_for_status().json()["access_token"]
            body = {
                "product": "group_accident",
                "external_id": f"picture-{seed}",
                "policy_number": f"HYG2026{seed:08d}",
                "premium": 320_000,
                "concluded_on": clock.today().isoformat(),
                "conclusion": "accept",
                "application": self.application,
            }
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"picture-{seed}", "Prefer": "wait=30"}
            answer = client.post("/api/v1/policies", json=body, headers=headers)
            self.number = answer.raise_for_status().json()["case_number"]
        return self.number

    def sign_change(self) -> None:
        """Open the message's code on the phone, prove the phone, sign the application for the change."""

        def code() -> str | None:
            found = [one["body"] for one in self.browser.messages(self.holder["phone"]) if one["template"] == "sign_link"]
            return found[0] if found else None

        body = wait(code, "the message that asks for the signature")
        page = self.browser.get("/s/")
        page = self.browser.submit(page, page.form("pickup"), {"pickup": _pickup(body)})
        page = self.browser.submit(page, page.form("send"), {"send": "1"})
        page = self.browser.submit(page, page.form("code"), {"code": self.browser.code(self.holder["phone"], seen=self.read)})
        self._sign(self.browser.get(f"/apply/{self.number}/sign/"))


def _pickup(body: str) -> str:
    return re.findall(r"(?<![0-9A-Z])[0-9A-Z]{6}(?![0-9A-Z])", body)[-1]


def _draw(page: Page) -> None:
    """Write three characters on the pad with the mouse."""
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    if box is None:
        raise SystemExit("the signature pad is not on the screen")
    for stroke in strokes():
        points = [(box["x"] + point["x"] * box["width"] / 320, box["y"] + point["y"] * box["height"] / 160) for point in stroke["points"]]
        page.mouse.move(*points[0])
        page.mouse.down()
        for x, y in points[1:]:
            page.mouse.move(x, y)
        page.mouse.up()


def _add_insured(clerk: Page, number: str, seed: int) -> None:
    """The clerk adds two employees to the policy of the case ``number``."""
    clerk.goto(f"/console/cases/{number}/")
    clerk.click("main a[href*='/console/policies/']")
    people = content.samples.insured_list(seed=seed + 500, count=2, today=clock.today() - timedelta(days=1))
    for index, person in enumerate(people):
        for name in ("name", "id_number", "phone"):
            clerk.locator(f"input[name={name}]").nth(index).fill(str(person[name]))
        clerk.locator("select[name=occupation]").nth(index).select_option(person["occupation"])
    clerk.fill("[name=reason]", "新员工入职")
    clerk.locator("form:has(input[name=id_number]) button.btn-primary").click()
    clerk.locator("form:has(input[name=confirm]) button.btn-primary, button[name=confirm]").first.click()
    clerk.wait_for_load_state()


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the pictures of the README from a running demo.")
    parser.add_argument("--url", default=config().base_url)
    parser.add_argument("--seed", type=int, default=int(clock.now().timestamp()) % 8000 + 1000, help="which invented customers")
    arguments = parser.parse_args()
    secrets = config().secrets_folder
    password = (secrets / "demo-password").read_text().strip()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        camera = Camera(chromium, arguments.url.rstrip("/"), FOLDER)
        visitor = camera.open(phone=True)
        visitor.goto(f"/p/{PRODUCT}/")
        camera.take(visitor, "product")

        life = Pictured(camera, Path(temporary), seed=arguments.seed)
        report = life.run()
        own = camera.open(phone=True, cookies=life.browser.client.cookies)
        own.goto("/my/")
        camera.take(own, "my-policies")
        subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", report.files["policy"], f"{temporary}/policy"], check=True)
        camera.keep(Path(temporary) / "policy.png", "policy", width=760)

        checker = camera.open(phone=False)
        checker.goto("/verify/")
        checker.set_input_files("input[type=file]", report.files["endorsement"])
        checker.locator("main form button.btn-primary").click()
        checker.wait_for_load_state()
        camera.take(checker, "verify")

        number = Referred(camera.base, Path(temporary), lambda *_step: None, seed=arguments.seed + 1).run_to_the_desk()
        desk = camera.log_in("senior", password, phone=False)
        desk.goto(f"/console/underwriting/{number}/")
        camera.take(desk, "underwriting")

        group = Group(camera.base, Path(temporary), lambda *_step: None, seed=arguments.seed + 2)
        case = group.order(json.loads((secrets / "demo-api-client.json").read_text()), arguments.seed + 2)
        clerk = camera.log_in("clerk", password, phone=False)
        clerk.goto("/console/")  # without the greeting
        camera.take(clerk, "console")
        clerk.goto(f"/console/cases/{life.number}/")
        camera.take(clerk, "case")
        _add_insured(clerk, case, arguments.seed)
        group.sign_change()
        approver = camera.log_in("approver", password, phone=True)

        def asked() -> bool:
            approver.goto("/a/")
            return approver.locator("main a[href^='/a/']").count() > 0

        wait(asked, "the change to approve", pause=1)
        approver.locator("main a[href^='/a/']").first.click()
        approver.wait_for_load_state()
        camera.take(approver, "approval")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
