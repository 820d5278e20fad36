"""Write docs/permissions.md from the console's own table: ``python tools/make_permissions.py > docs/permissions.md``; a test compares."""

from __future__ import annotations

import os
import sys

import django

HEAD = """# Permissions

Who may open which page and press which button of the console and the approval. Made by `tools/make_permissions.py` from
`src/vermilion/web/console/permissions.py`, the table that the views themselves use; a test walks every page with every role.

One person may hold several roles, but administrators, auditors and operators hold no other, and a custodian is no approver.
Who asks never approves.
○ opens also to a colleague to whom somebody of that role lends it for a while ([approvers](users/approver.md)).
◐ opens for reading only: auditors change nothing anywhere. A role holds in the whole company, or in a branch and all below it;
of other branches it finds nothing.
Salespeople have their own pages (`/sales/`) and none of these. Everybody is confined to the own insurer.
"""

API = """
## The API

What a client's token opens, by scope; any one of the marked scopes does. A client belongs to one insurer and finds nothing of another.
`webhooks:all` opens no operation: it lets an endpoint hear of every case of the insurer, not only of the client's own.
"""


def text() -> str:
    """Return the page."""
    from vermilion.apps.parties.models import Role
    from vermilion.web.console.permissions import LENT, PAGES, READS

    roles = list(Role)
    lines = [HEAD, "| page or button | " + " | ".join(f"{role.value} {_chinese(role)}" for role in roles) + " |"]
    lines.append("|---|" + "---|" * len(roles))
    for name, allowed in PAGES.items():
        marks = [_mark(role, allowed, READS.get(name, frozenset()), LENT.get(name, frozenset())) for role in roles]
        lines.append(f"| `{name}` | " + " | ".join(marks) + " |")
    return "\n".join([*lines, *_scopes()]) + "\n"


def _scopes() -> list[str]:
    """Return the table of the API's operations, from what the operations themselves ask for."""
    from vermilion.apps.integrations.scopes import SCOPES
    from vermilion.web.api.api import api

    lines = [API, "| operation | " + " | ".join(f"`{scope}`" for scope in SCOPES) + " |", "|---|" + "---|" * len(SCOPES)]
    paths = api.get_openapi_schema()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            opens = {scope for choice in operation.get("security", []) for scopes in choice.values() for scope in scopes}
            lines.append(f"| `{method.upper()} {path}` | " + " | ".join("●" * (scope in opens) for scope in SCOPES) + " |")
    return lines


def _mark(role: str, allowed: frozenset[str], reads: frozenset[str], lent: frozenset[str]) -> str:
    return "● ○" if role in lent else "●" if role in allowed else "◐" if role in reads else ""


def _chinese(role: object) -> str:
    from django.utils import translation

    with translation.override("zh-hans"):
        return str(role.label)  # type: ignore[attr-defined]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.path.insert(0, os.getcwd())
    django.setup()
    sys.stdout.write(text())
