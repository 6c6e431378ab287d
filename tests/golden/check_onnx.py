"""ONNX's checker and onnxruntime on the files of tests/export_samples.cpp: valid, and the same
predictions. pip install onnx==1.23.2 onnxruntime==1.31.1

    cmake --build build/release --target export_samples
    build/release/bin/export_samples /tmp/samples
    python tests/golden/check_onnx.py /tmp/samples/onnx
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 2e-5  # float32, relative to the largest number


def numbers(path, shape):
    values = np.loadtxt(path, delimiter=",", ndmin=2, dtype=np.float32)
    return values.reshape([len(values)] + [size for size in shape[1:]])


def check(path):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    beside = str(path.with_suffix(""))
    inputs = {
        value.name: numbers(f"{beside}_input{i}.csv", value.shape)
        for i, value in enumerate(session.get_inputs())
    }
    worst = 0.0
    for i, got in enumerate(session.run(None, inputs)):
        expected = numbers(f"{beside}_output{i}.csv", session.get_outputs()[i].shape)
        if got.shape != expected.shape:
            sys.exit(f"{path.name}: output {i} has shape {got.shape}, expected {expected.shape}")
        worst = max(worst, np.max(np.abs(got - expected)) / max(1e-2, np.max(np.abs(expected))))
    print(f"{path.stem:24} {worst:.1e}")
    if not worst <= TOLERANCE:
        sys.exit(f"{path.name}: more than {TOLERANCE}")


files = sorted(Path(sys.argv[1]).glob("*.onnx"))
if not files:
    sys.exit(f"no .onnx file in {sys.argv[1]}")
for file in files:
    check(file)
print(f"{len(files)} models: onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
