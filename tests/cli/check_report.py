"""check_report.py CHROMIUM FOLDER [SCREENSHOTS]: whether the reports in FOLDER show
what exitbench prints, in a real browser.

FOLDER has some of these, as report_test.sh makes them: one.html and one.json (by
`show`), two.html and two.json (by `diff`), many.html and many.json, sweep.html and
sweep.json (by `diff`), functions.html and functions.json (by `profile`), markup.html and
markup_two.html, whose texts are hostile, and empty.html, which has no figures.
Screenshots go to the folder SCREENSHOTS, for people.
"""
import json
import pathlib
import re
import sys
import time

from chromium import Chromium

WIDTHS = (1400, 1000, 700, 390)
MAIN_METRICS = ("guest_mean", "guest", "round_trip", "kvm_run", "call", "host_batch")

failures = []


def check(what, got, wanted):
    if got != wanted:
        failures.append(f"{what}: {str(got)[:300]}, not {str(wanted)[:300]}")


class Report:
    """One page, open in the browser."""

    def __init__(self, browser, folder, name, screenshots):
        self.browser, self.name, self.screenshots = browser, name, screenshots
        self.url = (folder / f"{name}.html").as_uri()
        json_file = folder / f"{name}.json"
        self.wanted = json.loads(json_file.read_text()) if json_file.exists() else None
        browser.size(1400, 900)
        browser.prefer("light")
        begin = time.monotonic()
        self.open()
        self.seconds = time.monotonic() - begin

    def open(self, case=""):
        self.browser.open("about:blank")
        self.browser.open(self.url + (f"#{case}" if case else ""))
        self.browser.wait_for("document.body?.dataset.ready === 'yes'")

    def get(self, expression):
        return self.browser.evaluate(expression)

    def cells(self, what):
        """Returns [case or metric, digits] of all cells of a kind."""
        return self.get(f"""[...document.querySelectorAll('td[data-what="{what}"]')]
            .map((td) => [td.parentElement.cells[0].title || td.parentElement.cells[0].textContent,
                          td.dataset.value])""")

    def texts(self, selector):
        return self.get(f"""[...document.querySelectorAll({json.dumps(selector)})]
            .map((element) => element.textContent)""")

    def filter(self, words):
        self.get(f"""{{
            const box = document.querySelector('#filter');
            box.value = {json.dumps(words)};
            box.dispatchEvent(new Event('input'));
        }}""")
        time.sleep(.3)

    def case_links(self):
        return self.get("[...document.querySelectorAll('tbody a.case-link')]"
                        ".map((a) => a.textContent)")

    def shoot(self, name):
        if self.screenshots:
            time.sleep(.3)
            self.browser.screenshot(f"{self.screenshots}/{self.name}-{name}.png")

    def resize(self, width):
        """Waits until the page has been drawn anew, which it is if it gets another
        width."""
        self.get("document.body.dataset.drawn = ''")
        changes = self.get("innerWidth") != width
        self.browser.size(width, 900)
        if changes:
            self.browser.wait_for("document.body.dataset.drawn !== ''")

    def check_looks(self):
        """Fits into any width, in either theme, and on paper."""
        for width in WIDTHS:
            self.resize(width)
            check(f"{self.name}: overflow at {width}",
                  self.get("document.documentElement.scrollWidth > innerWidth"), False)
            self.shoot(str(width))
        self.resize(1400)
        background = "getComputedStyle(document.body).backgroundColor"
        light = self.get(background)
        self.browser.prefer("dark")
        dark = self.get(background)
        check(f"{self.name}: light", light, "rgb(255, 255, 255)")
        check(f"{self.name}: dark", dark, "rgb(20, 24, 29)")
        self.shoot("dark")
        # The button: light, then dark, whatever the system prefers.
        for wanted in (light, dark):
            self.browser.key("t")
            check(f"{self.name}: chosen theme", self.get(background), wanted)
        self.browser.key("t")
        pdf = self.browser.pdf()
        if self.screenshots:
            pathlib.Path(self.screenshots, f"{self.name}.pdf").write_bytes(pdf)
        self.pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
        check(f"{self.name}: pages on paper", self.pages >= 1, True)
        check(f"{self.name}: after paper", self.get("document.documentElement.dataset.width"),
              "wide")
        self.browser.prefer("light")


