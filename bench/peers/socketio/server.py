"""Flask-SocketIO with eventlet: the event `message` of every client goes to all.

python3 server.py CERTIFICATE KEY
"""
import sys

import eventlet
import eventlet.wsgi

eventlet.monkey_patch()

from flask import Flask  # noqa: E402  (after the patching)
from flask_socketio import SocketIO  # noqa: E402

certificate, key = sys.argv[1:3]
app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")


@socketio.on("message")
def on_message(data):
    socketio.emit("message", data)


listener = eventlet.listen(("127.0.0.1", 0), backlog=1024)
print(f"listening on https://localhost:{listener.getsockname()[1]}", flush=True)
secure = eventlet.wrap_ssl(listener, certfile=certificate, keyfile=key, server_side=True)
eventlet.wsgi.server(secure, app, log_output=False, max_size=10000)
