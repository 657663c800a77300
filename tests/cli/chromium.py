"""A headless Chromium, driven by its DevTools protocol over a pipe.

    with Chromium("/usr/bin/chromium") as browser:
        browser.open("file:///tmp/report.html")
        browser.evaluate("document.title")

One process, without a window and without a network port. Every wait has a limit.
"""
import base64
import json
import os
import select
import signal
import subprocess
import tempfile
import time

TIME_LIMIT = 120


class ChromiumError(Exception):
    """Chromium did not do what it was told to."""


class Chromium:
    def __init__(self, program, graphics=("--disable-gpu",)):
        self.folder = tempfile.TemporaryDirectory()
        # Chromium reads commands from 3 and writes answers to 4.
        command_read, self.commands = os.pipe()
        self.answers, answer_write = os.pipe()
        script = f'exec "$0" "$@" 3<&{command_read} 4>&{answer_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", script, program, "--headless", "--no-sandbox",
             *graphics, "--hide-scrollbars", "--no-first-run",
             "--disable-background-networking", "--remote-debugging-pipe",
             f"--user-data-dir={self.folder.name}"],
            pass_fds=(command_read, answer_write), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.folder.name})
        os.close(command_read)
        os.close(answer_write)
        self.received = b""
        self.last_id = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # All of its processes are in the group that it leads.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.folder.cleanup()

    def _next_message(self, until):
        while b"\0" not in self.received:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise ChromiumError("Chromium did not answer in time")
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise ChromiumError("Chromium ended")
            self.received += part
        message, self.received = self.received.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        """Returns the result of a command. Events that come meanwhile are kept."""
        self.last_id += 1
        command = {"id": self.last_id, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        until = time.monotonic() + TIME_LIMIT
        while True:
            message = self._next_message(until)
            if message.get("id") == self.last_id:
                if "error" in message:
                    raise ChromiumError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait_for(self, expression):
        """Waits until a JavaScript expression is true."""
        until = time.monotonic() + TIME_LIMIT
        while not self.evaluate(expression):
            if time.monotonic() > until:
                raise ChromiumError(f"never true: {expression}")
            time.sleep(.05)

    def evaluate(self, expression):
        """Returns the value of a JavaScript expression."""
        done = self.call("Runtime.evaluate", expression=expression,
                         returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise ChromiumError(f"{expression}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """Has the system prefer "dark" or "light"."""
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def key(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key,
                      text=key if kind == "keyDown" and len(key) == 1 else "")

    def screenshot(self, path, whole=False):
        picture = self.call("Page.captureScreenshot", format="png",
                            captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def pdf(self):
        return base64.b64decode(
            self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def complaints(self):
        """Returns what the console and the log have: errors, and requests made."""
        found = []
        for event in self.events:
            method, parameters = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(str(parameters["exceptionDetails"]))
            elif method == "Runtime.consoleAPICalled":
                found.append(f"console: {parameters['args']}")
            elif method == "Log.entryAdded":
                found.append(f"log: {parameters['entry']['text']}")
            elif method == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith(("file:", "about:")):
                    found.append(f"request: {url}")
        return found
