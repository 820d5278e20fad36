"""Print ``docs/notices.md`` from the catalogue: ``python -m vermilion.apps.notices.handbook > docs/notices.md``."""

from __future__ import annotations

import sys

from .catalogue import PURPOSES, TEMPLATES, Template

HEAD = """# Notices

Every SMS and mail that Vermilion sends. This page is made from `src/vermilion/apps/notices/catalogue.py` by
`python -m vermilion.apps.notices.handbook > docs/notices.md`; a test keeps the two equal.

* An SMS begins with the insurer's registered sign, 【short name】. The Chinese ones fit one SMS of 70 characters with a public address
  of up to 23 (`https://sign.example.cn`); a longer text travels in parts of 67. Register them with your SMS gateway as they stand.
* `{link}` is this instance's public address followed by the door (`/s/`, `/a/`, `/my/`, `/console/`) and, where there is one, the
  six-character pick-up code. The code opens nothing until the phone is proven. `{hotline}` is the insurer's.
* No message holds a full name, an ID number, a phone number or the content of a policy.
* A message is queued in the transaction of the fact that it tells, handed over by a job, tried again after 5 s, 15 s, 1 min, 5 min, 30 min
  and 2 h when the gateway fails, and then listed as 送达失败, from where it can be sent again.
* Without a configured gateway a message ends as failed with `sms_not_configured` or `mail_not_configured`; nothing is sent in silence by
  another way.
"""

CODES = """## What a code is for
`{wording}` of a one-time code, unless the page gives its own:

| purpose | 中文 | English |
|---|---|---|
"""


def handbook() -> str:
    """Return the page."""
    rows = "\n".join(f"| `{t.key}` | {t.name} | {', '.join(t.channels)} | {t.recipient} | {t.when} |" for t in TEMPLATES.values())
    table = f"| key | 中文 | by | to | when |\n|---|---|---|---|---|\n{rows}\n"
    purposes = "\n".join(f"| `{key}` | {zh} | {en} |" for key, (zh, en) in PURPOSES.items())
    codes = f"{CODES}{purposes}\n"
    return "\n".join([HEAD, table, "## Texts", *(_section(template) for template in TEMPLATES.values()), codes])


def _section(template: Template) -> str:
    lines = [f"### {template.key} · {template.name}", f"* 中文：{template.zh}", f"* English: {template.en}"]
    if template.subject[0]:
        lines.append(f"* Subject of the mail: {template.subject[0]} / {template.subject[1]}")
    if template.variables:
        lines.append(f"* Given by the sender: {', '.join(f'`{name}`' for name in template.variables)}")
    if template.vanishing:
        lines.append(f"* `{template.vanishing}` is removed from our records once the message left (kept in a demo's outbox only)")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(handbook())
