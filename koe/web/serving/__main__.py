"""Serve the app: ``python -m koe.web.serving [--host 127.0.0.1] [--port 8501]``.

``streamlit run koe/web/serving/server.py`` serves the same, but waits for slow
requests without end and takes in messages of any length before it looks at them.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click
from streamlit.web.bootstrap import load_config_options
from streamlit.web.cli import configurator_options

ROOT = Path(__file__).resolve().parents[3]
PING_SEC = 30  # between two signs of life to a page


@click.command(help="Serve the app. Streamlit's own settings are options as well, and STREAMLIT_... variables.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8501, show_default=True, type=int)
@configurator_options
def main(host: str, port: int, **options: Any) -> None:
    """Serve until told to end."""
    os.chdir(ROOT)  # where Streamlit looks for its settings
    # Streamlit compares what asks for uploads and connections with these.
    load_config_options({**options, "server_address": host, "server_port": port})

    import streamlit as st
    import uvicorn

    from koe.web.serving.descriptors import raise_limit
    from koe.web.serving.guard.connections import TimedMessages, TimedRequests
    from koe.web.serving.guard.messages import MAX_BYTES
    from koe.web.serving.server import app

    if sys.stdout.isatty():
        print(f"\n  Koe is at http://{host}:{port}\n", flush=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=TimedRequests,
        ws=TimedMessages,
        ws_max_size=MAX_BYTES,
        ws_ping_interval=PING_SEC,
        ws_ping_timeout=PING_SEC,
        ws_per_message_deflate=False,  # a few bytes could stand for a gigabyte
        ssl_certfile=st.get_option("server.sslCertFile"),
        ssl_keyfile=st.get_option("server.sslKeyFile"),
        limit_concurrency=max_connections(raise_limit()),
        log_config=None,  # Koe's own is set up
        access_log=False,
        server_header=False,
    )


def max_connections(n_descriptors: int) -> int:
    """How many may be open at once, so that files can be opened as well."""
    return max(16, n_descriptors // 2)


if __name__ == "__main__":
    main()
