"""Template code of others: no file outside its folder, no network, bounded time and memory, and the line that does not end."""

from __future__ import annotations

import pytest

from tests.apps.templates.drafts import KIND, broken
from vermilion.apps.templates import files, locating, publishing, services, sources
from vermilion.apps.templates.errors import TemplateBroken
from vermilion.base import children

pytestmark = pytest.mark.django_db


def attempt(version):
    return services.typeset_entry(sources.of_version(version), version.samples["sample"], seconds=8, megabytes=900)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../../../../../../etc/passwd")', "escape"),
        ('#image("/../../etc/hostname")', "escape|not found"),
        ('#include "/proc/self/environ"', "not found"),
        ('#import "@preview/cetz:0.3.0": *', "packages are not available"),
        ('#import "@" + "preview/cetz:0.3.0": *', "packages are not available"),
        ('#import "@local/secret:0.1.0": *', "not found|not available"),
        ("#while true {}", "condition is always true"),
        ("#let f(n) = f(n + 1)\n#f(0)", "maximum function call depth"),
        ("#show strong: it => strong(it)\n*a*", "maximum show rule depth"),
    ],
)
def test_what_template_code_tries_is_refused_with_its_line(writer, code, words):
    with pytest.raises(TemplateBroken, match=words) as refused:
        attempt(broken(writer, f"\n{code}\n"))
    assert refused.value.facts["place"].split(":")[0] in {f"{KIND}/template.typ", "common/frame.typ", "common/parts.typ"}
    assert refused.value.facts["place"].split(":")[1].isdecimal()


def test_a_finite_loop_without_end_is_stopped_with_its_line(writer, monkeypatch):
    monkeypatch.setattr(publishing, "SECONDS", 2)
    monkeypatch.setattr(publishing, "MEGABYTES", 900)
    monkeypatch.setattr(locating, "PROBE_SECONDS", 1)
    version = broken(writer)
    # A short file of its own: each step of the search that does not end costs a child its whole time.
    code = "#let slow(n) = {\n  for a in range(n) { for b in range(n) { let c = a * b } }\n}\nvorher\n\n#slow(100000)\nnachher\n"
    version.files = files.store({**files.load(version.files), f"{KIND}/template.typ": code.encode()})
    version.save()
    fact = next(fact for fact in publishing.facts(version) if not fact["ok"])
    assert fact["facts"] == {"error": "child_timeout", "place": f"{KIND}/template.typ:6"}


def test_a_memory_bomb_is_stopped_and_other_work_goes_on(writer):
    version = broken(writer, "\n#let a = range(1000000000)\n#a.len()\n")
    with pytest.raises((children.ChildTooLarge, children.ChildCrashed, children.ChildTimeout)):
        attempt(version)
    data = version.samples["sample"]
    assert services.typeset_document(KIND, data).pages >= 1


def test_the_search_names_the_first_statement_that_does_not_end():
    def ends(bad: int, blind: set[int]):
        return lambda text: None if text.count("\n") + 1 in blind else text.count("\n") + 1 < bad

    text = "\n".join(f"line {number}" for number in range(1, 41))
    for bad in range(1, 41):
        assert locating.slowest(text, ends(bad, set())) == bad
    # A statement of several lines can't be cut inside: it is named by its first.
    assert locating.slowest(text, ends(20, {16, 17, 18, 19})) == 16
    assert locating.slowest(text, lambda text: True) is None