def digits(value):
    """As exitbench writes numbers, and JavaScript does."""
    return str(int(value)) if value == int(value) else repr(float(value))


def main_metric(case):
    for name in MAIN_METRICS:
        for metric in case["metrics"]:
            if metric["name"] == name:
                return metric
    return None


def check_one(report):
    cases = {c["name"]: c for c in report.wanted["cases"]}
    measured = {name: c for name, c in cases.items() if c["outcome"] == "OUTCOME_OK"}
    wanted = [[name, digits(main_metric(c)["median_of_runs"])]
              for name, c in measured.items()]
    check("one: figures", sorted(report.cells("main")), sorted(wanted))
    check("one: cases not measured", len(report.texts(".names a")),
          len(cases) - len(measured))
    # Charts are drawn, as far as they are in view.
    check("one: charts", report.get("document.querySelectorAll('canvas').length > 1"), True)
    report.filter("pio -ring3")
    check("one: filter", report.case_links(),
          [name for name in measured if "pio" in name and "ring3" not in name])
    report.filter("no such case")
    check("one: empty", report.texts(".empty"), ["No case has such a name."])
    report.filter("")
    report.get("document.querySelector('.tools select').value = 'cost';"
               "document.querySelector('.tools select').dispatchEvent(new Event('change'))")
    costs = [float(value) for _, value in report.cells("main")]
    check("one: by cost", costs, sorted(costs, reverse=True))
    for name in [name for name in measured if name.startswith(("pio/", "ipi/"))][:4]:
        report.open(name)
        check("one: heading", report.texts("h1"), [name])
        for metric in measured[name]["metrics"]:
            check(f"one: {name} {metric['name']}",
                  [value for _, value in report.cells(metric["name"])],
                  [digits(metric["median_of_runs"])])
        check(f"one: proof of {name}", report.texts(".proof-text"),
              [measured[name]["proof"]] if measured[name]["proof"] else [])
        check(f"one: charts of {name}",
              report.get("document.querySelectorAll('.figure').length > 0"), True)
    report.shoot("case")
    # An address of nothing says so.
    report.open("no/such")
    check("one: no such case", report.texts(".empty"),
          ["There is no case no/such in this report."])


def check_keys(report):
    report.open()
    first = report.case_links()[:2]
    report.browser.key("j")
    report.browser.key("j")
    check("keys: j", report.get("document.activeElement.textContent"), first[1])
    report.browser.key("k")
    check("keys: k", report.get("document.activeElement.textContent"), first[0])
    report.get("document.activeElement.click()")
    report.browser.wait_for("document.body.dataset.page === 'case'")
    check("keys: opened", report.texts("h1"), [first[0]])
    report.browser.key("Escape")
    report.browser.wait_for("document.body.dataset.page === 'overview'")
    report.browser.key("/")
    check("keys: /", report.get("document.activeElement.id"), "filter")
    report.get("document.activeElement.blur()")
    report.browser.key("?")
    check("keys: ?", report.get("document.querySelector('#help').open"), True)
    report.get("document.querySelector('#help').close()")


def check_two(report):
    rows, verdicts = [], {}
    for case in report.wanted["cases"]:
        for metric in case["metrics"]:
            verdicts[metric["verdict"]] = verdicts.get(metric["verdict"], 0) + 1
            rows.append([case["name"], metric["name"],
                         *(digits(metric[side]["value"]) if metric[side]["runs"] else None
                           for side in ("old", "new")), metric["verdict"]])
        if case["change"] != "compared":
            verdicts[case["change"]] = verdicts.get(case["change"], 0) + 1
    buttons = {}
    for words in report.texts(".count"):
        count, verdict = words.replace("\u202f", "").split(" ", 1)
        buttons[verdict] = int(count)
    check("two: verdicts", buttons, verdicts)
    # Verdicts first: what got worse is on top.
    order = report.texts(".block h2")
    check("two: order", [heading.split(" ")[0] for heading in order][:1],
          ["worse"] if verdicts.get("worse") else [order[0].split(" ")[0]])
    shown = report.get("""[...document.querySelectorAll('.block tbody tr')]
        .filter((tr) => tr.cells.length === 7).map((tr) => [
          tr.cells[0].title, tr.cells[1].firstChild.textContent,
          tr.cells[2].dataset.value ?? null, tr.cells[3].dataset.value ?? null,
          tr.cells[6].querySelector('.word').textContent])""")
    check("two: figures", sorted(shown, key=str), sorted(rows, key=str))
    worst = next(iter([row[0] for row in rows if row[4] == "worse"]), rows[0][0])
    report.open(worst)
    check("two: heading", report.texts("h1"), [worst])
    wanted = [row[2] for row in rows if row[0] == worst and row[2]]
    check("two: of a case", [value for _, value in report.cells("old")], wanted)
    report.shoot("case")


