"""A disk filled by hand: the real program with its data folder on a small tmpfs. The disk is filled until the reserve is reached, freed, filled to the
last byte, and freed again; afterwards rows and files are those of a run that nobody disturbed, and no scheduled boundary is missing or doubled.

usage: full_disk.py REPOSITORY WORK
"""

import errno
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

from tally import Tally
from whole_line import Line

DISK_MIB, RESERVE_MIB = 800, 160
MIB = 1 << 20
DAY, BATCH = "2026-03-01", 4
# In vain is longer than anything takes on a machine four times slower.
SECONDS = 900
SETTINGS = """sources:
  ioncannon:
    num_stations: 40
    measurement_frequency: PT1M
    late_share: 0
  scheduler:
    windows:
      - source_name: ioncannon
        window_size: PT1M
        trigger_interval: PT1M
"""


class Trial(Line):
    """A line of its own with IonCannon; `data` is its data folder, made here."""

    def __init__(self, repository, work, name, data):
        super().__init__(repository, "", work)
        self.name, self.data = name, Path(data)
        self.data.mkdir(parents=True, exist_ok=True)
        settings = self.work / f"{name}.yaml"
        settings.write_text(SETTINGS)
        self.environment |= {
            "IONBEAM_DATA_DIR": str(self.data),
            "IONBEAM_CONFIG_PATH": str(settings),
            "IONBEAM_DISK_RESERVE": f"{RESERVE_MIB}MiB",
        }

    def begin(self):
        self.start(self.name, "npm", "start")
        self.address = self.wait(SECONDS, "Ionbeam's start", lambda: re.search(r"Ionbeam runs at (\S+)", self.said(self.name))).group(1)

    def level(self):
        status = self.ask("status")
        return status and status["intake"]["level"]

    def collect(self, batch):
        """Asks for the hours of a batch."""
        for hour in range(batch * BATCH, (batch + 1) * BATCH):
            words = ("--from", f"{DAY}T{hour:02}:00:00Z", "--to", f"{DAY}T{hour + 1:02}:00:00Z", "--key", f"hour {hour}")
            if self.ask("source", "run", "ioncannon", *words) is None:
                raise SystemExit(f"source run: {self.last_error}")

    def runs(self):
        return self.ask("source", "runs", "ioncannon", "--limit", "1000") or []

    def day(self):
        """Of each window of the day: state, rows and hash, which the name of its file carries."""
        windows = self.ask("window", "list", "--dataset", "ioncannon", "--limit", "1000", "--from", DAY, "--to", f"{DAY}T23:00:00Z")
        return {window["start"]: (window["state"], window["rows"], [Path(file).name for file in window["files"]]) for window in windows or []}

    def built(self, batches):
        day = self.day()
        return day if sum(state == "built" for state, _, _ in day.values()) == batches * BATCH else None

    def health(self):
        """What a monitor is told: the status and the words."""
        try:
            with urllib.request.urlopen(f"{self.address}/api/health", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)


def free(folder):
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def fill_to(disk, left):
    """Takes space until `left` bytes are free."""
    with open(disk / "by-hand", "ab") as ballast:
        while free(disk) > left:
            try:
                ballast.write(bytes(max(1, min(MIB, free(disk) - left))))
                ballast.flush()
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return


def reserve_reached(trial, disk, tally):
    fill_to(disk, (RESERVE_MIB - 20) * MIB)
    trial.wait(SECONDS, "the pause", lambda: trial.level() == "paused")
    reason = trial.ask("status")["intake"]["reason"]
    tally.check(f"less than {RESERVE_MIB} MiB are free on the disk of {trial.data}" in reason, f"the reason is {reason}")
    status, words = trial.health()
    tally.check(status == 200 and '"paused"' in words and "MiB are free" in words, f"health says {status} {words}")
    trial.collect(1)
    asked = lambda: [run for run in trial.runs() if run["trigger"] == "person" and run["state"] == "queued"]
    trial.wait(SECONDS, "runs that say what they wait for", lambda: len(asked()) == BATCH and all(run["waits"] == reason for run in asked()))
    boundary = datetime.utcnow() + timedelta(seconds=65)
    trial.wait(SECONDS, "a boundary during the pause", lambda: datetime.utcnow() > boundary)
    tally.check(len(asked()) == BATCH, "a run began while less than the reserve was free")
    (disk / "by-hand").unlink()
    trial.wait(SECONDS, "the end of the pause", lambda: trial.level() == "open")
    trial.wait(SECONDS, "what was asked for during the pause", lambda: trial.built(2))


def filled_to_the_last_byte(trial, disk):
    trial.collect(2)
    fill_to(disk, 0)
    told = []
    end = time.monotonic() + 30

    def full():
        # What the program lets go of is taken too.
        fill_to(disk, 0)
        told.append(trial.health())
        return time.monotonic() > end and any("halted" in text or "disk" in text for _, text in told)

    # The disk stays full until health has spoken of it.
    trial.wait(SECONDS, "half a minute without a byte, and health's word on it", full)
    print(f"with no byte free health says: {told[-1]}")
    (disk / "by-hand").unlink()
    trial.wait(SECONDS, "the end of the pause", lambda: trial.level() == "open")
    trial.wait(SECONDS, "what was asked for on a full disk", lambda: trial.built(3))


def compare(trial, calm, tally):
    mine, other = trial.built(3), calm.built(3)
    tally.check(mine == other, f"windows differ: {[(at, mine[at], other.get(at)) for at in mine if mine[at] != other.get(at)]}")
    scheduled = lambda: sorted(run["start"] for run in trial.runs() if run["trigger"] == "schedule")
    # On a fast machine all the above takes three minutes: one that begins after the last pause belongs to it.
    trial.wait(SECONDS, "a boundary after the pauses", lambda: len(scheduled()) > 3)
    starts = scheduled()
    minutes = [datetime.fromisoformat(start.replace("Z", "+00:00")) for start in starts]
    steps = {(after - before).total_seconds() for before, after in zip(minutes, minutes[1:])}
    tally.check(steps == {60.0}, f"scheduled minutes follow each other in steps of {steps} s: {starts}")
    # What failed while the disk was full is tried again, in its turn.
    well = lambda: all(run["state"] in ("done", "queued", "running") for run in trial.runs())
    trial.wait(SECONDS, "no run that has failed", well)
    letters = trial.ask("dead-letter", "list")
    tally.check(letters == [], f"dead letters: {letters} {trial.last_error}")
    log = (trial.data / "logs" / "worker.log").read_text(errors="replace")
    # Counted, not parsed: a disk without a byte tears the line that was being written.
    changes = log.count("what may begin has changed")
    tally.check(changes < 40, f"{changes} changes were logged")


def main(repository, work):
    disk = Path(work) / "small-disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=755", "ionbeam-ci", disk], check=True)
    tally = Tally("a disk filled by hand")
    trial = Trial(repository, work, "filled", disk / "data")
    calm = Trial(repository, work, "calm", Path(work) / "calm-data")
    try:
        trial.begin()
        trial.collect(0)
        trial.wait(SECONDS, "the first windows", lambda: trial.built(1))
        reserve_reached(trial, disk, tally)
        filled_to_the_last_byte(trial, disk)
        calm.begin()
        for batch in range(3):
            calm.collect(batch)
        calm.wait(SECONDS, "the undisturbed windows", lambda: calm.built(3))
        compare(trial, calm, tally)
    finally:
        for line in (calm, trial):
            line.stop()
        subprocess.run(["umount", "-l", disk], check=False)
    tally.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
