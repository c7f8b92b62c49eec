"""The servers that the speed is measured on: gunicorn, and nginx as it is deployed, on free ports."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
_STARTING = 60.0
_ENDING = 15.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[str]:
    """A server, until it is no longer needed; gives its address."""
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(_ENDING)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def gunicorn(application: str, **environment: str) -> Iterator[str]:
    """An application behind gunicorn, with the settings of deploy/ but for two that are chance in a second's load.

    All connections of a load begin at once and stay. Whichever process woke first would take most of them, now and
    then all, and half of the machine stand idle: here the kernel spreads them. And no process is replaced meanwhile.
    """
    port = free_port()
    own = ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
    even = ["--reuse-port", "--max-requests", "0"]
    with running([sys.executable, *own, *even, application], port, **environment) as address:
        yield address


def memory_of(address: str) -> dict[int, float]:
    """Of each process that serves this address, the megabytes that are its own."""
    port, found = f":{urlsplit(address).port}".encode(), {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if port in (place / "cmdline").read_bytes():
                own = re.search(r"RssAnon:\s+(\d+)", (place / "status").read_text())
                found[int(place.name)] = int(own[1]) / 1024 if own else 0.0
    return found


def moved(conf: str, places: dict[str, str]) -> str:
    """A configuration with other addresses, changed in one go: a free port may contain a number yet to be changed."""
    return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], conf)


@contextmanager
def nginx(folder: Path, portal: str, beside: str = "return 404;") -> Iterator[tuple[str, str]]:
    """deploy/nginx.conf in front of a portal, and beside it a server of the same nginx that answers in these words
    of its language; both addresses."""
    front, packer, files = free_port(), free_port(), free_port()
    conf = moved(
        (ROOT / "deploy" / "nginx.conf").read_text(),
        {
            "listen 8080": f"listen 127.0.0.1:{front}",
            "127.0.0.1:8081": f"127.0.0.1:{packer}",
            "127.0.0.1:8000": f"127.0.0.1:{urlsplit(portal).port}",
        },
    )
    conf = conf.rstrip().removesuffix("}")
    conf += f"server {{ listen 127.0.0.1:{files} backlog=1024; location / {{ {beside} }} }}\n}}\n"
    home = folder / "nginx"
    home.mkdir()
    (home / "nginx.conf").write_text(conf)
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [program, "-p", f"{home}/", "-c", f"{home}/nginx.conf", "-g", "daemon off;"]
    with running(command, front) as address:
        yield address, f"http://127.0.0.1:{files}"


def read(address: str, *, packed: bool = False) -> bytes:
    """What a browser gets, packed or not."""
    coding = "gzip" if packed else "identity"
    request = urllib.request.Request(address, headers={"Accept-Encoding": coding})  # noqa: S310 -- our own servers
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own servers
        body: bytes = answer.read()
        return body


@contextmanager
def reader(address: str) -> Iterator[Callable[[int], tuple[float, float]]]:
    """One reader on one connection, who asks so often and gives answers a second and the longest wait in ms."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.netloc, timeout=60)

    def ask(times: int) -> tuple[float, float]:
        waits = []
        for _ in range(times):
            began = time.perf_counter()
            line.request("GET", f"{parts.path}?{parts.query}")
            answer = line.getresponse()
            answer.read()
            waits.append(time.perf_counter() - began)
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(f"{address}: {answer.status}")
        return times / sum(waits), 1000 * max(waits)

    try:
        yield ask
    finally:
        line.close()


def load(address: str, *, connections: int, packed: bool, seconds: int) -> tuple[float, float]:
    """Answers a second, and the 99th percentile of the waiting in milliseconds; errors are an error."""
    coding = "gzip" if packed else "identity"
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "20s"]
    command = ["wrk", *options, "-H", f"Accept-Encoding: {coding}", address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Not one answer is no rate to compare with either.
    if "Non-2xx" in told or "\n  0 requests" in told:
        raise RuntimeError(f"{address}: {told}")
    rate, p99 = (
        re.search(r"Requests/sec:\s+([\d.]+)", told),
        re.search(r"99%\s+([\d.]+)(\w+)", told),
    )
    if rate is None or p99 is None:
        raise RuntimeError(told)
    return float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTING
    while time.monotonic() < until:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"no server on port {port}")
