"""Counts what an oracle found and says it in one closing line."""

import sys


class Tally:
    def __init__(self, oracle):
        self.oracle = oracle
        self.passed = 0
        self.failed = 0

    def check(self, holds, what):
        """Counts one check; `what` is printed when it does not hold (the first twenty times)."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            if self.failed <= 20:
                print(f"{self.oracle}: FAILED: {what}", flush=True)
        return holds

    def close(self):
        """Prints the closing line and ends the program; an oracle that checked nothing has failed."""
        print(f"{self.oracle}: {self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(0 if self.failed == 0 and self.passed > 0 else 1)
