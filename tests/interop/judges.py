"""Other people's programs, each asked the same: is every signature of this file right? Answers are short words for the table."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pikepdf
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from tests.core.pki import der
from tests.interop.files import pki
from vermilion.core.pdf.longterm import signatures_in

JAVA = Path("/usr/share/java")
JARS = ("pdfbox2", "fontbox2", "bcprov", "bcpkix", "bcutil", "commons-logging")
SHORT = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # a short life of a Java machine is cheaper without its second compiler
_RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def java(program: str, names: list[str], *, jars: Iterable[str], folder: Path) -> list[str]:
    """Return what a program beside this file says of files: one Java machine compiles and runs it, for its start costs most."""
    class_path = ":".join(str(JAVA / f"{name}.jar") for name in jars)
    source = str(Path(__file__).with_name(f"{program}.java"))
    said = run("java", *SHORT, "-cp", class_path, source, *names, folder=folder)
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()


def qpdf(path: Path) -> str:
    said = run("qpdf", "--check", path.name, folder=path.parent)
    return "no error" if said.returncode == 0 and "No syntax or stream encoding errors" in said.stdout else "FAULT"


def pdfsig(path: Path) -> str:
    """pdfsig judges signatures, not document timestamps. A responder named in a certificate is nobody's here, so it is not asked."""
    people = sum(b"ETSI.CAdES" in one for one in path.read_bytes().split(b"/SubFilter"))
    answers = [run("pdfsig", *options, "-nssdir", "sql:nss", path.name, folder=path.parent).stdout for options in ([], ["-no-ocsp"])]
    good = any(said.count("Signature is Valid.") == said.count("Certificate is Trusted.") == people for said in answers)
    return "valid, trusted" if people and good else "FAULT"


def openssl(path: Path) -> str:
    """``cms -cades`` for each signature, ``ts -verify`` for each document timestamp, each over the bytes that it covers."""
    data, folder = path.read_bytes(), path.parent
    good = True
    for found, value in zip(_RANGE.finditer(data), signatures_in(data), strict=True):
        start, end, rest = (int(one) for one in found.groups())
        (folder / "x.bin").write_bytes(data[:start] + data[end : end + rest])
        (folder / "x.p7").write_bytes(value)
        if bytes.fromhex("2a864886f70d0109100104") in value[:80]:  # id-ct-TSTInfo
            options = ["-data", "x.bin", "-in", "x.p7", "-token_in", "-CAfile", "root.pem"]
            good &= "Verification: OK" in run("openssl", "ts", "-verify", *options, folder=folder).stdout
        else:
            options = [
                "-inform",
                "DER",
                "-in",
                "x.p7",
                "-content",
                "x.bin",
                "-binary",
                "-CAfile",
                "root.pem",
                "-purpose",
                "any",
                "-cades",
                "-out",
                "x.out",
            ]
            good &= "CAdES Verification successful" in run("openssl", "cms", "-verify", *options, folder=folder).stderr
    return "valid, CAdES" if good else "FAULT"


def pyhanko(path: Path) -> str:
    """With the difference analysis. A long-term file by its own validation data: nothing fetched, and no revocation unknown."""
    reader = PdfFileReader(io.BytesIO(path.read_bytes()))
    options = {"trust_roots": [asn1_x509.Certificate.load(der(pki().root.certificate))], "allow_fetching": False, "moment": pki().now}
    known = "/DSS" in reader.root

    def context() -> ValidationContext:
        if not known:
            return ValidationContext(**options)
        return DocumentSecurityStore.read_dss(reader).as_validation_context({**options, "revocation_mode": "require"})

    good = bool(reader.embedded_regular_signatures)
    for signature in reader.embedded_regular_signatures:
        good &= validate_pdf_signature(signature, context()).bottom_line
    for stamp in reader.embedded_timestamp_signatures:
        status = validate_pdf_timestamp(stamp, context())
        good &= status.intact and status.valid and status.trusted
    word = "valid, own data" if known else "valid"
    return word if good else "FAULT"


def pdfbox(paths: Iterable[Path]) -> dict[str, str]:
    """Return name → answer."""
    names = [path.name for path in paths]
    said = java("VerifyPdf", names, jars=JARS, folder=next(iter(paths)).parent)
    found = {}
    for name in names:
        lines = [line for line in said if line.startswith(f"{name} ")]
        found[name] = "valid" if lines and all(line.endswith(" valid") for line in lines) else "FAULT"
    return found


def pdfa(path: Path) -> str:
    """What PDF/A-3b asks of the parts that signing adds or changes (ISO 19005-3), as far as it can be told without veraPDF."""
    with pikepdf.open(path) as pdf:
        faults = [fault for page in pdf.pages for fault in _page_faults(page)]
        if pdf.is_encrypted or "/Encrypt" in pdf.trailer or "/ID" not in pdf.trailer:
            faults.append("trailer")
        if not any("/DestOutputProfile" in one for one in pdf.Root.OutputIntents):
            faults.append("output intent")
        if pdf.Root.AcroForm.get("/NeedAppearances", False) or "/XFA" in pdf.Root.AcroForm:
            faults.append("form")
        with pdf.open_metadata() as metadata:
            if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("3", "B"):
                faults.append("metadata")
        if any("/LZWDecode" in str(one.get("/Filter", "")) or "/F" in one for one in pdf.objects if isinstance(one, pikepdf.Stream)):
            faults.append("stream")
    return "kept" if not faults else "FAULT " + ", ".join(faults)


def _page_faults(page: pikepdf.Page) -> list[str]:
    faults = _resource_faults(page.obj.get("/Resources", pikepdf.Dictionary()), set())
    for one in page.obj.get("/Annots", []):
        flags = int(one.get("/F", 0))
        sized = one.Rect[0] != one.Rect[2] and one.Rect[1] != one.Rect[3]
        if not flags & 4 or flags & 0b100011:  # printed; not invisible, hidden or "no view"
            faults.append("annotation flags")
        if sized and ("/AP" not in one or list(one.AP.keys()) != ["/N"]):
            faults.append("annotation without appearance")
        if sized:
            faults += _resource_faults(one.AP.N.get("/Resources", pikepdf.Dictionary()), set())
    return faults


def _resource_faults(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> list[str]:
    faults = []
    for font in dict(resources.get("/Font", {})).values():
        for inner in font.get("/DescendantFonts", [font]):
            described = inner.get("/FontDescriptor", {})
            if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                faults.append("font not embedded")
    for drawn in dict(resources.get("/XObject", {})).values():
        if drawn.objgen in seen:
            continue
        seen.add(drawn.objgen)
        if "/OPI" in drawn or "/Ref" in drawn or str(drawn.get("/Subtype2", "")) == "/PS":
            faults.append("forbidden XObject")
        faults += _resource_faults(drawn.get("/Resources", pikepdf.Dictionary()), seen)
    return faults


def trust_store(folder: Path, root: x509.Certificate) -> None:
    """Write ``root.pem`` and an NSS store that trusts it."""
    from cryptography.hazmat.primitives.serialization import Encoding

    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "nss").mkdir()
    run("certutil", "-N", "-d", "sql:nss", "--empty-password", folder=folder)
    run("certutil", "-A", "-d", "sql:nss", "-n", "root", "-t", "CT,CT,CT", "-i", "root.pem", folder=folder)
