"""The keeper's keys: a seal's in a token or in a file, dropped on the operator's order, and never in a log."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import uuid
from pathlib import Path

import pytest

from tests.core.trust.softhsm import PIN, SoftHsm
from vermilion.apps.seals import checks
from vermilion.apps.seals.errors import KeeperLocked, SelfCheckFailed
from vermilion.apps.seals.keeper import client, control
from vermilion.apps.seals.keeper.keyring import Keyring
from vermilion.base import config as config_module
from vermilion.base.clock import now
from vermilion.base.private import make_folder
from vermilion.cli.steps.backup import home_files
from vermilion.core.trust import authority, profiles, suites
from vermilion.core.trust.errors import KeyGone, KeyStoreError

SUBJECT = authority.subject("电子保单专用章", organisation="华岳人寿（演示）")


def opened(home: Path) -> Keyring:
    keyring = Keyring(home, demo=True, base_url="http://127.0.0.1:8000")
    keyring.open(now())
    return keyring


def test_a_seal_key_stays_in_its_place_when_the_setting_changes(hsm: SoftHsm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = opened(home)
    keyring.named("seal-1", profiles.ORGANISATION, SUBJECT, now())
    assert (home / "keeper/seal-1.token").exists()
    assert not (home / "keeper/seal-1.key").exists()
    assert (home / "keeper/tsa.key").exists(), "the CA's own keys are files"
    monkeypatch.setenv("VERMILION_SEAL_KEYS", "file")
    config_module.config.cache_clear()
    keyring = opened(home)
    keyring.named("seal-2", profiles.ORGANISATION, SUBJECT, now())
    assert (home / "keeper/seal-2.key").exists()
    for name in ("seal-1", "seal-2"):
        key, certificate, _frame = keyring.signer(name)
        assert suites.verify(certificate.public_key(), key.sign(b"data"), b"data")  # type: ignore[arg-type]
    keyring.lock()
    with pytest.raises(KeyGone):
        keyring.signer("seal-1")
    with pytest.raises(KeyGone):
        keyring.issuing.key.sign(b"data")


def test_what_only_the_keeper_may_open_is_known(hsm: SoftHsm, home: Path, tmp_path: Path) -> None:
    assert {home / "keeper", tmp_path / "pin", hsm.tokens} == set(config_module.config().keeper_only)


def test_an_imported_key_is_adopted_for_a_seal(hsm: SoftHsm, home: Path) -> None:
    make_folder(home / "keeper")
    seal = uuid.uuid4()
    native = suites.generate(suites.P256)
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

    plain = load_pem_private_key(native.encrypted(b"x"), b"x").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    hsm.import_key(plain, "bought", "0a0b")
    assert control.adopt(seal, label="bought", id=None) == suites.P256.label
    certificate = opened(home).named(f"seal-{seal}", profiles.ORGANISATION, SUBJECT, now())
    assert suites.spki_of(certificate.public_key()) == suites.spki_of(native.public_key())  # type: ignore[arg-type]


def test_a_backup_holds_which_key_it_is_and_neither_key_nor_pin(hsm: SoftHsm, home: Path, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    keyring = opened(home)
    keyring.named("seal-1", profiles.ORGANISATION, SUBJECT, now())
    public = keyring.public_key("seal-1")
    # Even where the operator put PIN and software token into the home.
    shutil.copytree(hsm.tokens, home / "tokens")
    pin = home / "secrets/pin"
    pin.parent.mkdir(mode=0o700, exist_ok=True)
    pin.write_text(PIN)
    pin.chmod(0o600)
    hsm.configuration.write_text(hsm.configuration.read_text().replace(str(hsm.tokens), str(home / "tokens")))
    monkeypatch.setenv("VERMILION_PKCS11_PIN_FILE", str(pin))
    config_module.config.cache_clear()
    saved = {path.relative_to(home).as_posix() for path in home_files(config_module.config())}
    assert {"keeper/seal-1.token", "keeper/seal-1.pem", "keeper/issuing.key", "keeper/secret"} <= saved
    assert not [name for name in saved if name.startswith("tokens/") or name == "secrets/pin"]
    assert not any(PIN.encode() in (home / name).read_bytes() for name in saved)

    # Restored elsewhere it signs with the token beside it, and says what is missing without.
    restored = tmp_path / "restored"
    for name in saved:
        (restored / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(home / name, restored / name)
    key, certificate, _frame = opened(restored).signer("seal-1")
    assert suites.verify(certificate.public_key(), key.sign(b"data"), b"data")  # type: ignore[arg-type]
    assert suites.spki_of(opened(restored).public_key("seal-1")) == suites.spki_of(public)
    for name in ("MODULE", "TOKEN", "PIN_FILE"):
        monkeypatch.delenv(f"VERMILION_PKCS11_{name}")
    monkeypatch.setenv("VERMILION_SEAL_KEYS", "file")
    config_module.config.cache_clear()
    with pytest.raises(KeyStoreError, match="none is set"):
        opened(restored).signer("seal-1")


def test_doctor_tells_of_a_token_that_is_away(hsm: SoftHsm, keeper, caplog) -> None:  # type: ignore[no-untyped-def]
    assert client.status()[0]["token"] == "ready"
    checks.keeper()
    keeper.operations._keyring._cabinet.keys.tokens._token._forget(0)
    hsm.put_away()
    with pytest.raises(SelfCheckFailed) as caught:
        checks.keeper()
    assert "NoSuchToken" in str(caught.value.message)
    hsm.bring_back()
    checks.keeper()
    assert PIN not in caplog.text


def test_the_operator_drops_all_keys(keeper, home: Path, caplog) -> None:  # type: ignore[no-untyped-def]
    caplog.set_level(logging.DEBUG)
    assert client.probe().startswith(b"%PDF")
    before = signal.signal(signal.SIGUSR1, keeper.server.lock_keys)
    try:
        assert control.zeroise() == os.getpid()
    finally:
        signal.signal(signal.SIGUSR1, before)
    with pytest.raises(KeeperLocked):
        client.probe()
    with pytest.raises(KeeperLocked):
        checks.keeper()
    secret = (home / "keeper/secret").read_text().strip()
    assert "keys_dropped" in caplog.text
    assert secret not in caplog.text
    assert "PRIVATE KEY" not in caplog.text
