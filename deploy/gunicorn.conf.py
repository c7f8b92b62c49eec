"""The web server's processes; the address is given on the command line."""

import gc
import os
from pathlib import Path
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# One page is worked out while another waits for the database; more of them only hinder each other in Python.
threads = int(os.environ.get("WEB_THREADS", "2"))
preload_app = True
timeout = 120
graceful_timeout = 3
keepalive = 75
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- a heartbeat file, opened unlinked
control_socket_disable = True
# No page keeps the database longer than its reader waits; the worker and commands may take their time.
raw_env = [
    "PGOPTIONS=-c statement_timeout=10s -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=60s"
    # Many short questions on few processors: helpers and compiled plans cost more than they save, and
    # planning a prepared question anew for each reader takes longer than answering it.
    " -c max_parallel_workers_per_gather=0 -c jit=off -c plan_cache_mode=force_generic_plan"
]


def when_ready(_server: Any) -> None:
    """What was loaded stays: no process looks through it for waste again, and all of them share its pages."""
    gc.collect()
    gc.freeze()
