"""Writes a golden file: named matrices that another library computed, read by tests/golden.hpp.

    # tests/golden/make_layers.py with keras 3.15.1, jax 0.10.2      which script, which versions
    dense/X 2 3                                                      name, rows, columns
    0.25 -1 3                                                        one line for each row
    0.5 0 2

A script builds a GoldenFile, adds its matrices and calls write(), which reads the command line:
without an option it refuses to overwrite a file, --force overwrites it, and --check compares the
new numbers with those of the file and writes nothing.
"""

import os
import sys

import numpy as np


class GoldenFile:
    """extremes=True: numbers may be infinite or NaN, and each counts for itself, not as a part of
    its matrix's largest."""

    def __init__(self, path, first_line, digits=13, extremes=False):
        self.path = str(path)
        self.first_line = first_line
        self.digits = digits
        self.extremes = extremes
        self.matrices = {}

    def add(self, name, values):
        """Of an array with more than two axes, the first stays and the others become one."""
        values = np.atleast_1d(np.asarray(values, dtype=np.float64))
        if values.ndim == 1:
            values = values[None, :]
        if name in self.matrices:
            raise ValueError(f"two matrices are named {name}")
        if not self.extremes and not np.all(np.isfinite(values)):
            raise ValueError(f"{name} is not finite")
        self.matrices[name] = values.reshape(len(values), -1)

    def write(self, tolerance=1e-9):
        options = sys.argv[1:]
        if options == ["--check"]:
            self.check(tolerance)
        elif options not in ([], ["--force"]):
            sys.exit("options: none, --force or --check")
        elif os.path.exists(self.path) and not options:
            sys.exit(f"{self.path} exists; --force overwrites it, --check compares")
        else:
            with open(self.path + ".new", "w") as file:
                print("#", self.first_line, file=file)
                for name, values in self.matrices.items():
                    print(name, *values.shape, file=file)
                    for row in values:
                        print(*(f"{value + 0.0:.{self.digits}g}" for value in row), file=file)
            os.replace(self.path + ".new", self.path)
            print(f"{self.path}: {len(self.matrices)} matrices")

    def check(self, tolerance):
        """Every number to `tolerance` of its matrix's largest (of 0.01, if that is larger)."""
        with open(self.path) as file:
            lines = file.read().splitlines()
        stored, at = {}, 1
        while at < len(lines):
            name, rows, columns = lines[at].split()
            block = [line.split() for line in lines[at + 1 : at + 1 + int(rows)]]
            stored[name] = np.array(block, dtype=np.float64).reshape(int(rows), int(columns))
            at += 1 + int(rows)
        if set(stored) != set(self.matrices):
            sys.exit(f"{self.path}: other names: {set(stored) ^ set(self.matrices)}")
        worst, where = 0.0, "-"
        for name, values in self.matrices.items():
            if stored[name].shape != values.shape:
                sys.exit(f"{name}: stored {stored[name].shape}, now {values.shape}")
            error = self.difference(stored[name], values)
            if not error <= worst:
                worst, where = error, name
        print(f"{self.path}: {len(stored)} matrices, largest difference {worst:.1e} ({where})")
        if lines[0] != "# " + self.first_line:
            print(f"stored: {lines[0]}\nnow:    # {self.first_line}")
        if not worst <= tolerance:
            sys.exit(f"more than {tolerance}")

    def difference(self, stored, now):
        if not self.extremes:
            return np.max(np.abs(stored - now)) / max(0.01, np.max(np.abs(now)))
        same = (stored == now) | (np.isnan(stored) & np.isnan(now))
        with np.errstate(invalid="ignore"):
            apart = np.abs(stored - now) / np.maximum(1e-12, np.abs(now))
        return np.max(np.where(same, 0.0, apart))
