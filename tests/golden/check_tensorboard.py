"""TensorBoard's own reader on the event files of tests/export_samples.cpp: the scores are those of
the history, the histograms hold the weights, the graph has the layers. pip install tensorboard==2.21.0

    cmake --build build/release --target export_samples
    build/release/bin/export_samples /tmp/samples
    python tests/golden/check_tensorboard.py /tmp/samples/tensorboard
"""

import json
import sys
from pathlib import Path

import numpy as np
from tensorboard import version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = Path(sys.argv[1])
history = json.loads((folder / "history.json").read_text())
everything = {"scalars": 0, "histograms": 0}
runs = {
    name: EventAccumulator(str(folder / name), size_guidance=everything).Reload()
    for name in ("train", "validation")
}
epochs = len(history["loss"])


def expect(what, got, expected):
    if not np.allclose(got, expected, rtol=1e-6, atol=0):
        sys.exit(f"{what}: {got}, expected {expected}")
    print(f"{what:48} {np.size(expected)} numbers")


def scores(run, tag):
    return [(event.step, event.value) for event in runs[run].Scalars(tag)]


for name, values in history.items():
    run, tag = ("validation", name[4:]) if name.startswith("val_") else ("train", name)
    expected = list(enumerate(values))
    expect(f"{run}: epoch_{tag}", scores(run, f"epoch_{tag}"), expected)
batches = scores("train", "batch_loss")
expect("train: steps of batch_loss", [step for step, _ in batches],
       [6 * epoch + batch for epoch in range(epochs) for batch in (3, 6)])

kernel = np.loadtxt(folder / "output_kernel.csv", delimiter=",")
last = runs["train"].Histograms("output/kernel/histogram")[-1]
expect("train: steps of output/kernel/histogram",
       [event.step for event in runs["train"].Histograms("output/kernel/histogram")],
       range(0, epochs, 2))
value = last.histogram_value
expect("train: the last histogram", [value.min, value.max, value.num, value.sum, value.sum_squares],
       [kernel.min(), kernel.max(), kernel.size, kernel.sum(), (kernel**2).sum()])
expect("train: its bars", sum(value.bucket), kernel.size)
expect("train: gradients", len(runs["train"].Histograms("shared/bias/gradient")), (epochs + 1) // 2)

graph = {node.name: (node.op, list(node.input)) for node in runs["train"].Graph().node}
expected = {
    "input_layer": ("InputLayer", []),
    "shared": ("Dense", ["input_layer"]),
    "beside": ("Dense", ["input_layer"]),
    "add": ("Add", ["shared", "beside"]),
    "output": ("Dense", ["add"]),
}
if graph != expected:
    sys.exit(f"graph: {graph}, expected {expected}")
print(f"train: the graph has its {len(graph)} layers; TensorBoard {version.VERSION}")
