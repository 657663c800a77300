"""read_exports.py openmetrics|junit FILE JSON: FILE, an export, by its reader.

openmetrics: Debian's python3-prometheus-client, as OpenMetrics and as Prometheus's
text. junit: Debian's python3-junitparser. JSON is `show --format=json` of the same
results file, with which figures and outcomes must agree. Exits with 77 where the
reader is not installed.
"""

import json
import math
import sys

_OUTCOMES = {"OUTCOME_OK": "OK", "OUTCOME_SKIPPED": "SKIPPED",
             "OUTCOME_FAILED": "FAILED", "OUTCOME_TIMEOUT": "TIMEOUT"}


def need(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


def wanted_figures(results):
    """Returns {(case, metric): metric as JSON} of all figures."""
    return {(case["name"], metric["name"]): metric
            for case in results["cases"] if case["outcome"] == "OUTCOME_OK"
            for metric in case["metrics"] if metric["runs"]}


def seconds(metric, results):
    """Returns a metric's figure as OpenMetrics has it, and its family."""
    value, time = metric["median_of_runs"], results["host"]["tick"] != "TICK_INSTRUCTION"
    return {
        "UNIT_TICKS": (value / results["host"]["tsc_khz"] / 1e3,
                       "exitbench_cost_seconds") if time else
                      (value, "exitbench_cost_instructions"),
        "UNIT_NS": (value / 1e9, "exitbench_cost_seconds"),
        "UNIT_COUNT": (value, "exitbench_per_event"),
        "UNIT_BYTES": (value, "exitbench_size_bytes"),
        "UNIT_TICKS_PER_BYTE": (value, "exitbench_ticks_per_byte"),
        "UNIT_MB_PER_S": (value * 1e6, "exitbench_rate_bytes_per_second"),
        "UNIT_RATIO": (value, "exitbench_ratio"),
    }[metric["unit"]]


def check_openmetrics(text, results):
    try:
        from prometheus_client.openmetrics import parser as openmetrics
        from prometheus_client import parser as prometheus
    except ImportError:
        sys.exit(77)
    for parser in (openmetrics, prometheus):
        found, outcomes = {}, {}
        for family in parser.text_string_to_metric_families(text):
            need(family.type == "gauge", f"{family.name} is a {family.type}")
            need(family.documentation, f"{family.name} has no help")
            for sample in family.samples:
                labels = sample.labels
                if sample.name == "exitbench_case_outcome":
                    if sample.value == 1:
                        outcomes[labels["case"]] = labels["outcome"]
                elif "metric" in labels and sample.name != "exitbench_runs_deviation":
                    found[labels["case"], labels["metric"]] = (sample.value, sample.name)
                    need(labels["kernel"] == results["host"]["kernel_release"], "kernel")
        wanted = wanted_figures(results)
        need(found.keys() == wanted.keys(), f"{parser.__name__}: figures differ")
        need(found, "no figures")
        for key, metric in wanted.items():
            value, name = seconds(metric, results)
            need(found[key][1] == name, f"{key} is in {found[key][1]}")
            need(math.isclose(found[key][0], value, rel_tol=1e-9),
                 f"{key} is {found[key][0]}, not {value}")
        need(outcomes == {case["name"]: _OUTCOMES[case["outcome"]]
                          for case in results["cases"]}, f"outcomes {outcomes}")
    spoilt = text.replace("# EOF\n", "")
    try:
        list(openmetrics.text_string_to_metric_families(spoilt))
    except ValueError:
        return
    sys.exit("FAILED: the reader takes a file that is cut short")


def check_junit(path, results):
    try:
        import junitparser
    except ImportError:
        sys.exit(77)
    suites = junitparser.JUnitXml.fromfile(path)
    found = {}
    for suite in suites:
        cases = list(suite)
        need(suite.tests == len(cases), f"{suite.name}: {suite.tests} tests")
        properties = {each.name: each.value for each in suite.properties()}
        need(properties["kernel"] == results["host"]["kernel_release"], "kernel")
        skipped = failures = 0
        for case in cases:
            need(case.classname == f"exitbench.{suite.name}", case.classname)
            kinds = [type(each).__name__ for each in case.result]
            kind = kinds[0] if kinds else "OK"
            skipped += kind == "Skipped"
            failures += kind == "Failure"
            outcome = {"OK": "OK", "Skipped": "SKIPPED",
                       "Failure": case.result[0].type if kinds else None}[kind]
            found[case.name] = (outcome, case.result[0].message if kinds else "")
        need((suite.skipped, suite.failures) == (skipped, failures), "counts")
    need(found == {case["name"]: (_OUTCOMES[case["outcome"]], case["reason"])
                   for case in results["cases"]}, f"outcomes {found}")
    # Figures, which junitparser has no words for.
    import xml.etree.ElementTree as tree
    figures = {}
    for case in tree.parse(path).iter("testcase"):
        for each in case.findall("properties/property"):
            figures[case.get("name"), each.get("name").split(".")[0]] = float(
                each.get("value"))
    wanted = wanted_figures(results)
    need(figures.keys() == wanted.keys(), "figures differ")
    for key, metric in wanted.items():
        need(math.isclose(figures[key], metric["median_of_runs"], rel_tol=1e-9),
             f"{key} is {figures[key]}")


def main():
    kind, path, json_path = sys.argv[1:]
    with open(json_path, encoding="ascii") as f:
        results = json.load(f)
    if kind == "junit":
        check_junit(path, results)
    else:
        with open(path, encoding="ascii") as f:
            check_openmetrics(f.read(), results)
    print(f"{path}: {kind} as its reader has it")


main()
