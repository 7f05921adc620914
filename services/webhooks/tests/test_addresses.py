"""Which URLs and addresses a request may go to, in whatever notation they are given."""

import pytest

from services.webhooks.addresses import Refused, checked_addresses, checked_url

INNER = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "172.15.255.255",
    "172.32.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
]
REFUSED_URLS = [
    "",
    "example.com",
    "ftp://example.com/",
    "http://example.com/",
    "https:///path",
    "https://",
    "https://example.com:22/",
    "https://example.com:80/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com#fragment",
    "https://example.com/a b",
    "https://example.com/a\nb",
    "https://exa\tmple.com/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com\\.evil.example/",
    "https://localhost/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://127.0.0.1./",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://exam%70le.com/",
    "https://example.com/é",
]


@pytest.mark.parametrize("address", INNER)
def test_an_address_that_is_not_public_is_refused(address):
    with pytest.raises(Refused):
        checked_addresses([address], loopback=False)
    with pytest.raises(Refused):
        checked_addresses(["8.8.8.8", address], loopback=False)


def test_public_addresses_are_taken_and_loopback_where_a_development_system_lets_it_through():
    assert checked_addresses(PUBLIC, loopback=False) == PUBLIC
    for own in ("127.0.0.1", "::1"):
        assert checked_addresses([own], loopback=True) == [own]
    for other in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"):
        with pytest.raises(Refused):
            checked_addresses([other], loopback=True)
    with pytest.raises(Refused):
        checked_addresses([], loopback=True)


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_url_that_is_not_of_a_public_name_over_tls_on_a_port_of_the_list_is_refused(url):
    with pytest.raises(Refused):
        checked_url(url, loopback=False)


def test_a_url_has_one_spelling():
    for given, kept in {
        "https://EXAMPLE.com": "https://example.com/",
        "HTTPS://example.com:443/a?b=c": "https://example.com:443/a?b=c",
        "https://bücher.example:8443/x": "https://xn--bcher-kva.example:8443/x",
        "https://example.com./hooks/%C3%A9": "https://example.com/hooks/%C3%A9",
    }.items():
        assert checked_url(given, loopback=False) == kept
    assert checked_url("http://localhost:9999/x", loopback=True) == "http://localhost:9999/x"
    for other in ("http://example.com/", "http://10.0.0.1/", "http://127.1/", "http://[::1]/"):
        with pytest.raises(Refused):
            checked_url(other, loopback=True)
