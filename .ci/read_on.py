"""Reads a whole collection from pygeoapi again and again, until its input ends, and says what it found: one line of JSON per reading.

usage: read_on.py CONFIG DATASET

{"began": seconds, "again": requests that failed once and were sent again, "failed": those that failed twice, "features": [[time, station], ...],
"properties": names of the first feature's properties}
"""

import json
import sys
import threading
import time

from check_geoparquet import open_pygeoapi


def ask(client, address):
    """The answer, and how often it had to be asked for again: a request that spans a switch of generations may find a listed file gone."""
    answer = client.get(address)
    if answer.status_code == 200:
        return answer.json, 0, 0
    answer = client.get(address)
    return (answer.json, 1, 0) if answer.status_code == 200 else ({"features": []}, 1, 1)


def main(config, dataset):
    client = open_pygeoapi(config)
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    while not stop.is_set():
        began = time.time()
        # One request for everything: pages by offset are of different generations when one is shown in between.
        page, again, failed = ask(client, f"/collections/{dataset}/items?f=json&limit=1000")
        found = page["features"]
        features = [[each["properties"]["datetime"], each["properties"]["station_id"]] for each in found]
        properties = sorted(found[0]["properties"]) if found else []
        line = {"began": began, "again": again, "failed": failed, "features": features, "properties": properties}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
