"""Compares the built datasets value by value with an independent reading of the Sensor.Community archive.

Shares no code with the product: csv and gzip read the archive, pyarrow the Parquet, and the rules (identity, casting, which row wins,
which rows are dropped) are written here once more.

usage: compare_archive.py WINDOWS_JSON ARCHIVE
"""

import csv
import gzip
import json
import math
import re
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tally import Tally

def particles(size):
    return {f"mass_concentration_of_{size}_ambient_aerosol{kind}_in_air" for kind in ("", "_particles")}


# Field of the archive -> CF standard name (or its alias) of the column that must hold it. P1 is PM10.
STANDARD_NAMES = {
    "temperature": {"air_temperature"},
    "humidity": {"relative_humidity"},
    "pressure": {"air_pressure"},
    "pressure_sealevel": {"air_pressure_at_sea_level", "air_pressure_at_mean_sea_level"},
    "P0": particles("pm1"),
    "P1": particles("pm10"),
    "P2": particles("pm2p5"),
}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FLOOR = datetime(2010, 1, 1, tzinfo=timezone.utc)
HOUR = 3_600_000_000


def micros(moment):
    return (moment - EPOCH) // timedelta(microseconds=1)


def instant(text):
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def number(cell):
    """The number in a cell, or None where it is missing: empty, a word, not a number, infinite."""
    cell = cell.strip()
    if not NUMBER.match(cell):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def read_row(cells):
    """One row as (key, fields), or None where it must be dropped."""
    try:
        time = instant(cells["timestamp"])
        sensor = int(cells["sensor_id"])
    except (ValueError, KeyError):
        return None
    if time < FLOOR:
        return None
    fields = {name: number(cells.get(name) or "") for name in STANDARD_NAMES}
    if (cells.get("sensor_type") or "").upper() == "PPD42NS":
        # It counts particles; P1 and P2 are no concentrations by mass.
        fields["P1"] = fields["P2"] = None
    if all(value is None for value in fields.values()):
        return None
    lat, lon = number(cells.get("lat") or ""), number(cells.get("lon") or "")
    on_globe = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
    fields["position"] = (lat, lon) if on_globe else None
    fields["sensor_type"] = (cells.get("sensor_type") or "").strip() or None
    location = (cells.get("location") or "").strip()
    fields["location"] = int(location) if location.isdigit() else None
    return (micros(time), sensor), fields


def read_archive(archive):
    """All observations: {(µs, sensor): fields}, and the days that there are."""
    expected, days = {}, set()
    # In the order of days: a later collected one wins, and within a payload the later row, field by field.
    files = sorted((path for path in archive.rglob("*.csv*")), key=lambda path: path.name)
    for path in files:
        days.add(path.parent.name)
        opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
        with opened as lines:
            for cells in csv.DictReader(lines, delimiter=";"):
                row = read_row(cells)
                if row is None:
                    continue
                key, fields = row
                merged = expected.setdefault(key, dict.fromkeys(fields))
                merged.update({name: value for name, value in fields.items() if value is not None})
    return expected, days


def column_for(names, field):
    found = [name for name in names if name.split("__")[0] in STANDARD_NAMES[field] and "__" in name]
    return found[0] if len(found) == 1 else None


def compare_window(tally, window, expected):
    """One built window against the observations that belong into it."""
    where = f"window {window['start']}"
    if not tally.check(len(window["files"]) == 1, f"{where}: files {window['files']}"):
        return
    table = pq.ParquetFile(window["files"][0]).read()
    tally.check(
        table.schema.field("datetime").type == pa.timestamp("us", tz="UTC"),
        f"{where}: datetime is {table.schema.field('datetime').type}",
    )
    tally.check(table.column_names[:3] == ["datetime", "lat", "lon"], f"{where}: columns {table.column_names}")
    columns = {field: column_for(table.column_names, field) for field in STANDARD_NAMES}
    missing = [field for field, column in columns.items() if column is None]
    if not tally.check(not missing, f"{where}: no column for {missing} among {table.column_names}"):
        return
    times = table.column("datetime").cast(pa.int64()).to_pylist()
    data = {name: table.column(name).to_pylist() for name in table.column_names if name != "datetime"}
    keys = list(zip(times, data["sensor_id"]))
    tally.check(keys == sorted(set(keys)), f"{where}: rows are not in order of time and sensor, or repeat")
    tally.check(set(keys) == set(expected), f"{where}: {len(keys)} rows where the archive has {len(expected)}")
    for row, key in enumerate(keys):
        fields = expected.get(key)
        if fields is None:
            continue
        for field, column in columns.items():
            value = data[column][row]
            tally.check(value == fields[field], f"{where}, {key}: {field} is {value}, archive {fields[field]}")
        position = (data["lat"][row], data["lon"][row])
        tally.check(position == (fields["position"] or (None, None)), f"{where}, {key}: position {position}")
        for name in ("sensor_type", "location"):
            tally.check(data[name][row] == fields[name], f"{where}, {key}: {name} is {data[name][row]}")


def main(windows_file, archive):
    tally = Tally("archive, value by value")
    expected, days = read_archive(Path(archive))
    by_window = defaultdict(dict)
    for key, fields in expected.items():
        by_window[key[0] // HOUR * HOUR][key] = fields
    windows = {micros(instant(window["start"])): window for window in json.loads(Path(windows_file).read_text())}
    claimed = {micros(instant(day)) + hour * HOUR for day in days for hour in range(24)}
    for start in sorted(claimed):
        window, rows = windows.get(start), by_window.get(start, {})
        if not tally.check(window is not None, f"no window at {EPOCH + timedelta(microseconds=start)}"):
            continue
        state = "built" if rows else "empty"
        tally.check(window["state"] == state, f"window {window['start']} is {window['state']}, not {state}: {window['reason']}")
        if rows and window["state"] == "built":
            compare_window(tally, window, rows)
    others = set(windows) - claimed
    tally.check(
        others == set(by_window) - claimed, f"windows that nothing claims or touches: {sorted(others)[:5]}"
    )
    for start in others:
        tally.check(windows[start]["state"] == "waiting", f"window {windows[start]['start']} is {windows[start]['state']}")
    print(f"{len(expected)} observations in {len(by_window)} windows of {len(days)} days")
    tally.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
