"""open_speedscope.py CHROMIUM PAGE EXPORT PROFILE [SCREENSHOT]: whether speedscope
shows the functions of the first case of EXPORT as `exitbench profile --thunks
--top=0 --format=json` has them in PROFILE.

PAGE is speedscope's index.html. Chromium opens it without a window, with EXPORT: the
view "Sandwich" is a table of all functions. SCREENSHOT is a picture of the first view,
for people.
"""
import base64
import html
import json
import pathlib
import re
import sys
import tempfile
import time

from chromium import Chromium, TIME_LIMIT

# Tall enough for a table of all functions: rows out of sight are not in the page.
WIDTH, TALL, USUAL = 1400, 6000, 800
# speedscope draws with WebGL.
GRAPHICS = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")


def open_view(browser, page, export, view, folder):
    """Opens EXPORT in `view` of the page."""
    content = base64.b64encode(export.read_bytes()).decode()
    # What speedscope's own command does: pages may load scripts, but no files.
    script = pathlib.Path(folder, f"{view}.js")
    script.write_text(f'speedscope.loadFileFromBase64("{export.name}", "{content}")')
    browser.open("about:blank")
    browser.open(f"file://{page}#localProfilePath={script}&view={view}")


def table_of(browser):
    """Returns the functions in the page's table, once it stays as it is."""
    until = time.monotonic() + TIME_LIMIT
    before = {}
    while True:
        now = shown_functions(browser.evaluate("document.documentElement.outerHTML"))
        if (now and now == before) or time.monotonic() > until:
            return now
        before = now
        time.sleep(.5)


def shown_functions(page):
    """Returns {name: (inclusive, self)} of the table in a page."""
    texts = [html.unescape(text).strip() for text in re.findall(r">([^<>]+)<", page)]
    number = re.compile(r"([\d,]+) \([\d.]+%\)$")
    shown = {}
    for inclusive, self, name in zip(texts, texts[1:], texts[2:]):
        numbers = [number.match(inclusive), number.match(self)]
        if all(numbers):
            shown[name] = tuple(int(n[1].replace(",", "")) for n in numbers)
    return shown


def expected_functions(profile):
    """Returns the same of the first case of a profile as JSON."""
    return {f["name"]: (f["inclusive"], f["self"])
            for f in profile[0]["cases"][0]["functions"]}


def main():
    chromium, page, export, profile = sys.argv[1:5]
    page, export = pathlib.Path(page).absolute(), pathlib.Path(export).absolute()
    with tempfile.TemporaryDirectory() as folder, Chromium(chromium, GRAPHICS) as browser:
        if len(sys.argv) > 5:
            browser.size(WIDTH, USUAL)
            open_view(browser, page, export, "time-ordered", folder)
            time.sleep(5)
            browser.screenshot(sys.argv[5])
        browser.size(WIDTH, TALL)
        open_view(browser, page, export, "sandwich", folder)
        shown = table_of(browser)
    # Frames for the legs, which exitbench has as columns.
    for leg in ("[exit]", "[userspace]", "[entry]"):
        shown.pop(leg, None)
    expected = expected_functions(json.load(open(profile)))
    if shown != expected:
        differ = [(name, shown.get(name), expected.get(name))
                  for name in sorted(shown.keys() | expected.keys())
                  if shown.get(name) != expected.get(name)]
        sys.exit(f"{len(differ)} of {len(expected)} functions are shown otherwise: "
                 f"{differ[:5]}")
    print(f"{len(shown)} functions are shown as they are")


main()
