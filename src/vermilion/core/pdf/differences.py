"""What later revisions did: pyHanko's difference analysis, and our own stricter rules behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    CatalogModificationRule,
    DiffResult,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import VALUE_UPDATE_KEYS
from pyhanko.sign.diff_analysis.rules_api import QualifiedWhitelistRule, WhitelistRule
from pyhanko.sign.fields import FieldMDPAction, MDPPerm, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from . import appearances, rewritten
from .anatomy import Anatomy
from .comments import CommentsRule
from .field_fonts import entry
from .usages import REFERENCE


def _foreign_policy(*page_rules: QualifiedWhitelistRule) -> StandardDiffPolicy:
    """Return what may follow a foreign signature; ``page_rules`` judge the annotations of pages instead of pyHanko."""
    return StandardDiffPolicy(
        global_rules=[*DEFAULT_DIFF_POLICY.global_rules, *page_rules],
        form_rule=FormUpdatingRule(
            field_rules=[
                SigFieldCreationRule(approve_widget_bindings=not page_rules),
                SigFieldModificationRule(),
                # A choice field's selection has a second spelling, the indices in /I, which pyHanko's default forgets.
                GenericFieldModificationRule(value_update_keys=VALUE_UPDATE_KEYS | {"/I"}),
            ]
        ),
    )


_POLICY = _foreign_policy()
_COMMENTS_POLICY = _foreign_policy(CommentsRule())

# Behind an own signature come the next signer, validation data and timestamps, each written by this platform: no object that serves none
# of these, no copy of an old one, no metadata, nothing in the form but its list of fields.


def _own_policy(catalog_keys: frozenset[str], *rules: WhitelistRule) -> StandardDiffPolicy:
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(ignored_keys=frozenset({"/AcroForm", "/DSS"}) | catalog_keys),
            *(rule.as_qualified(ModificationLevel.LTA_UPDATES) for rule in (DSSCompareRule(), *rules)),
        ],
        form_rule=FormUpdatingRule(
            field_rules=[SigFieldCreationRule(), SigFieldModificationRule(always_modifiable=frozenset(), value_update_keys={"/V", "/AP"})],
            ignored_acroform_keys=frozenset({"/Fields"}),
        ),
        ignore_orphaned_objects=False,
        ignore_identical_objects=False,
    )


_OWN_POLICY = _own_policy(frozenset())
# Another program's timestamp rewrites date and writer of the file on its way; that alone is permitted, and only under its timestamp.
_STAMPED_POLICY = _own_policy(
    frozenset({"/Metadata", "/Extensions"}), rewritten.InfoRule(), rewritten.MetadataRule(), rewritten.ExtensionsRule()
)


_ANSWERS: dict[appearances.Answer | None, str] = {
    "differs": "field_appearance",
    "hidden": "field_hidden",
    "unread": "appearance_unread",
}


@dataclass(frozen=True)
class Changes:
    """``permitted``: the signature allows what followed. ``reasons``: codes that explain or refuse.

    ``rewritten``: only as what a trusted timestamp's program wrote beside it; the caller must find that timestamp.
    """

    permitted: bool
    reasons: tuple[str, ...] = ()
    rewritten: bool = False


def review(anatomy: Anatomy, reader: PdfFileReader, signature: EmbeddedPdfSignature, *, start: int, own: bool) -> Changes:
    """Judge all revisions after ``signature``, whose own ends at ``start``. ``own`` adds the rules of this platform's documents.

    Whatever fails is not permitted.
    """
    try:
        if not _same_trailer(anatomy, start, "Root", "Encrypt") or _fills_gaps(anatomy, start):
            return Changes(False, ("change_forbidden",))
        policy = _OWN_POLICY if own else _COMMENTS_POLICY if _permits_comments(reader, signature) else _POLICY
        result = _compare(policy, reader, signature)
        rewritten_too = own and not (isinstance(result, DiffResult) and _same_trailer(anatomy, start, "Info"))
        if rewritten_too:
            result = _compare(_STAMPED_POLICY, reader, signature)
        if not isinstance(result, DiffResult) or result.modification_level == ModificationLevel.OTHER:
            return Changes(False, ("change_forbidden",))
        permission = signature.docmdp_level
        if permission is not None and result.modification_level.value > permission.value:
            return Changes(False, ("change_forbidden",))
        if own and _closes(signature) and result.modification_level > ModificationLevel.LTA_UPDATES:
            return Changes(False, ("change_forbidden",))
        changes = _stricter(reader, signature, result.changed_form_fields, own=own)
        if result.modification_level == ModificationLevel.ANNOTATIONS:
            changes = replace(changes, reasons=(*changes.reasons, "comments_changed"))
        if not own and not rewritten.same_properties(reader.get_historical_resolver(signature.signed_revision), _present(reader)):
            changes = replace(changes, reasons=(*changes.reasons, "properties_changed"))
        return replace(changes, rewritten=rewritten_too)
    except MemoryError:
        raise
    except Exception:  # foreign bytes: a revision that can't be compared is not permitted
        return Changes(False, ("change_forbidden",))


def _compare(policy: StandardDiffPolicy, reader: PdfFileReader, signature: EmbeddedPdfSignature) -> DiffResult | SuspiciousModification:
    return policy.review_file(reader, signature.signed_revision, field_mdp_spec=signature.fieldmdp, doc_mdp=signature.docmdp_level)


def _permits_comments(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature, or else the certification in front of it, says that comments may follow."""
    permission = signature.docmdp_level
    if permission is None and (certification := read_certification_data(reader)) is not None:
        permission = certification.permission
    return permission == MDPPerm.ANNOTATE


