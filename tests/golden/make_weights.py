"""Weights files written by Keras 3.15.1, for tests/test_weights_file.cpp.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6 h5py
    python tests/golden/make_weights.py             # writes keras_weights/ if it does not exist
    python tests/golden/make_weights.py --force     # overwrites it
    python tests/golden/make_weights.py --check     # compares the predictions with new ones

For each model of weights_models.py: NAME.weights.h5 in keras_weights/, all weights random, and in
keras_weights.txt the inputs NAME/X0 ... and the predictions NAME/Y0 ... of Keras, in float32. The
file of "dense" also holds the state of an optimizer, as Keras writes it for a compiled model.
"""

import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

from golden_file import GoldenFile
from weights_models import MODELS

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)
golden = GoldenFile(
    here / "keras_weights.txt",
    f"tests/golden/make_weights.py with keras {keras.__version__}, jax {jax.__version__}, "
    f"numpy {np.__version__}",
    digits=9,
)
check = sys.argv[1:] == ["--check"]

for make in MODELS:
    name = make.__name__
    model = make()
    file = here / "keras_weights" / f"{name}.weights.h5"
    if check:
        model.load_weights(file)
        rng.normal(size=model.count_params())  # those that the weights took
    else:
        model.set_weights(
            [
                (np.abs(w) if "variance" in v.path else w).astype("float32")
                for v, w in ((v, 0.2 + rng.normal(0, 0.5, v.shape)) for v in model.weights)
            ]
        )
    X = [rng.normal(size=(5, *i.shape[1:])).round(3) for i in model.inputs]
    if name == "recurrent":
        X = [rng.integers(0, 7, size=(5, 4))]
    Y = model.predict(X if len(X) > 1 else X[0], verbose=0)
    for i, x in enumerate(X):
        golden.add(f"{name}/X{i}", x)
    for i, y in enumerate(Y if isinstance(Y, list) else [Y]):
        golden.add(f"{name}/Y{i}", y)
    if not check:
        file.parent.mkdir(exist_ok=True)
        if file.exists() and "--force" not in sys.argv:
            sys.exit(f"{file} exists; --force overwrites it, --check compares")
        if name == "dense":  # compiled: the file holds an optimizer too
            model.compile("adam", "mse")
            before = model.get_weights()
            model.fit(X[0], Y, epochs=2, verbose=0)
            model.set_weights(before)
        model.save_weights(file)

golden.write(1e-6)
