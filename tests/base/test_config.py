"""Wrong settings are refused at the start, each in one sentence that names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from vermilion.base.config import ConfigError, load


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "VERMILION_DATABASE_OWNER_URL", "VERMILION_DATABASE_KEEPER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VERMILION_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VERMILION_PUBLIC_URL", "http://sign.example.cn"),
        ("VERMILION_PUBLIC_URL", "https://sign.example.cn/path"),
        ("VERMILION_PUBLIC_URL", "sign.insurer.cn"),
        ("VERMILION_PORT", "99999"),
        ("VERMILION_PORT", "http"),
        ("VERMILION_BLOB_URL", "/srv/blobs"),
        ("VERMILION_MAIL_URL", "mail.insurer.cn"),
        ("VERMILION_TSA_URLS", "https://tsa.example.cn,ftp://tsa.example.cn"),
        ("VERMILION_TSA_URLS", "licensed=https://tsa.example.cn,private=https://time.insurer.cn"),
        ("VERMILION_TSA_URLS", "https://tsa.example.cn,trial=https://demo.example.cn"),
        ("VERMILION_TSA_URLS", "free=https://tsa.example.cn"),
        ("VERMILION_LOG_LEVEL", "LOUD"),
        ("VERMILION_SECRET_KEY", "changeme"),
        ("VERMILION_SECRET_KEY", "django-insecure-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2),
        ("VERMILION_SECRET_KEY", "a" * 80),
        ("DATABASE_URL", "mysql://localhost/vermilion"),
        ("DATABASE_URL", "postgresql://app:postgres@db/vermilion"),
        ("DATABASE_URL", "postgresql://app:ChangeMe@db/vermilion"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load()
    sentence = next(line for line in str(caught.value.message).splitlines() if line.startswith(f"{variable}: "))
    assert len(sentence) > len(variable) + 10
    assert value not in sentence, "a setting may hold a password"


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERMILION_PORT", "0")
    monkeypatch.setenv("VERMILION_LOG_LEVEL", "LOUD")
    with pytest.raises(ConfigError) as caught:
        load()
    assert len(str(caught.value.message).splitlines()) == 2


def test_an_outside_database_needs_three_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://vermilion_app:kq82nc@db/vermilion")
    with pytest.raises(ConfigError) as caught:
        load()
    assert "VERMILION_DATABASE_OWNER_URL" in str(caught.value.message)


def test_defaults_are_the_embedded_database_on_loopback() -> None:
    config = load()
    assert config.embedded
    assert config.loopback
    assert not config.secure
    assert config.base_url == "http://127.0.0.1:8000"


def test_a_public_address_is_secure_and_not_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERMILION_PUBLIC_URL", "https://sign.example.cn/")
    config = load()
    assert config.base_url == "https://sign.example.cn"
    assert config.secure
    assert not config.loopback


def test_sockets_of_a_deep_home_lie_where_their_path_is_short_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / ("深" * 40)
    monkeypatch.setenv("VERMILION_HOME", str(home))
    socket = load().keeper_socket
    assert len(bytes(socket)) < 108
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    socket.parent.rmdir()
