"""Loads weights files that this library wrote into Keras and compares the predictions.

    cmake --build build --target write_weights write_weights_float32
    build/bin/write_weights FOLDER                       # or write_weights_float32
    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6 h5py
    python tests/golden/load_our_weights.py FOLDER

The program writes NAME.weights.h5 for each model of weights_models.py and, as a file of
golden_file.py, predictions.txt: inputs NAME/X0 ... and its own predictions NAME/Y0 ... . Ends with
an error unless Keras loads every file and predicts the same to 1e-6 (of the largest prediction,
where that is more than 1), and goes on training from whole.weights.h5 as this library does.
"""

import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

from weights_models import MODELS, shared

if len(sys.argv) != 2:
    sys.exit(__doc__)
folder = pathlib.Path(sys.argv[1])

lines = (folder / "predictions.txt").read_text().splitlines()
matrices, at = {}, 1
while at < len(lines):
    name, rows, columns = lines[at].split()
    block = [line.split() for line in lines[at + 1 : at + 1 + int(rows)]]
    matrices[name] = np.array(block, dtype="float64").reshape(int(rows), int(columns))
    at += 1 + int(rows)

worst = 0.0
for make in MODELS:
    name = make.__name__
    model = make()
    model.load_weights(folder / f"{name}.weights.h5")
    X = [matrices[f"{name}/X{i}"].reshape(-1, *x.shape[1:]) for i, x in enumerate(model.inputs)]
    Y = model.predict(X if len(X) > 1 else X[0], verbose=0)
    for i, y in enumerate(Y if isinstance(Y, list) else [Y]):
        expected = matrices[f"{name}/Y{i}"]
        error = np.max(np.abs(y - expected)) / max(1.0, np.max(np.abs(expected)))
        print(f"{name:12s} output {i}: largest difference {error:.1e}")
        worst = max(worst, error)

# A whole model goes on training where it was: the optimizer's steps, rate and averages are Keras's.
model = shared()
model.compile(keras.optimizers.Adam(), "mse")
model.optimizer.build(model.trainable_variables)  # else Keras has no place for its state yet
model.load_weights(folder / "whole.weights.h5")
X = [matrices["whole/A"], matrices["whole/B"]]
model.fit(X, matrices["whole/Y"], epochs=2, shuffle=False, verbose=0)
error = np.max(np.abs(model.predict(X, verbose=0) - matrices["whole/P"]))
print(f"whole        after {int(model.optimizer.iterations)} steps: largest difference {error:.1e}")
if int(model.optimizer.iterations) != 4 or not error <= 1e-5:  # four steps in float32
    sys.exit("training did not go on as ours did")
if not worst <= 1e-6:
    sys.exit("more than 1e-6")
