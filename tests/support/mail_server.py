"""A mail server and a webhook on loopback: they keep what they are given, and fail where a test wants it."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Mailbox:
    """What a mail server was told. It answers with `refusals` where a verb stands there, and at `hangs` not at all."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)  # for each letter
    refusals: dict[str, str] = field(default_factory=dict)
    hangs: str = ""  # a verb, or "letter" for its end
    reached: threading.Event = field(default_factory=threading.Event)  # where it hangs
    certificate: ssl.SSLContext | None = None

    def texts(self) -> list[str]:
        return [letter.get_content() for letter in self.letters]


@contextmanager
def mail_server(box: Mailbox) -> Iterator[Mailbox]:
    class Handler(socketserver.StreamRequestHandler):
        closed = False

        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def hang(self) -> None:
            box.reached.set()
            while self.rfile.readline():
                pass

        def handle(self) -> None:
            with suppress(ConnectionError, ssl.SSLError):
                self.say("220 thu.example")
                while line := self.rfile.readline():
                    verb = line.decode().split()[0].upper().partition(":")[0]
                    if verb == box.hangs:
                        return self.hang()
                    if verb in box.refusals:
                        self.say(box.refusals[verb])
                    elif not self.answer(verb, line.decode().strip()):
                        return None
            return None

        def finish(self) -> None:
            super().finish()
            self.connection.close()  # after STARTTLS another than the server's own

        def answer(self, verb: str, line: str) -> bool:
            if verb in ("EHLO", "HELO"):
                offers = ["STARTTLS"] if box.certificate and not self.closed else ["AUTH PLAIN"]
                self.say("\r\n".join(["250-thu.example", *(f"250-{one}" for one in offers), "250 8BITMIME"]))
            elif verb == "STARTTLS" and box.certificate:
                self.say("220 go on")
                self.connection = box.certificate.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                self.closed = True
            elif verb == "AUTH":
                box.logins.append(base64.b64decode(line.split()[2]).decode())
                self.say("235 known")
            elif verb == "DATA":
                return self.take()
            elif verb == "QUIT":
                self.say("221 goodbye")
                return False
            else:
                box.recipients += [line] if verb == "RCPT" else []
                self.say("250 well")
            return True

        def take(self) -> bool:
            self.say("354 go on")
            lines = list(iter(self.rfile.readline, b".\r\n"))
            if "letter" in box.refusals:
                self.say(box.refusals["letter"])
                return True
            box.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
            box.encrypted.append(self.closed)
            if box.hangs == "letter":
                self.hang()
                return False
            self.say("250 taken")
            return True

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield box
        server.shutdown()


@contextmanager
def webhook(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a webhook that answers with `status`, and what it was sent."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/moi/abc?x=1", got
        server.shutdown()
