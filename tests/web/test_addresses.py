"""Where links point, and whether anybody else can open them."""

import pytest

from koe.errors import InputError
from koe.web.serving.settings import public_url
from koe.web.session.links import address_of, is_only_here


@pytest.mark.parametrize(
    ("address", "only_here"),
    [
        ("http://localhost:8501/?k=A", True),
        ("http://koe.localhost/?k=A", True),
        ("http://127.0.0.1:8501/?k=A", True),
        ("http://127.8.0.1/?k=A", True),
        ("http://[::1]:8501/?k=A", True),
        ("http://0.0.0.0:8501/?k=A", True),
        ("http://192.168.1.7:8501/?k=A", False),
        ("http://pi.local:8501/?k=A", False),
        ("https://koe.example.org/?k=A", False),
        ("https://localhost.example.org/?k=A", False),
    ],
)
def test_an_address_of_this_computer_alone_is_told(address, only_here):
    assert is_only_here(address) is only_here


@pytest.mark.parametrize("slash", ["", "/"])
def test_links_point_where_the_setting_says(monkeypatch, slash):
    monkeypatch.setenv("KOE_PUBLIC_URL", f" https://example.org/music{slash} ")
    assert address_of("Ab_-") == "https://example.org/music/?k=Ab_-"


def test_without_a_setting_there_is_no_such_address(monkeypatch):
    monkeypatch.delenv("KOE_PUBLIC_URL", raising=False)
    assert public_url() == ""


@pytest.mark.parametrize(
    "value",
    ["example.org", "ftp://example.org", "https://", "https://a b", "https://a/?k=1", "https://a/#b", "http://a:b"],
)
def test_an_address_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("KOE_PUBLIC_URL", value)
    with pytest.raises(InputError, match="set it to an address such as https"):
        public_url()
