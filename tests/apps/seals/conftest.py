"""A keeper in a thread of the test's process, with its own home; and the smallest register of seals."""

from __future__ import annotations

import hashlib
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections

from tests.apps.making import make_insurer
from tests.apps.seals.outside_ca import OutsideCa, pem
from tests.core.pki import document
from tests.core.trust.softhsm import LABEL, PIN, SoftHsm
from tests.snapshots import state
from vermilion.apps.parties.models import Branch, Insurer, Role, StaffMember
from vermilion.apps.seals import authorities, services
from vermilion.apps.seals.authorities import exchange
from vermilion.apps.seals.keeper import process, server
from vermilion.apps.seals.models import Seal, SealGrant, SealPermission
from vermilion.base import config as config_module
from vermilion.base import instance
from vermilion.base.clock import now
from vermilion.base.vault import new_data_key
from vermilion.core.typeset.zones import Zone

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42"><circle cx="21" cy="21" r="20" fill="none" stroke="#d7141a"/></svg>'
ZONE = Zone("insurer", 3, 60, 80, 119, 119)
Prepare = Callable[[str, Callable[[], Any]], Any]
DIGEST = hashlib.sha256(b"something").hexdigest()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, so that no test finds another's keys."""
    config_module.config.cache_clear()
    monkeypatch.setenv("VERMILION_MASTER_KEY_FILE", str(config_module.config().master_key_path))
    monkeypatch.setenv("VERMILION_HOME", str(tmp_path / "home"))
    config_module.config.cache_clear()
    yield tmp_path / "home"
    config_module.config.cache_clear()


@pytest.fixture
def hsm(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    """A token, set for the keeper, in which new seal keys are made."""
    hsm = SoftHsm(tmp_path, monkeypatch)
    pin = tmp_path / "pin"
    pin.write_text(PIN + "\n")
    pin.chmod(0o600)
    for name, value in (("MODULE", str(hsm.module)), ("TOKEN", LABEL), ("PIN_FILE", str(pin))):
        monkeypatch.setenv(f"VERMILION_PKCS11_{name}", value)
    monkeypatch.setenv("VERMILION_SEAL_KEYS", "pkcs11")
    config_module.config.cache_clear()
    return hsm


@dataclass
class Keeper:
    """A running keeper; ``operations`` lets a test break its parts."""

    operations: process.Operations
    server: server.Server
    thread: threading.Thread

    def stop(self) -> None:
        """Let it end as it does at SIGTERM; return when it has."""
        self.server.stop()
        self.thread.join(20)


def start_keeper() -> Keeper:
    operations = process.make_operations()
    assert operations is not None
    running = process.make_server(operations)
    running.bind()

    def serve() -> None:
        running.serve()
        connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()

    return Keeper(operations, running, thread)


@pytest.fixture
def prepared(home: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepare:
    """Return a function like ``snapshots.state`` that brings back the files of the home as well. Keys in a token are made every time."""
    if "hsm" in request.fixturenames:
        return lambda _name, make: make()

    def prepared(name: str, make: Callable[[], Any]) -> Any:
        made: list[Path] = []

        def once() -> tuple[Any, Path]:
            value = make()
            made.append(tmp_path_factory.mktemp("home"))
            _copy(home, made[0])
            return value, made[0]

        value, kept = state(name, once)
        if not made:
            _copy(kept, home)
        return value

    return prepared


def _copy(here: Path, there: Path) -> None:
    shutil.copytree(
        here, there, dirs_exist_ok=True, ignore=lambda folder, names: [one for one in names if (Path(folder) / one).is_socket()]
    )


@pytest.fixture
def keeper(transactional_db: None, prepared: Prepare) -> Iterator[Keeper]:
    """A demo instance's keeper, answering on its socket."""

    def make() -> None:
        instance.decide(demo=True)
        process.make_operations()

    prepared("seals, a keeper's keys", make)
    running = start_keeper()
    yield running
    running.stop()


@dataclass
class Register:
    """An insurer with one active seal and a grant for policies."""

    insurer: Insurer
    seal: Seal
    grant: SealGrant
    staff: list[StaffMember]

    def permit(self, pdf: bytes | None = None, **changes: object) -> SealPermission:
        """Return a permission for the document, under the grant."""
        options = {
            "insurer_id": self.insurer.id,
            "document_kind": "policy",
            "product": "ci",
            "amount": 100_000_00,
            "document_id": uuid.uuid4(),
            "case_id": None,
            "shown_digest": hashlib.sha256(pdf or document()).hexdigest(),
            "template_digest": DIGEST,
            "data_digest": DIGEST,
        }
        return services.grant_permission(**{**options, **changes})

    def permit_person(self, shown: bytes, name: str = "李若晴", *, organisation: str = "") -> SealPermission:
        """Return a permission for a person's signature on what she was shown."""
        return services.event_permission(
            willingness_id=uuid.uuid4(),
            signer_name=name,
            organisation=organisation,
            document_id=uuid.uuid4(),
            document_kind="confirmation",
            case_id=None,
            data_key_id=new_data_key("case").pk,
            shown_digest=hashlib.sha256(shown).hexdigest(),
        )


def make_staff(insurer: Insurer, branch: Branch, name: str) -> StaffMember:
    user = get_user_model().objects.create_user(name)
    return StaffMember.objects.create(user=user, insurer=insurer, branch=branch, name=name, phone="13900000000", roles=[Role.APPROVER])


@pytest.fixture
def register(keeper: Keeper, prepared: Prepare) -> Register:
    return prepared("seals, a register", make_register)  # type: ignore[no-any-return]


def make_register() -> Register:
    insurer = make_insurer()
    branch = Branch.objects.create(insurer=insurer, code="01", name="上海分公司", address="上海市")
    staff = [make_staff(insurer, branch, name) for name in ("custodian", "first", "second")]
    moment = now()
    period = {"valid_from": moment - timedelta(days=1), "valid_to": moment + timedelta(days=300)}
    seal = services.create_seal(insurer_id=insurer.id, kind="policy", name="保单专用章", picture=SVG, **period)
    seal = services.activate_seal(seal_id=seal.id)
    grant = services.request_grant(
        seal_id=seal.id,
        document_kinds=["policy"],
        products=["ci"],
        max_amount=500_000_00,
        daily_limit=3,
        requested_by=staff[0],
        **period,
    )
    services.approve_grant(grant_id=grant.id, by=staff[1])
    grant = services.approve_grant(grant_id=grant.id, by=staff[2])
    return Register(insurer, seal, grant, staff)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OutsideCa]:
    """Another company's CA, which answers."""
    monkeypatch.setattr(exchange, "PAUSES", (0.0, 0.0, 0.0, 0.0))
    server = OutsideCa(tmp_path / "outside")
    yield server
    server.stop()


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[OutsideCa, str], None]]:
    """Let the instance know outside CAs by a settings file; trust their root as licensed."""

    def configure(server: OutsideCa, text: str) -> None:
        path = tmp_path / "authorities.toml"
        path.write_text(text)
        monkeypatch.setenv("VERMILION_AUTHORITIES_FILE", str(path))
        config_module.config.cache_clear()
        authorities._loaded.cache_clear()
        trusted.append(config_module.config().home / "trust" / "licensed" / "outside.pem")
        trusted[0].parent.mkdir(parents=True, exist_ok=True)
        trusted[0].write_bytes(pem(server.root.certificate))

    trusted: list[Path] = []
    yield configure
    monkeypatch.undo()
    config_module.config.cache_clear()
    authorities._loaded.cache_clear()
    for path in trusted:
        path.unlink(missing_ok=True)
