"""What is fetched comes from where the user allowed it to come from."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from specmill.frontend import remote


class Server(http.server.BaseHTTPRequestHandler):
    """Answers ``/to/<uri>`` with a redirect there, and everything else with JSON."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_private_host_that_the_user_named_may_answer_and_redirect_to_itself(server: str) -> None:
    assert remote.fetch(f"http://{server}/a") == b"{}"
    assert remote.fetch(f"http://{server}/to/http://{server}/a") == b"{}"


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://x/y", "data:,x", "gopher://x"])
def test_no_redirect_leads_to_another_scheme(server: str, to: str) -> None:
    with pytest.raises(remote.FetchError):
        remote.fetch(f"http://{server}/to/{to}")


def test_no_redirect_leads_from_a_public_host_to_a_private_one(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(remote, "_is_private", lambda uri, known=remote._is_private: False if "localhost" in uri else known(uri))
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1" if host == "localhost" else host, *rest, **more)
    )
    port = server.partition(":")[2]
    with pytest.raises(remote.FetchError, match="private host"):
        remote.fetch(f"http://localhost:{port}/to/http://{server}/a")


@pytest.mark.parametrize(("address", "private"), [
    ("93.184.216.34", False), ("2606:2800:220:1:248:1893:25c8:1946", False), ("127.0.0.1", True), ("10.1.2.3", True), ("169.254.169.254", True),
    ("0.0.0.0", True), ("100.64.0.1", True), ("::1", True), ("fd00::1", True), ("fe80::1", True), ("::ffff:127.0.0.1", True),
    ("::ffff:93.184.216.34", False), ("64:ff9b::7f00:1", True), ("2002:7f00:1::", True),
])  # fmt: skip
def test_an_address_that_the_internet_does_not_reach_is_private(address: str, monkeypatch: pytest.MonkeyPatch, *, private: bool) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(0, 0, 0, "", (address, 0))])
    assert remote._is_private("http://example.com/x") is private
