"""Answers every variation request at once with the PNGs of a folder: a service that nobody has to wait for.

python canned_server.py FOLDER prints the port it listens on.
"""

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

REPLY = json.dumps(
    {
        "created": 1,
        "data": [
            {"b64_json": base64.b64encode(file.read_bytes()).decode()}
            for file in sorted(Path(sys.argv[1]).glob("*.png"))
        ],
    }
).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(REPLY)))
        self.end_headers()
        self.wfile.write(REPLY)

    def log_message(self, *_: Any) -> None:
        """Nothing: standard output is for the port."""


with HTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
