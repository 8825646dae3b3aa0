"""Checks GeoParquet and pygeoapi's configuration with other people's programs: pyarrow, geopandas, jsonschema, pygeoapi itself.

usage: check_geoparquet.py CONFIG SCHEMAS IDENTITY [WINDOWS_JSON DATASET]

CONFIG       pygeoapi's configuration; every collection in it is checked
SCHEMAS      folder with GeoParquet's JSON schema 1.1.0 and PROJJSON's 0.7
IDENTITY     identity columns, comma-separated
WINDOWS_JSON what `window list --json` says; each built window's canonical file must come back in DATASET's features, row by row
"""

import hashlib
import json
import logging
import os
import struct
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import geopandas
import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import referencing
import yaml

from tally import Tally

PROJJSON = "https://proj.org/schemas/v0.7/projjson.schema.json"
OURS = ["geometry", "bbox", "id"]


def geo_validator(folder):
    def load(name):
        return json.loads((Path(folder) / name).read_text())

    projjson = referencing.Resource.from_contents(
        load("projjson-0.7.schema.json"), default_specification=referencing.jsonschema.DRAFT7
    )
    registry = referencing.Registry().with_resource(PROJJSON, projjson)
    return jsonschema.Draft7Validator(load("schema-1.1.0.json"), registry=registry)


def z_order(lon, lat):
    """The curve once more, bit by bit."""
    x = min(2**32 - 1, int((lon + 180) / 360 * 2**32))
    y = min(2**32 - 1, int((lat + 90) / 180 * 2**32))
    return sum(((x >> bit & 1) << (2 * bit)) | ((y >> bit & 1) << (2 * bit + 1)) for bit in range(32))


def feature_id(micros, identity):
    seconds, fraction = divmod(micros, 1_000_000)
    time = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y%m%dT%H%M%S")
    text = "\x1f".join("\x00" if part is None else str(part) for part in identity)
    return f"{time}{f'.{fraction:06}' if fraction else ''}Z-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def check_file(tally, path, validator, identity):
    """One GeoParquet file; returns its features' ids with their positions."""
    file = pq.ParquetFile(path)
    pairs = [key for key in file.metadata.metadata if key == b"geo"]
    tally.check(len(pairs) == 1, f"{path.name}: {len(pairs)} geo entries")
    geo = json.loads(file.metadata.metadata[b"geo"])
    errors = [error.message for error in validator.iter_errors(geo)]
    tally.check(not errors, f"{path.name}: geo metadata: {errors}")
    groups = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
    tally.check(max(groups, default=0) <= 65_536, f"{path.name}: row groups of {groups}")
    table = file.read()
    tally.check(table.column_names[-3:] == OURS, f"{path.name}: columns {table.column_names}")
    frame = geopandas.read_parquet(path)
    tally.check(frame.crs is not None and frame.crs.to_string() == "OGC:CRS84", f"{path.name}: CRS {frame.crs}")
    rows = table.to_pylist()
    times = table.column("datetime").cast(pa.int64()).to_pylist()
    features, order = {}, []
    for row, micros, geometry in zip(rows, times, frame.geometry):
        lon, lat = row["lon"], row["lat"]
        where = f"{path.name} {row['id']}"
        key = tuple(row[column] for column in identity)
        tally.check(row["id"] == feature_id(micros, key), f"{where}: another id than {feature_id(micros, key)}")
        tally.check(row["id"] not in features, f"{where}: twice")
        features[row["id"]] = (lon, lat)
        if lon is None or lat is None:
            tally.check(row["geometry"] is None and row["bbox"] is None and geometry is None, f"{where}: a geometry")
            order.append((1, 0, key, micros))
            continue
        tally.check(row["geometry"] == struct.pack("<BIdd", 1, 1, lon, lat), f"{where}: WKB {row['geometry']}")
        tally.check((geometry.x, geometry.y) == (lon, lat), f"{where}: geopandas reads {geometry}")
        tally.check(row["bbox"] == {"xmin": lon, "ymin": lat, "xmax": lon, "ymax": lat}, f"{where}: {row['bbox']}")
        order.append((0, z_order(lon, lat), key, micros))
    tally.check(order == sorted(order), f"{path.name}: rows are not along the curve, then identity, then time")
    placed = [position for position in features.values() if None not in position]
    if placed:
        lons, lats = zip(*placed)
        box = [min(lons), min(lats), max(lons), max(lats)]
        tally.check(geo["columns"]["geometry"].get("bbox") == box, f"{path.name}: bbox of the file")
    return features


