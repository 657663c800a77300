"""check_speedscope.py FILE COUNT: whether FILE is as speedscope's file format says,
with COUNT instructions in its first profile.

The rules are those of the published format: what a file must have, frames that are
there, and of an evented profile that events are in order and each frame is closed
where it is the innermost open one. To show that the check can fail, spoilt copies
must not pass.
"""
import copy
import json
import sys


class Wrong(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Wrong(what)


def check_profile(profile, frames):
    for key in ("type", "name", "unit", "startValue", "endValue", "events"):
        need(key in profile, f"no {key}")
    need(profile["type"] == "evented", "type")
    need(profile["unit"] in ("bytes", "microseconds", "milliseconds", "nanoseconds",
                             "none", "seconds"), "unit")
    at, open_frames = profile["startValue"], []
    for event in profile["events"]:
        need(set(event) == {"type", "frame", "at"}, f"event {event}")
        need(0 <= event["frame"] < frames, f"no frame {event['frame']}")
        need(event["at"] >= at, f"{event['at']} is before {at}")
        at = event["at"]
        if event["type"] == "O":
            open_frames.append(event["frame"])
        else:
            need(event["type"] == "C", f"event {event}")
            need(open_frames and open_frames[-1] == event["frame"],
                 f"closes {event['frame']} of {open_frames}")
            open_frames.pop()
    need(not open_frames, f"{open_frames} stay open")
    need(at <= profile["endValue"], "ends before its last event")


def check(file, count):
    need(file["$schema"] == "https://www.speedscope.app/file-format-schema.json",
         "$schema")
    for frame in file["shared"]["frames"]:
        need(isinstance(frame["name"], str), "a frame has no name")
    need(file["profiles"], "no profile")
    for profile in file["profiles"]:
        check_profile(profile, len(file["shared"]["frames"]))
    first = file["profiles"][0]
    need(first["endValue"] - first["startValue"] == count,
         f"{first['endValue']}, not {count}")


def main():
    with open(sys.argv[1]) as f:
        file = json.load(f)
    count = int(sys.argv[2])
    check(file, count)
    for spoil in (
            lambda p: p["events"].pop(),
            lambda p: p["events"].pop(0),
            lambda p: p["events"][3].update(at=1e9),
            lambda p: p["events"][1].update(frame=10**6),
            lambda p: p.pop("unit"),
            lambda p: p.update(endValue=p["endValue"] - 1),
            lambda p: p.update(startValue=1)):
        spoilt = copy.deepcopy(file)
        spoil(spoilt["profiles"][0])
        try:
            check(spoilt, count)
        except Wrong:
            continue
        sys.exit("a spoilt file passes")


try:
    main()
except Wrong as wrong:
    sys.exit(f"{sys.argv[1]}: {wrong}")
