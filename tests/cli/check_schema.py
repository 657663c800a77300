"""check_schema.py SCHEMA FILE: whether FILE is as SCHEMA says.

Needs Debian's python3-jsonschema. To show that the check can fail, files with a
field too many, one too few and a wrong type must not pass.
"""
import copy
import json
import sys

import jsonschema


def main():
    with open(sys.argv[1]) as f:
        schema = json.load(f)
    with open(sys.argv[2]) as f:
        results = json.load(f)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for error in validator.iter_errors(results):
        sys.exit(f"{'/'.join(map(str, error.path))}: {error.message[:200]}")
    assert results["cases"][0]["metrics"], "nothing in it to check"
    for spoil in (
            lambda r: r.update(surprise=1),
            lambda r: r["cases"][0]["metrics"][0]["runs"][0].update(extra=1),
            lambda r: r["cases"][0].pop("code_hash"),
            lambda r: r["host"].update(tsc_khz="2500000"),
            lambda r: r.update(schema_version=2)):
        spoilt = copy.deepcopy(results)
        spoil(spoilt)
        if validator.is_valid(spoilt):
            sys.exit("the schema accepts a spoilt file")


main()
