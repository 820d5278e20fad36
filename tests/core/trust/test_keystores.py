"""Keys in files and in a token: each is found where it was made, read once, gone on demand, and says nothing about itself."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.core.trust.softhsm import LABEL, PIN, SoftHsm
from vermilion.core.trust import keyfiles, suites
from vermilion.core.trust.errors import KeyFileError, KeyGone, KeyStoreError
from vermilion.core.trust.keyfiles import KeyFolder
from vermilion.core.trust.keystores import Keys, TokenStore
from vermilion.core.trust.token import Token

SECRET = b"s" * 32


def keys(folder: Path, hsm: SoftHsm | None = None) -> Keys:
    token = Token(hsm.module, LABEL, lambda: PIN) if hsm else None
    return Keys(KeyFolder(folder, SECRET), TokenStore(folder, token), lambda name: name.startswith("seal-") and hsm is not None)


def test_each_key_stays_where_it_was_made(tmp_path, monkeypatch):
    hsm = SoftHsm(tmp_path, monkeypatch)
    folder = tmp_path / "keeper"
    folder.mkdir()
    first = keys(folder, hsm)
    in_token, in_file = first.get_or_make("seal-1", suites.P256), first.get_or_make("tsa", suites.P256)
    assert sorted(path.name for path in folder.iterdir()) == ["seal-1.token", "tsa.key"]
    assert first.get_or_make("seal-1", suites.P256) is first.load("seal-1")
    first.tokens.lock()
    again = keys(folder, hsm)
    for name, made in (("seal-1", in_token), ("tsa", in_file)):
        assert suites.verify(made.public_key(), again.load(name).sign(b"data"), b"data")
    again.tokens.lock()
    with pytest.raises(KeyStoreError, match="none is set"):
        keys(folder).load("seal-1")
    with pytest.raises(KeyFileError, match="exists already"):
        again.files.make("tsa", suites.P256)
    third = keys(folder, hsm)
    for name in ("seal-1", "tsa"):
        third.load(name)
        third.destroy(name)
        with pytest.raises(KeyFileError, match="read"):
            third.load(name)
    with pytest.raises(KeyStoreError):
        third.tokens.adopt("seal-1", label="seal-1", id=None)
    assert list(folder.iterdir()) == []


def test_a_key_of_the_token_is_taken_over_by_label_once(tmp_path, monkeypatch):
    hsm = SoftHsm(tmp_path, monkeypatch)
    native = load_pem_private_key(suites.generate(suites.P256).encrypted(b"x"), b"x")
    hsm.import_key(_plain(native), "bought", "0a0b")
    folder = tmp_path / "keeper"
    folder.mkdir()
    store = keys(folder, hsm).tokens
    store.adopt("seal-9", label="bought", id=None)
    assert suites.verify(native.public_key(), store.load("seal-9").sign(b"data"), b"data")
    with pytest.raises(KeyFileError):
        store.adopt("seal-9", label=None, id=bytes.fromhex("0a0b"))
    store.lock()


def _plain(native):
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_is_read_once_however_many_ask_at_once(tmp_path, monkeypatch):
    KeyFolder(tmp_path, SECRET).make("seal-1", suites.P256)
    folder, read = KeyFolder(tmp_path, SECRET), []
    real = suites.open_key
    monkeypatch.setattr(keyfiles.suites, "open_key", lambda *args: read.append(1) or real(*args))
    with ThreadPoolExecutor(8) as pool:
        assert len({id(key) for key in pool.map(lambda _: folder.load("seal-1"), range(32))}) == 1
    assert read == [1]


def test_after_the_lock_nothing_is_opened_or_signed(tmp_path):
    everything = keys(tmp_path)
    held = everything.get_or_make("seal-1", suites.P256)
    everything.lock()
    for attempt in (
        lambda: held.sign(b"data"),
        lambda: everything.load("seal-1"),
        lambda: everything.get_or_make("seal-2", suites.P256),
        lambda: everything.files.make("seal-3", suites.P256),
    ):
        with pytest.raises(KeyGone):
            attempt()
    assert everything.files._secret == bytes(32), "the secret that opens the files is overwritten"
    assert not (tmp_path / "seal-3.key").exists()
    assert keys(tmp_path).load("seal-1").sign(b"data"), "the files are as they were"


def test_the_private_number_leaves_the_memory(tmp_path):
    """Looks into the memory of another process for the number of a P-256 key, as OpenSSL holds it, before and after the lock."""
    key = KeyFolder(tmp_path, SECRET).make("seal-1", suites.P256)
    native = load_pem_private_key(key.encrypted(b"x"), b"x")
    number = native.private_numbers().private_value.to_bytes(32, "little")
    program = """
        import sys
        from pathlib import Path
        from vermilion.core.trust.keyfiles import KeyFolder
        folder = KeyFolder(Path(sys.argv[1]), b"s" * 32)
        folder.load("seal-1").sign(b"data")
        print("held", flush=True); sys.stdin.readline()
        folder.lock()
        print("locked", flush=True); sys.stdin.readline()
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        counts = []
        for word in ("held", "locked"):
            assert process.stdout.readline() == f"{word}\n"
            counts.append(_occurrences(process.pid, number))
            process.stdin.write("\n")
            process.stdin.flush()
    assert counts[0] > 0, "the search finds it while it is there"
    assert counts[1] == 0


def _occurrences(pid: int, wanted: bytes) -> int:
    found = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if "w" not in rights or "[v" in line:
                continue
            start, end = (int(one, 16) for one in span.split("-"))
            try:
                memory.seek(start)
                found += memory.read(end - start).count(wanted)
            except OSError:
                continue
    return found


def test_nothing_shows_a_key_its_secret_or_a_pin(tmp_path):
    everything = keys(tmp_path)
    key = everything.get_or_make("seal-1", suites.RSA2048)
    passphrase = keyfiles.passphrase(SECRET, "seal-1").decode()
    (tmp_path / "seal-2.key").write_bytes((tmp_path / "seal-1.key").read_bytes())
    (tmp_path / "seal-2.key").chmod(0o600)
    with pytest.raises(KeyFileError) as caught:
        everything.load("seal-2")
    shown = "".join((repr(key), repr(everything.files), repr(vars(key)), str(caught.value), repr(caught.value.__cause__)))
    for hidden in (passphrase, SECRET.decode(), "PRIVATE KEY"):
        assert hidden not in shown


@pytest.mark.parametrize("name", ["../root", "a/b", "", "A", ".key", "x" * 200])
def test_a_name_is_no_path(tmp_path, name):
    for attempt in (keys(tmp_path).exists, keys(tmp_path).load):
        with pytest.raises(KeyFileError):
            attempt(name)