def _closes(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature locks every field: after it only validation data and timestamps may come."""
    lock = signature.fieldmdp
    return lock is not None and lock.action == FieldMDPAction.ALL


def _same_trailer(anatomy: Anatomy, start: int, *keys: str) -> bool:
    """Tell whether what the trailers refer to by ``keys`` (catalog, encryption, information) are still the same objects."""
    trailers = [section.trailer for section in anatomy.references.sections]
    later = sum(section.found_at >= start for section in anatomy.references.sections)
    return all(one.get(key) == trailers[later].get(key) for one in trailers[:later] for key in keys)


def _fills_gaps(anatomy: Anatomy, start: int) -> bool:
    """Tell whether a later revision makes an object that the signed bytes refer to already, without having it.

    Such a reference means nothing when it is signed and something afterwards, and pyHanko takes the new object for an unused one.
    """
    old: set[int] = set()
    new: set[int] = set()
    for section in anatomy.references.sections:
        for part in (section, section.hybrid):
            if part is not None:
                numbers = {number for number, place in part.entries.items() if place.kind != "f"}
                (new if section.found_at >= start else old).update(numbers)
    gaps = new - old
    if not gaps:
        return False
    return any(int(number) in gaps for _, value in anatomy.values(start) for number in REFERENCE.findall(value))


def _stricter(reader: PdfFileReader, signature: EmbeddedPdfSignature, changed: set[str], *, own: bool) -> Changes:
    before = _signature_fields(reader.get_historical_resolver(signature.signed_revision))
    after = _signature_fields(reader)
    reasons = []
    covers = False
    for name, (value, visible, draws) in after.items():
        added = name not in before
        covers = covers or (added and visible and draws and value is None)
        timestamp = value is not None and str(value.get("/Type", "")) == "/DocTimeStamp"
        if added and (visible or not timestamp) and (own or visible):
            reasons.append("new_field")
    forbidden = covers or (own and bool(reasons))
    filled_in = changed - set(after)
    if not own or filled_in:
        # pyHanko also names fields that are as they were; behind an own signature none may be named at all.
        answer = appearances.compare(reader.get_historical_resolver(signature.signed_revision), reader, filled_in)
        if answer is not None or own:
            reasons.append("fields_changed")
        if answer in _ANSWERS:
            reasons.append(_ANSWERS[answer])
        forbidden = forbidden or own or answer in ("differs", "hidden")
    if forbidden:
        reasons.append("change_forbidden")
    return Changes(not forbidden, tuple(dict.fromkeys(reasons)))


def _signature_fields(handler: Any) -> dict[str, tuple[Any, bool, bool]]:
    """Return name → (value or None, whether it has a place on a page, whether it draws there)."""
    found: dict[str, tuple[Any, bool, bool]] = {}
    try:
        for name, value, reference in enumerate_sig_fields(handler):
            field = reference.get_object()
            widgets = [field, *(kid.get_object() for kid in field["/Kids"])] if "/Kids" in field else [field]
            draws = any(_draws(one) for one in widgets)
            found[name] = (value.get_object() if value is not None else None, any(_visible(one) for one in widgets), draws)
    except SigningError as error:
        raise ValueError("the form can't be read") from error
    return found


def _present(reader: PdfFileReader) -> HistoricalResolver:
    return reader.get_historical_resolver(reader.xrefs.total_revisions - 1)


def _draws(widget: Any) -> bool:
    """Tell whether an empty signature field paints anything, by its appearance or by a ground that programs give it."""
    looks = [look for _, look in appearances.looks_of(widget)]
    blank = all(isinstance(look, generic.StreamObject) and not look.data.strip() for look in looks)
    return not blank or bool(entry(widget, "/MK", {}).keys() & {"/BG", "/BC", "/CA", "/I"})


def _visible(widget: Any) -> bool:
    if "/Rect" not in widget:
        return False
    left, bottom, right, top = (float(one) for one in widget["/Rect"])
    return left != right and bottom != top