def check_against_canonical(tally, folder, windows, identity):
    """The files shown hold exactly the rows of all built windows' canonical files, in one file per day that has several windows."""
    built = {}
    for window in windows:
        if window["files"]:
            built.setdefault(window["start"][:10].replace("-", ""), []).append(window["files"][0])
    present = {}
    for path in folder.glob("*.parquet"):
        present.setdefault(path.name[:8], []).append(path)
    tally.check(set(present) == set(built), f"{folder}: {len(present)} days for {len(built)} built days")
    order = [("datetime", "ascending"), *((column, "ascending") for column in identity)]
    for day in sorted(set(present) & set(built)):
        tally.check(len(present[day]) == 1, f"{day}: {len(present[day])} files for {len(built[day])} windows: not put together")
        canonical = pa.concat_tables([pq.ParquetFile(file).read() for file in built[day]], promote_options="default")
        features = pa.concat_tables([pq.ParquetFile(path).read() for path in present[day]])
        same = features.select(canonical.column_names).sort_by(order).equals(canonical.sort_by(order))
        tally.check(same, f"{day}: other rows than its {len(built[day])} windows")
    lists = {tuple(pq.read_schema(path).names) for path in folder.glob("*.parquet")}
    tally.check(len(lists) == 1, f"{folder}: {len(lists)} lists of columns")


def check_served(tally, client, dataset, features, extents):
    """Every feature comes back from pygeoapi exactly once, at its place."""
    collection = client.get(f"/collections/{dataset}?f=json")
    tally.check(collection.status_code == 200, f"/collections/{dataset}: {collection.status_code}")
    box = collection.json["extent"]["spatial"]["bbox"][0]
    placed = [position for position in features.values() if None not in position]
    if placed:
        lons, lats = zip(*placed)
        tally.check(box == [min(lons), min(lats), max(lons), max(lats)], f"{dataset}: extent {box}")
    seen, offset = {}, 0
    while True:
        answer = client.get(f"/collections/{dataset}/items?f=json&limit=1000&offset={offset}")
        if not tally.check(answer.status_code == 200, f"{dataset} items at {offset}: {answer.status_code}"):
            return
        page = answer.json["features"]
        for feature in page:
            # pygeoapi's own `id` of a feature is the row's number in the page; the id_field stays among the properties.
            name = feature["properties"]["id"]
            tally.check(name not in seen, f"{dataset}: {name} comes twice")
            coordinates = (feature.get("geometry") or {}).get("coordinates")
            seen[name] = tuple(coordinates) if coordinates else (None, None)
        if not page:
            break
        offset += len(page)
    tally.check(set(seen) == set(features), f"{dataset}: {len(seen)} features served, {len(features)} in the files")
    wrong = [name for name in seen if seen[name] != features.get(name) and None not in features.get(name, (None,))]
    tally.check(not wrong, f"{dataset}: other places: {wrong[:3]}")
    for name in sorted(features)[:: max(1, len(features) // 5)]:
        answer = client.get(f"/collections/{dataset}/items/{name}?f=json")
        tally.check(answer.status_code == 200 and answer.json["properties"]["id"] == name, f"{dataset}/items/{name}")
    begin, end = (moment.isoformat().replace("+00:00", "Z") for moment in (extents["begin"], extents["end"]))
    answer = client.get(f"/collections/{dataset}/items?f=json&limit=1&datetime={begin}/{end}")
    tally.check(answer.status_code == 200 and len(answer.json["features"]) == 1, f"{dataset}: datetime={begin}/{end}")


def open_pygeoapi(config):
    """pygeoapi's own application on a test client."""
    openapi = Path(tempfile.mkdtemp()) / "openapi.yml"
    run = ["pygeoapi", "openapi", "generate", str(config), "--output-file", str(openapi)]
    made = subprocess.run([str(Path(sys.executable).parent / run[0]), *run[1:]], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"pygeoapi cannot describe the configuration: {made.stderr[-2000:]}")
    # It logs an error per request for the box column of GeoParquet 1.1, whose type it does not list among the queryables.
    logging.disable(logging.CRITICAL)
    os.environ["PYGEOAPI_CONFIG"] = str(config)
    os.environ["PYGEOAPI_OPENAPI"] = str(openapi)
    from pygeoapi.flask_app import APP

    return APP.test_client()


def main(config, schemas, identity, windows_file=None, dataset=None):
    tally = Tally("GeoParquet and pygeoapi")
    config, identity = Path(config), identity.split(",")
    program = str(Path(sys.executable).parent / "pygeoapi")
    valid = subprocess.run([program, "config", "validate", "-c", str(config)], capture_output=True, text=True)
    tally.check(valid.returncode == 0 and "Valid configuration" in valid.stdout, f"{valid.stdout}{valid.stderr}")
    resources = yaml.safe_load(config.read_text())["resources"]
    tally.check(bool(resources), "the configuration has no collection")
    validator = geo_validator(schemas)
    client = open_pygeoapi(config)
    for name, resource in resources.items():
        folder = Path(resource["providers"][0]["data"]["source"])
        features = {}
        for path in sorted(folder.glob("*.parquet")):
            found = check_file(tally, path, validator, identity)
            tally.check(not set(found) & set(features), f"{path.name}: ids of another window")
            features.update(found)
        tally.check(bool(features), f"{name}: no features")
        if windows_file and name == dataset:
            check_against_canonical(tally, folder, json.loads(Path(windows_file).read_text()), identity)
        check_served(tally, client, name, features, resource["extents"]["temporal"])
        print(f"{name}: {len(features)} features in {len(list(folder.glob('*.parquet')))} files")
    tally.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
