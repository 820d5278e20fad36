"""Where the demonstration sends people."""

import pytest

from vermilion.cli.commands.demo import staff_address


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("http://127.0.0.1:8123", "http://localhost:8123"),
        ("http://127.0.0.1", "http://localhost"),
        ("https://seal.example.cn", "https://seal.example.cn"),
        ("http://127.0.0.100:8000", "http://127.0.0.100:8000"),
    ],
)
def test_staff_come_by_a_name_since_browsers_give_passkeys_to_no_number(base, address):
    assert staff_address(base) == address
