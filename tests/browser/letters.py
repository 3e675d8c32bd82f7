"""A real mail server for letters.rs: aiosmtpd with STARTTLS and a password, on a port of its own.

Arguments: the certificate and its key. Prints its port; then answers each line that it hears with one line of JSON:
`letters` (those that it took), `wait-for-stall` (once it stalls), or how it behaves from now on:
`take`, `refuse-password`, `refuse`, `stall`, `drop` (hangs up instead of taking a letter), `take-and-drop` (takes it and hangs up
instead of saying so).
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER = LoginPassword(b"alongside", b"pass word")


class Post:
    def __init__(self):
        self.behaviour = "take"
        self.letters = []
        self.stalls = asyncio.Event()

    def authenticate(self, _server, _session, _envelope, _mechanism, given):
        return AuthResult(success=self.behaviour != "refuse-password" and given == USER, handled=False)

    async def handle_DATA(self, server, session, envelope):
        if self.behaviour == "refuse":
            return "451 4.3.2 not now"
        if self.behaviour == "stall":
            self.stalls.set()
            await asyncio.Event().wait()
        if self.behaviour != "drop":
            data = envelope.content.decode()
            secure = session.ssl is not None and session.authenticated
            self.letters.append({"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": data, "secure": secure})
        if self.behaviour in ("drop", "take-and-drop"):
            server.transport.abort()
        return "250 2.0.0 taken"


def say(what):
    print(json.dumps(what), flush=True)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    post = Post()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            post,
            hostname="localhost",
            tls_context=context,
            require_starttls=True,
            authenticator=post.authenticate,
            auth_required=True,
        ),
        "127.0.0.1",
        0,
    )
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    say(server.sockets[0].getsockname()[1])
    while line := (await lines.readline()).decode().strip():
        if line == "letters":
            say(post.letters)
        elif line == "wait-for-stall":
            await post.stalls.wait()
            say(True)
        else:
            post.behaviour = line
            say(line)


asyncio.run(main())
