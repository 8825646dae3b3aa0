"""Runs the whole line over the real archive: archive server, `npm start` on a fresh data folder, the source for every day by the command line.

Leaves WORK/windows.json, and prints where pygeoapi's configuration is. Ends what it started.

usage: whole_line.py REPOSITORY ARCHIVE WORK
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

DATASET, SOURCE = "sensor.community", "sensor_community"
PENDING = {"building", "queued", "open", "settling", "failed"}
# In vain is longer than anything takes on a machine four times slower.
START_SECONDS, LINE_SECONDS = 900, 1800


class Line:
    def __init__(self, repository, archive, work):
        self.repository, self.archive, self.work = Path(repository), Path(archive), Path(work)
        self.processes = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "IONBEAM_TEST_DATABASE_URL")},
            "IONBEAM_DATA_DIR": str(self.work / "data"),
            "IONBEAM_CONFIG_PATH": str(self.work / "ionbeam.yaml"),
            "PORT": "0",
            # Days are put together at once, not after ten quiet minutes.
            "IONBEAM_COMPACT_AT_ONCE": "1",
        }

    def start(self, name, *command):
        """A process with its output in WORK/<name>.log and a group of its own."""
        log = open(self.work / f"{name}.log", "w")
        process = subprocess.Popen(
            command, cwd=self.repository, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )
        self.processes.append((name, process))
        return process

    def said(self, name):
        return (self.work / f"{name}.log").read_text()

    def wait(self, seconds, what, found):
        """Asks `found` until it answers, as long as everything that was started still runs."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = found()
            if answer:
                return answer
            for name, process in self.processes:
                if process.poll() is not None:
                    raise SystemExit(f"{name} ended with {process.returncode}:\n{self.said(name)[-4000:]}")
            time.sleep(1)
        logs = "\n".join(f"--- {name}\n{self.said(name)[-4000:]}" for name, _ in self.processes)
        raise SystemExit(f"waited {seconds} s in vain for {what}\n{logs}")

    def ask(self, *words):
        """One command of Ionbeam's command line; its JSON, or None when it did not succeed."""
        answer = subprocess.run(
            ["npm", "run", "-s", "ionbeam", "--", *words, "--json"], cwd=self.repository, env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        self.last_error = answer.stderr
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def run(self):
        self.start("archive", "npx", "tsx", "e2e/archive-server.ts", str(self.archive))
        address = self.wait(START_SECONDS, "the archive server", lambda: re.search(r"http://[\d.a-z]+:\d+", self.said("archive")))
        # No schedules: only what is asked for runs, and the load source is off.
        (self.work / "ionbeam.yaml").write_text(
            f"sources:\n  scheduler:\n    windows: []\n  {SOURCE}:\n    base_url: {address.group()}\n"
        )
        self.start("ionbeam", "npm", "start")
        self.wait(START_SECONDS, "Ionbeam's start", lambda: "Ionbeam runs at" in self.said("ionbeam"))
        days = sorted({path.parent.name for path in self.archive.rglob("*.csv*")})
        for day in days:
            after = date.fromisoformat(day) + timedelta(days=1)
            if self.ask("source", "run", SOURCE, "--from", day, "--to", str(after), "--key", f"ci-{day}") is None:
                raise SystemExit(f"source run {day}: {self.last_error}")
        windows = self.wait(LINE_SECONDS, "all windows", lambda: self.settled(24 * len(days)))
        (self.work / "windows.json").write_text(json.dumps(windows))
        built = sum(1 for window in windows if window["files"])
        self.wait(LINE_SECONDS, f"{built} projected windows, shown", self.shown)
        files = self.ask("dataset", "files", DATASET, "--from", days[0], "--to", "2100-01-01T00:00:00Z")
        if not files:
            raise SystemExit(f"no files are planned for readers: {self.last_error}")
        letters = self.ask("dead-letter", "list")
        if letters is None or letters:
            raise SystemExit(f"dead letters: {letters} {self.last_error}")
        print(f"{len(days)} days collected, {len(windows)} windows, {built} built and projected")

    def shown(self):
        """Whether all windows are projected, the archive's days are put together, and readers are shown that."""
        dataset = self.ask("dataset", "show", DATASET) or {}
        state = dataset.get("shown") or {}
        # A window that waits for its missing deliveries owes nothing, so its day is put together all the same.
        return state.get("upToDate") and state.get("compacted") == state.get("days")

    def settled(self, at_least):
        """The windows, once every run is over and none of at least so many is on its way."""
        runs = self.ask("source", "runs", SOURCE, "--limit", "1000") or [{"state": "queued"}]
        if any(run["state"] in ("failed", "refused") for run in runs):
            print(f"runs: {[(run['start'], run['state'], run.get('error')) for run in runs if run['state'] != 'done']}", flush=True)
        if any(run["state"] != "done" for run in runs):
            return None
        windows = self.ask("window", "list", "--dataset", DATASET, "--limit", "10000") or []
        pending = [window for window in windows if window["state"] in PENDING or window["stale"]]
        return windows if len(windows) >= at_least and not pending else None

    def stop(self):
        """Ends what was started, the last first, by its process group; Ctrl-C first, so that it can drain."""
        for _, process in reversed(self.processes):
            for number, seconds in ((signal.SIGINT, 20), (signal.SIGTERM, 10), (signal.SIGKILL, 10)):
                if process.poll() is not None:
                    break
                try:
                    os.killpg(process.pid, number)
                    process.wait(seconds)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue


def main(repository, archive, work):
    line = Line(repository, archive, work)
    try:
        line.run()
    finally:
        line.stop()


if __name__ == "__main__":
    main(*sys.argv[1:4])
