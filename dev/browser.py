"""A headless Chromium that opens pages and takes pictures of them."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import requests
import websocket

from . import processes
from .paths import Problem

PATIENCE = 60  # seconds
SETTLED = 0.7  # seconds without anything that moves
OPTIONS = (
    "--headless",
    "--no-sandbox",  # refused to root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--remote-allow-origins=*",
    "--remote-debugging-port=0",
)


class Browser:
    """One tab; made by `opened`."""

    def __init__(self, address):
        self._socket = websocket.create_connection(address, timeout=PATIENCE)
        self._count = 0

    def tell(self, method, **parameters):
        """Send a command of the DevTools protocol; return its result."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._count:
                return answer.get("result", {})

    def evaluate(self, script):
        """:return: the value of a JavaScript expression (awaited); Problem when it throws"""
        answer = self.tell(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if details := answer.get("exceptionDetails"):
            raise Problem(f"{script}: {details['text']} {details.get('exception')}")
        return answer["result"].get("value")

    def wait(self, script):
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE
        while not self.evaluate(f"!!({script})"):
            if time.monotonic() > deadline:
                raise Problem(f"The page never came to: {script}")
            time.sleep(0.2)

    def open(self, url, ready="document.readyState === 'complete'"):
        """Go to a page and wait until the expression `ready` is true there."""
        self.tell("Page.navigate", url=url)
        self.wait(ready)
        self.settle()

    def settle(self):
        """Wait until what was asked for is painted."""
        time.sleep(SETTLED)

    def size(self, width, height, scale=1):
        """Give the page a size (CSS pixels), whatever the window has."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    def log_in(self, address, database, login, password):
        """Let the tab have the session of a user of the Odoo at `address`."""
        with requests.Session() as session:
            parameters = {"db": database, "login": login, "password": password}
            url = f"{address}/web/session/authenticate"
            answer = session.post(url, json={"params": parameters}, timeout=PATIENCE).json()
            if "error" in answer:
                raise Problem(f"{login} cannot log in: {answer['error']['message']}")
            cookie = session.cookies["session_id"]
        self.tell("Network.setCookie", name="session_id", value=cookie, url=address)

    def call(self, model, method, *arguments):
        """Let the open page of Odoo call a method; return its result."""
        call = {"model": model, "method": method, "args": arguments, "kwargs": {}}
        request = {
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"params": call}),
        }
        answer = self.evaluate(
            f"fetch('/web/dataset/call_kw', {json.dumps(request)}).then(answer => answer.json())"
        )
        if "error" in answer:
            raise Problem(f"{model}.{method}: {answer['error']['data']['message']}")
        return answer["result"]

    def picture(self):
        """:return: the page as PNG (bytes); what is transparent stays so"""
        transparent = {"r": 0, "g": 0, "b": 0, "a": 0}
        self.tell("Emulation.setDefaultBackgroundColorOverride", color=transparent)
        self.settle()
        return base64.b64decode(self.tell("Page.captureScreenshot", format="png")["data"])

    def close(self):
        self._socket.close()


@contextmanager
def opened():
    """A browser with an empty tab, while the block lasts."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        raise Problem("Chromium is not installed: `make setup` brings it on Debian.")
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with processes.running(command, **quiet):
            browser = Browser(_tab(Path(profile, "DevToolsActivePort")))
            try:
                yield browser
            finally:
                browser.close()


def _tab(port_file):
    """The address of the first tab."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            port = port_file.read_text().splitlines()[0]
            tabs = requests.get(f"http://127.0.0.1:{port}/json", timeout=PATIENCE).json()
            return next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        except (OSError, IndexError, StopIteration):
            time.sleep(0.2)
    raise Problem("Chromium did not start.")
