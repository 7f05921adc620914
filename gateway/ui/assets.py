"""Static files: one version over all of them, kept in memory with their gzip form.

`url("commerce.css")` is `/static/<version>/commerce.css`. The version is a hash over every file, so an answer under it
never changes and may be kept for ever; addresses inside a style sheet are relative and stay under the same version.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is served. `gzip` is None where packing gains nothing, `immutable` false under an old version."""

    body: bytes
    gzip: bytes | None
    content_type: str
    etag: str
    immutable: bool


def url(path: str) -> str:
    """The address of a static file; KeyError when there is no such file."""
    version, files = _load()
    files[path]
    return f"/static/{version}/{path}"


def find(rest: str) -> Asset | None:
    """The file behind `<version>/<path>`, which follows `/static/`, or None. Old versions find today's file."""
    version_given, _, path = rest.partition("/")
    version, files = _load()
    found = files.get(path)
    if found is None:
        return None
    body, packed, content_type, etag = found
    return Asset(body, packed, content_type, etag, immutable=version_given == version)


@cache
def _load() -> tuple[str, dict[str, tuple[bytes, bytes | None, str, str]]]:
    whole, files = hashlib.sha256(), {}
    for path in sorted(ROOT.rglob("*")):
        if path.suffix not in _TYPES or not path.is_file():
            continue
        name, body = path.relative_to(ROOT).as_posix(), path.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        whole.update(f"{name} {digest}\n".encode())
        packed = None if path.suffix == ".woff2" else gzip.compress(body, 9, mtime=0)
        files[name] = (body, packed, _TYPES[path.suffix], digest[:20])
    return whole.hexdigest()[:12], files
