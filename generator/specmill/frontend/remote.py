"""Documents from the network: only when asked for, within bounds, and the same bytes as last time."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from specmill.diagnostics import Report

if TYPE_CHECKING:
    import http.client
    import urllib.request

Fetch: TypeAlias = Callable[[str], bytes]

LOCK_FILE: Final = "specmill.lock"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")
_TIMEOUT: Final = 20.0  # seconds, for each step of a transfer
_SIZE: Final = 32 * 1024 * 1024  # bytes of one document
_PIECE: Final = 64 * 1024


class FetchError(Exception):
    """The document could not be had; the text says why."""


class Remote(Struct):
    """What may be fetched, and how."""

    allowed: bool = False
    lock: Mapping[str, str] = {}  # URI -> sha256 of the bytes
    fetch: Fetch = lambda uri: fetch(uri)  # noqa: PLW0108 - defined below
    fetched: dict[str, str] = {}  # what this run has fetched, in the form of the lock

    def get(self, uri: str, where: str, report: Report) -> bytes | None:
        """The bytes of a document; None after adding to the report why they cannot be had."""
        try:
            text = self.fetch(uri)
        except FetchError as error:
            report.error("fetch-failed", where, f"{uri} cannot be fetched: {error}")
            return None
        digest = hashlib.sha256(text).hexdigest()
        if self.lock.get(uri, digest) != digest:
            report.error(
                "lock-mismatch",
                where,
                f"{uri} is not what {LOCK_FILE} says it was: its sha256 is {digest}",
                help=f"look at what changed there; to accept it, remove its line from {LOCK_FILE} and run again",
            )
            return None
        self.fetched[uri] = digest
        return text


def read_lock(path: Path, report: Report) -> dict[str, str] | None:
    """The digests in a lock file; empty where there is none; None after adding to the report what is wrong with it."""
    import json  # needed only where something may be fetched

    try:
        digests = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        report.error("invalid-lock", None, f"{path.name} cannot be read: {error}")
        return None
    if isinstance(digests, dict) and all(isinstance(digest, str) and _DIGEST.match(digest) for digest in digests.values()):
        return digests
    report.error("invalid-lock", None, f"{path.name} is not an object of sha256 digests by URI")
    return None


def lock_text(digests: Mapping[str, str]) -> str:
    """The text of a lock file."""
    import json  # as above

    return json.dumps(dict(sorted(digests.items())), indent=2) + "\n"


def fetch(uri: str) -> bytes:
    """The body of an HTTP(S) response with status 200, bounded in size and time; raises ``FetchError``."""
    import http.client  # these take long to import, and hardly any run needs them
    import urllib.error
    import urllib.request

    headers = {"Accept": "application/json, application/yaml, */*"}
    try:
        request = urllib.request.Request(uri, headers=headers)  # noqa: S310 - the next line checks the scheme
        if request.type not in ("http", "https"):
            raise FetchError(f"{request.type} is not a scheme to fetch with")
        with _opener().open(request, timeout=_TIMEOUT) as response:
            return _body(response)
    except urllib.error.HTTPError as error:
        raise FetchError(f"the server answers {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchError(str(getattr(error, "reason", None) or error or type(error).__name__)) from None


def _body(response: http.client.HTTPResponse) -> bytes:
    start = time.monotonic()
    pieces = bytearray()
    while piece := response.read(_PIECE):
        pieces += piece
        if len(pieces) > _SIZE:
            raise FetchError(f"it holds more than {_SIZE} bytes")
        if time.monotonic() - start > _TIMEOUT:
            raise FetchError(f"it takes longer than {_TIMEOUT:.0f} seconds")
    return bytes(pieces)


def _is_private(uri: str) -> bool:
    """Whether the internet cannot reach the host of a URI: a public server must not choose what is asked of such a host."""
    import ipaddress  # as above
    import socket
    import urllib.parse

    name = urllib.parse.urlsplit(uri).hostname or ""
    for found in socket.getaddrinfo(name, None):
        address = ipaddress.ip_address(str(found[4][0]).partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address):  # the kinds that hold an IPv4 address
            nat64 = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in ipaddress.IPv6Network("64:ff9b::/96") else None
            address = address.ipv4_mapped or address.sixtofour or nat64 or address
        if not address.is_global:
            return True
    return False


def _opener() -> urllib.request.OpenerDirector:
    """An opener for HTTP and HTTPS alone; a redirect may not lead to another scheme, least of all to one that is not encrypted."""
    import urllib.error  # as above
    import urllib.request

    class Redirects(urllib.request.HTTPRedirectHandler):
        max_redirections = 5

        def redirect_request(self, req: urllib.request.Request, *rest: object) -> urllib.request.Request | None:
            target = rest[-1]
            if not isinstance(target, str) or target.partition(":")[0].lower() not in (req.type, "https"):
                raise urllib.error.URLError(f"it redirects to {target}, which is another scheme")
            if _is_private(target) and not _is_private(req.full_url):
                raise urllib.error.URLError(f"it redirects to {target}, which is a private host")
            return super().redirect_request(req, *rest)  # type: ignore[arg-type]

    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        Redirects(),
    ):
        opener.add_handler(handler)
    return opener
