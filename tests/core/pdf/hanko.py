"""Files as other producers sign them: pyHanko over pikepdf's and own files, every kind of signature, key and cross-reference."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import cache

import pikepdf
from asn1crypto import keys, x509
from cryptography import x509 as crypto_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.core.pki import NOW

DAY = timedelta(days=1)


@cache
def signer(kind: str = "p256", *, pss: bool = False) -> signers.SimpleSigner:
    """Return a signer with a self-signed certificate."""
    key = {
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "brainpool": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
        "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }[kind]()
    name = crypto_x509.Name([crypto_x509.NameAttribute(NameOID.COMMON_NAME, "Foreign signer")])
    builder = crypto_x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    builder = builder.not_valid_before(NOW - DAY).not_valid_after(NOW + 365 * DAY)
    usage = crypto_x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = builder.add_extension(usage, True).sign(key, None if kind == "ed25519" else hashes.SHA256())
    encoding, plain = serialization.Encoding.DER, serialization.NoEncryption()
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(encoding)),
        signing_key=keys.PrivateKeyInfo.load(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)),
        cert_registry=SimpleCertificateStore(),
        prefer_pss=pss,
    )


def page(*, form: bool = False, **save: object) -> bytes:
    """Return a small two-page file as pikepdf writes it; ``form`` adds a text field; ``save`` are pikepdf's options."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    for text in (b"One", b"Two"):
        one = pdf.add_blank_page(page_size=(200, 200))
        one.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        one.Contents = pdf.make_stream(b"BT /F1 12 Tf 20 100 Td (" + text + b") Tj ET")
    if form:
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="amount", V="100", Rect=[20, 20, 120, 40], F=4
            )
        )
        look = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 100, 20]}
        field.AP = pikepdf.Dictionary(N=pdf.make_stream(b"/Tx BMC BT /F1 9 Tf (100) Tj ET EMC", **look))
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], DA="/F1 9 Tf", DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)))
    out = io.BytesIO()
    pdf.save(out, static_id=True, **save)
    return out.getvalue()


def sign(
    pdf: bytes,
    field: str = "Sig1",
    *,
    kind: str = "p256",
    pss: bool = False,
    digest: str = "sha256",
    certify: MDPPerm | None = None,
    pades: bool = True,
    visible: bool = False,
    embed: bool = True,
    password: str | None = None,
) -> bytes:
    """Return ``pdf`` signed by pyHanko in a field that is made on the way."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    if password is not None:
        writer.encrypt(password)
    box = (20, 150, 120, 190) if visible else None
    fields.append_signature_field(writer, SigFieldSpec(field, box=box))
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        name="Foreign signer" if embed else None,
    )
    return bytes(signers.PdfSigner(meta, signer=signer(kind, pss=pss)).sign_pdf(writer, bytes_reserved=8192).getvalue())
