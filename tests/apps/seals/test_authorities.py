"""Outside CAs: both adapters against a real HTTPS server, what comes back judged by the keeper, and never the built-in CA instead."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from tests.apps.seals.conftest import SVG
from tests.apps.seals.outside_ca import PASSWORD, OutsideCa, signed_as_agreed, signed_by, write_key
from tests.apps.seals.test_signing import SVG as STROKES
from tests.apps.seals.test_signing import seal, store
from tests.core.pki import PLACES, document
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.seals import authorities, errors, events, services
from vermilion.apps.seals.authorities import exchange, settings
from vermilion.apps.seals.authorities.exchange import Issued, Order, Pending
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.keeper.client import ToSign
from vermilion.apps.seals.models import CertificateOrder, CertificateRecord, Seal, SealUse
from vermilion.apps.seals.ordering import carry_order
from vermilion.apps.seals.signing import trust_store
from vermilion.base.clock import now
from vermilion.core.pdf.fields import add_signature_fields
from vermilion.core.pdf.signing import prepare
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import authority, suites
from vermilion.core.trust.request import NotCertificates, certificate_request, certificates_in


def loaded(tmp_path, text):
    path = tmp_path / "file.toml"
    path.write_text(text)
    return settings.load(path)


def order(**changes):
    key = suites.generate(suites.P256)
    request = certificate_request(key, authority.subject("保单专用章", organisation="示例人寿"))
    facts = {"id": uuid.uuid4(), "profile": "organisation", "request": request, "common_name": "保单专用章", "organisation": "示例人寿"}
    return Order(**{**facts, "evidence": b"licence", **changes})


@pytest.mark.parametrize("kind", ["est", "json", "form", "multipart"])
def test_adapters_bring_a_certificate_over_mutual_tls(outside, tmp_path, kind):
    text = outside.est("organisation") if kind == "est" else outside.mapping("organisation", encoding=kind)
    (one,) = loaded(tmp_path, text)
    asked = order()
    answer = authorities.adapter(one).enrol(asked)
    assert isinstance(answer, Issued)
    assert x509.load_der_x509_csr(asked.request).public_key() in [found.public_key() for found in answer.certificates]
    assert outside.issuing.certificate in answer.certificates
    if kind != "est":
        seen = outside.seen[0]
        assert signed_as_agreed(seen)
        assert seen[2]["Idempotency-Key"] == str(asked.id)
        assert hashlib.sha256(b"licence").hexdigest().encode() in seen[3]
    if kind == "form":
        assert outside.seen[0][2]["Content-Type"] == "application/x-www-form-urlencoded"
    if kind == "multipart":
        assert b"\r\n\r\nlicence\r\n" in outside.seen[0][3]
    if kind == "est":
        _method, path, headers, body = outside.seen[0]
        assert (path, headers["Content-Type"]) == ("/.well-known/est/simpleenroll", "application/pkcs10")
        assert base64.b64decode(body) == asked.request


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())], ids=["rsa", "p256"])
def test_a_detached_signature_covers_time_address_and_body(outside, tmp_path, key):
    write_key(tmp_path / "signing.key", key)
    hmac_line = f'kind = "hmac-sha256", file = "{outside.folder / "secret"}"'
    text = outside.mapping("organisation").replace(hmac_line, f'kind = "detached", file = "{tmp_path / "signing.key"}"')
    (one,) = loaded(tmp_path, text)
    outside.mode = "pending"  # the question about a pending order is signed as well
    asked = order()
    answer = authorities.adapter(one).enrol(asked)
    authorities.adapter(one).enrol(Order(**{**asked.__dict__, "reference": answer.reference}))
    assert [seen[0] for seen in outside.seen] == ["POST", "GET"]
    for method, path, headers, body in outside.seen:
        assert signed_by(key.public_key(), (method, path, headers, body))
        assert not signed_by(key.public_key(), (method, path, headers, body + b" "))
        assert not signed_by(key.public_key(), (method, path + "x", headers, body))


def test_a_key_that_cannot_sign_requests_is_told(outside, tmp_path):
    write_key(tmp_path / "signing.key", ed25519.Ed25519PrivateKey.generate())
    hmac_line = f'kind = "hmac-sha256", file = "{outside.folder / "secret"}"'
    wrong = outside.mapping("organisation").replace(hmac_line, f'kind = "detached", file = "{tmp_path / "signing.key"}"')
    with pytest.raises(settings.AuthoritiesInvalid):
        loaded(tmp_path, wrong)
    with pytest.raises(settings.AuthoritiesInvalid):  # no key at all
        loaded(tmp_path, outside.mapping("organisation").replace('kind = "hmac-sha256"', 'kind = "detached"'))


def test_est_knows_us_by_a_password_where_there_is_no_client_certificate(tmp_path):
    server = OutsideCa(tmp_path / "basic", mutual=False)
    try:
        (one,) = loaded(tmp_path, server.est_with_password("organisation"))
        assert one.client_certificate is None
        assert isinstance(authorities.adapter(one).enrol(order()), Issued)
        word = base64.b64encode(f"vermilion:{PASSWORD}".encode()).decode()
        assert {seen[2]["Authorization"] for seen in server.seen} == {f"Basic {word}"}
        (server.folder / "password").write_text("another\n")
        server.seen.clear()
        with pytest.raises(errors.AuthorityRefused) as caught:
            authorities.adapter(one).enrol(order())
        assert (len(server.seen), caught.value.facts["detail"][:8]) == (1, "HTTP 401")  # a refused password is not tried twice
        assert "another" not in str(caught.value.facts)
        (server.folder / "password").chmod(0o644)
        with pytest.raises(settings.AuthoritiesInvalid):
            loaded(tmp_path, server.est_with_password("organisation"))
    finally:
        server.stop()


def test_est_renews_by_simplereenroll(outside, tmp_path):
    (one,) = loaded(tmp_path, outside.est("organisation"))
    authorities.adapter(one).enrol(order(renewal=True))
    assert outside.seen[0][1].endswith("/simplereenroll")


@pytest.mark.parametrize("kind", ["est", "mapping"])
def test_a_pending_order_is_asked_for_again(outside, tmp_path, kind):
    (one,) = loaded(tmp_path, getattr(outside, kind)("organisation"))
    outside.mode = "pending"
    asked = order()
    answer = authorities.adapter(one).enrol(asked)
    assert answer == Pending(str(asked.id), exchange.SHORTEST_WAIT)
    again = Order(**{**asked.__dict__, "reference": answer.reference})
    assert isinstance(authorities.adapter(one).enrol(again), Issued)
    if kind == "mapping":
        assert outside.seen[-1][:2] == ("GET", f"/api/certs/{asked.id}")


def test_tries_are_bounded_and_carry_the_same_id(outside, tmp_path):
    (one,) = loaded(tmp_path, outside.mapping("organisation"))
    asked = order()
    outside.fail_first = 2
    assert isinstance(authorities.adapter(one).enrol(asked), Issued)
    assert [seen[2]["Idempotency-Key"] for seen in outside.seen] == [str(asked.id)] * 3
    outside.fail_first = 99
    outside.seen.clear()
    with pytest.raises(errors.AuthorityUnavailable) as caught:
        authorities.adapter(one).enrol(asked)
    assert (len(outside.seen), caught.value.facts["detail"]) == (3, "HTTP 503")


def test_slow_dead_refusing_and_unknown_servers(outside, tmp_path):
    (one,) = loaded(tmp_path, outside.mapping("organisation").replace("seconds = 1", "seconds = 0.3\ntries = 1"))
    outside.mode = "slow"
    with pytest.raises(errors.AuthorityUnavailable):
        authorities.adapter(one).enrol(order())
    outside.mode = "refuse"
    with pytest.raises(errors.AuthorityRefused) as caught:
        authorities.adapter(one).enrol(order())
    assert caught.value.facts["detail"] == "licence missing"
    other_tls = OutsideCa(tmp_path / "other")
    try:
        text = outside.est("organisation").replace(outside.url, other_tls.url)
        with pytest.raises(errors.AuthorityUnavailable) as caught:  # its TLS root is not the configured one
            authorities.adapter(loaded(tmp_path, text)[0]).enrol(order())
        assert other_tls.seen == []
    finally:
        other_tls.stop()
    with pytest.raises(errors.AuthorityUnavailable):
        authorities.adapter(loaded(tmp_path, outside.est("event").replace(outside.url, "https://127.0.0.1:9"))[0]).enrol(order())


def test_wrong_settings_are_told(outside, tmp_path):
    good = outside.mapping("organisation")
    (tmp_path / "open").write_text("x")
    (tmp_path / "open").chmod(0o644)  # whatever the umask of an earlier test
    for changed, word in (
        (good.replace("https://", "http://"), "https://"),
        (good.replace("{common_name}", "{id_number}"), "id_number"),
        (good.replace('"{pkcs10_base64}"', '"x"'), "goes nowhere"),
        (good.replace(str(outside.folder / "secret"), str(tmp_path / "open")), "chmod 600"),
        (good.replace("issuers.pem", "client.pem"), "no root"),
        (good + outside.est("organisation"), "no second choice"),
        (good + "unknown = 1\n", "unknown"),
        ("[[authority", "file.toml"),
    ):
        with pytest.raises(settings.AuthoritiesInvalid) as caught:
            loaded(tmp_path, changed)
        assert word in str(caught.value.message), changed


@pytest.mark.parametrize(
    "data", [b"", b"nothing", b"0" * 300_000, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"0\x03\x02\x01\x01"]
)
def test_what_is_no_certificate_is_refused(data):
    with pytest.raises(NotCertificates):
        certificates_in(data)


def new_seal(register):
    period = {"valid_from": now() - timedelta(days=1), "valid_to": now() + timedelta(days=300)}
    return services.create_seal(insurer_id=register.insurer.id, kind="endorsement", name="批单专用章", picture=SVG, **period)


def test_a_seal_gets_its_certificate_from_outside_and_seals(register, outside, configure, drain_jobs):
    licence = outside.folder / "licence.pdf"
    licence.write_bytes(b"scanned licence")
    configure(outside, outside.mapping("organisation").replace("seconds = 1", f'seconds = 1\nevidence_file = "{licence}"'))
    waiting = services.renew_seal_certificate(seal_id=register.seal.id, by=register.staff[0])
    assert waiting.certificate.authority == ""
    drain_jobs()
    record = Seal.objects.get(pk=register.seal.id).certificate
    assert (record.authority, record.trust_class, record.issuer) == ("api-ca", "licensed", "CN=Outside Issuing,C=CN")
    order = CertificateOrder.objects.get()
    assert (order.state, order.evidence_sha256) == ("issued", hashlib.sha256(b"scanned licence").hexdigest())
    signed = seal(register.permit())
    store(signed)
    verdict = verify_pdf(signed.pdf, trust=trust_store(), now=now())
    assert (verdict.bottom_line, verdict.signatures[0].trust_class) == ("valid", "licensed")
    assert EvidenceEvent.objects.filter(stream__subject=register.seal.id, type__startswith="certificate.").count() == 2
    # The keeper issues none of its own for a seal any more, and the order is not made twice.
    with pytest.raises(errors.OutsideCertificateNeeded):
        client.certify_seal(register.seal.id, register.insurer.name, after=record.pk)
    assert carry_order(order_id=order.pk).certificate_id == record.pk


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        ("other_key", "not for the key"),
        ("other_name", "common name"),
        ("number", "ID or phone number"),
        ("ended", "not valid now"),
        ("too_long", "longer"),
        ("ca", "CA certificate"),
        ("stranger", "does not lead to the configured CA"),
        ("refuse", "licence missing"),
    ],
)
def test_what_was_not_asked_for_is_refused_with_a_record(register, outside, configure, drain_jobs, mode, word):
    configure(outside, outside.mapping("organisation"))
    outside.mode = mode
    fresh = services.activate_seal(seal_id=new_seal(register).id)
    drain_jobs()
    order = CertificateOrder.objects.get()
    assert (order.state, word in order.error) == ("refused", True), order.error
    assert Seal.objects.get(pk=fresh.pk).state == "requested"
    assert not CertificateRecord.objects.filter(authority="api-ca").exists()
    assert EvidenceEvent.objects.filter(stream__subject=fresh.pk, type="certificate.refused").count() == 1


def test_an_authority_that_is_away_is_asked_again_with_the_same_key(register, outside, configure):
    configure(outside, outside.est("organisation"))
    outside.fail_first = 99
    fresh = services.activate_seal(seal_id=new_seal(register).id)
    order = CertificateOrder.objects.get()
    for _ in range(2):
        with pytest.raises(errors.AuthorityUnavailable):
            carry_order(order_id=order.pk)
    order.refresh_from_db()
    assert (order.state, order.error) == ("open", "HTTP 503")
    assert Seal.objects.get(pk=fresh.pk).state == "requested"
    assert len({body for _method, _path, _headers, body in outside.seen}) == 1
    outside.fail_first, outside.mode = 0, "pending"
    assert carry_order(order_id=order.pk).state == "pending"
    assert carry_order(order_id=order.pk).state == "issued"
    assert Seal.objects.get(pk=fresh.pk).state == "active"


def sign(permission, shown):
    return services.sign_by_person(
        permission_id=permission.pk, pdf=shown, field="policyholder", appearance_svg=STROKES, lines=["李若晴"], is_last=False
    )


def test_a_person_signs_with_an_event_certificate_from_outside(register, outside, configure):
    configure(outside, outside.est("event"))
    shown = add_signature_fields(document(), PLACES)
    signed = sign(register.permit_person(shown), shown)
    store(signed)
    verdict = verify_pdf(signed.pdf, trust=trust_store(), now=now() + timedelta(days=2))
    assert (verdict.signatures[0].signer, verdict.signatures[0].trust_class) == ("李若晴", "licensed")
    record = CertificateRecord.objects.get(authority="est-ca")
    assert (record.profile, record.certificate, record.trust_class) == ("event", None, "licensed")
    # Each signature has its own key.
    store(sign(register.permit_person(shown), shown))
    keys = {x509.load_der_x509_csr(base64.b64decode(body)).public_key().public_numbers() for *_head, body in outside.seen if body}
    assert len(keys) == 2


def test_a_companys_seal_is_certified_outside_in_its_own_name(register, outside, configure):
    """A policyholder's company: its certificate rests on its agent's task, and names the company alone (ADR 0035)."""
    configure(outside, outside.est("event"))
    shown = add_signature_fields(document(), PLACES)
    company = "华岳演示制造有限公司"
    signed = sign(register.permit_person(shown, company, organisation=company), shown)
    store(signed)
    verdict = verify_pdf(signed.pdf, trust=trust_store(), now=now())
    assert (verdict.signatures[0].signer, verdict.signatures[0].trust_class) == (company, "licensed")
    (asked,) = [x509.load_der_x509_csr(base64.b64decode(body)) for *_head, body in outside.seen if body]
    assert {one.value for one in asked.subject if one.oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)} == {company}


def test_no_built_in_certificate_when_the_outside_ca_of_signatures_fails(register, outside, configure):
    configure(outside, outside.est("event"))
    shown = add_signature_fields(document(), PLACES)
    permission = register.permit_person(shown)
    outside.fail_first = 99
    with pytest.raises(errors.AuthorityUnavailable):
        sign(permission, shown)
    outside.fail_first, outside.mode = 0, "other_name"
    with pytest.raises(errors.AuthorityRefused):
        sign(permission, shown)
    use = SealUse.objects.get(permission=permission)
    assert (use.state, use.error, "common name" in use.error_detail) == ("failed", "certificate_refused", True)
    assert not CertificateRecord.objects.filter(profile="event", authority="").exists()
    outside.mode = "good"
    assert sign(permission, shown).level == "B-T"


def test_a_key_of_one_signature_is_used_once_and_for_its_own_permission(register, outside, configure):
    configure(outside, outside.est("event"))
    shown = add_signature_fields(document(), PLACES)
    mine, other = register.permit_person(shown, "李若晴"), register.permit_person(shown, "王小明")
    given = events.outside_event(mine.pk)
    prepared = prepare(shown, field="policyholder", at=now())
    for_other, again, without = ((other.pk, given), (mine.pk, given), (mine.pk, None))
    found = [client.sign([ToSign(pk, prepared.pieces, len(shown), event)])[0] for pk, event in (for_other, again, without)]
    # Certified for another name; taken by that try; none at all.
    assert [type(one) for one in found] == [errors.AuthorityRefused, errors.OutsideCertificateNeeded, errors.OutsideCertificateNeeded]
