"""Fake of the application's processes: it answers /readyz, ends on SIGTERM, and knows the commands `./dev` uses.

Copied into a scratch checkout, so that the life of a system is tested without the application.
"""

import http.server
import json
import os
import signal
import socketserver
import sys
import threading


class Pages(http.server.BaseHTTPRequestHandler):
    """/readyz is 200; /settings shows the process' own COMMERCE_* environment."""

    def do_GET(self):
        settings = {name: value for name, value in os.environ.items() if name.startswith("COMMERCE_")}
        body = json.dumps(settings if self.path == "/settings" else {"ready": True}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, text, *values):
        print(json.dumps({"message": text % values}), flush=True)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    allow_reuse_port = True
    daemon_threads = True


def serve() -> None:
    """Answer on the operations port until SIGTERM."""
    if os.environ.get("COMMERCE_LOG_LEVEL") == "BROKEN":
        sys.exit("COMMERCE_LOG_LEVEL: 'BROKEN' is not a level.")
    server = Server(("127.0.0.1", int(os.environ["COMMERCE_OPS_PORT"])), Pages)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


def main(name: str) -> None:
    """What `python -m services.NAME [command …]` and `python -m gateway` do here."""
    arguments = sys.argv[1:]
    if not arguments:
        return serve()
    if arguments[0] == "migrate":
        return print("migrated", os.environ["COMMERCE_OWNER_DATABASE_URL"].partition("@")[2])
    if arguments[0] == "staff":
        return print("made", arguments[arguments.index("--email") + 1], len(sys.stdin.readline().strip()) > 10)
    if arguments[0] == "token":
        return print(f"token-of-{arguments[1] if len(arguments) > 1 else 'first'}")
    if arguments[0] == "login-link":
        return print(f"/admin/login/once/{arguments[1]}")
    if arguments == ["restored"]:
        return print("restored")
    sys.exit(f"{name}: unknown arguments {arguments}")
