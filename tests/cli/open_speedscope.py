"""open_speedscope.py CHROMIUM PAGE EXPORT PROFILE [SCREENSHOT]: whether speedscope
shows the functions of the first case of EXPORT as `exitbench profile --thunks
--top=0 --format=json` has them in PROFILE.

PAGE is speedscope's index.html. Chromium opens it without a window, with EXPORT, and
prints what it has come to: the view "Sandwich" is a table of all functions. SCREENSHOT
is a picture of the first view, for people.
"""
import base64
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

# Tall enough for a table of all functions: rows out of sight are not in the page.
SIZE = "--window-size=1400,%d"
TALL, USUAL = 6000, 800
TIME_LIMIT = 90
# Of the page's own time, in ms. On a busy machine its first scripts may come late.
PATIENCE = (15000, 60000, 240000)


def open_page(chromium, page, export, view, patience, options):
    """Returns the page as it is after `patience`, with EXPORT shown in `view`."""
    with tempfile.TemporaryDirectory() as folder:
        content = base64.b64encode(export.read_bytes()).decode()
        # What speedscope's own command does: pages may load scripts, but no files.
        script = pathlib.Path(folder, "export.js")
        script.write_text("speedscope.loadFileFromBase64"
                          f'("{export.name}", "{content}")')
        command = [chromium, "--headless", "--no-sandbox", "--use-angle=swiftshader",
                   "--enable-unsafe-swiftshader", f"--user-data-dir={folder}/user",
                   f"--virtual-time-budget={patience}", *options,
                   f"file://{page}#localProfilePath={script}&view={view}"]
        done = subprocess.run(command, capture_output=True, text=True,
                              timeout=TIME_LIMIT, check=True)
        return done.stdout


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
    if len(sys.argv) > 5:
        open_page(chromium, page, export, "time-ordered", PATIENCE[1],
                  [SIZE % USUAL, f"--screenshot={sys.argv[5]}"])
    for patience in PATIENCE:
        shown = shown_functions(open_page(chromium, page, export, "sandwich", patience,
                                          [SIZE % TALL, "--dump-dom"]))
        if shown:
            break
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