def check_many(report):
    """Shows all metrics, then compares every cell."""
    report.get("[...document.querySelectorAll('.choice button')]"
               ".find((b) => b.textContent === 'all metrics').click()")
    wanted = sorted(digits(cell["value"]) for row in report.wanted["rows"]
                    for cell in row["cells"] if "value" in cell)
    shown = sorted(value for _, value in report.cells("cell"))
    check(f"{report.name}: figures", shown, wanted)
    steps = sum(cell.get("step", False) for row in report.wanted["rows"]
                for cell in row["cells"])
    check(f"{report.name}: steps", len(report.texts("td.step")), steps)
    stepped = next(row for row in report.wanted["rows"]
                   if any(cell.get("step") for cell in row["cells"]))
    report.open(stepped["case"])
    check(f"{report.name}: heading", report.texts("h1"), [stepped["case"]])
    report.shoot("case")


def check_sweep(report):
    check_many(report)
    report.open()
    heads = report.texts(".heatmap thead th")[2:]
    check("sweep: in the order of the setting", heads,
          sorted(heads, key=lambda value: float(value)))


def check_functions(report):
    of_case = {case["name"]: case for case in report.wanted[0]["cases"]
               if not case["refused"]}
    for name, case in list(of_case.items())[:3]:
        report.open(name)
        shown = [[function.split(" ")[0], value] for function, value
                 in report.cells("inclusive")]
        wanted = [[f["name"], digits(f["inclusive"])] for f in case["functions"]][:30]
        check(f"functions of {name}", shown, wanted)
    report.shoot("case")


def check_markup(report):
    check("markup: scripts run", report.get("document.title") == "owned", False)
    check("markup: elements", report.get(
        "document.querySelectorAll('img, iframe, object, main script, main style').length"), 0)
    name = report.get("JSON.parse(document.querySelector('#data').textContent).cases[0].name")
    check("markup: it is there", "<img" in name, True)
    report.get(f"location.hash = '#' + encodeURIComponent({json.dumps(name)})")
    report.browser.wait_for("document.body.dataset.page === 'case'")
    check("markup: heading", report.texts("h1"), [name])
    check("markup: elements of a case", report.get(
        "document.querySelectorAll('img, iframe, object, main script, main style').length"), 0)
    check("markup: scripts of a case", report.get("document.title") == "owned", False)
    # What a hostile element could do if there were one.
    before = len(report.browser.complaints())
    report.get("{ const s = document.createElement('script');"
               "s.textContent = 'window.owned = 1'; document.body.append(s); }")
    report.get("fetch('http://192.0.2.1/').catch(() => null)")
    check("markup: foreign scripts", report.get("window.owned ?? 'refused'"), "refused")
    refused = report.browser.complaints()[before:]
    check("markup: refused by the policy",
          len([c for c in refused if "Content Security Policy" in c]) >= 2, True)
    check("markup: requests", [c for c in refused if c.startswith("request")], [])
    report.browser.events.clear()


def main():
    chromium, folder = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()
    screenshots = sys.argv[3] if len(sys.argv) > 3 else None
    checks = {"one": (check_one, check_keys), "two": (check_two,), "many": (check_many,),
              "sweep": (check_sweep,), "functions": (check_functions,), "empty": (),
              "markup": (check_markup,), "markup_two": (check_markup,)}
    with Chromium(chromium) as browser:
        for name, of_report in checks.items():
            if not (folder / f"{name}.html").exists():
                continue
            report = Report(browser, folder, name, screenshots)
            report.check_looks()
            for one in of_report:
                report.open()
                one(report)
            check(f"{name}: complaints", browser.complaints(), [])
            browser.events.clear()
            print(f"{name}: opened in {report.seconds:.2f} s, {report.pages} pages on paper")
    for failure in failures:
        print("FAILED:", failure)
    sys.exit(len(failures) > 0)


main()
