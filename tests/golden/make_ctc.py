"""Golden numbers for tests/test_ctc.cpp, from Keras 3.15.1 with JAX.

    pip install keras==3.15.1 jax==0.10.2
    python tests/golden/make_ctc.py             # writes ctc.txt if it does not exist
    python tests/golden/make_ctc.py --force     # overwrites it
    python tests/golden/make_ctc.py --check     # compares it with numbers computed anew

Scores P of 6 samples, 7 steps, 4 classes (0 is the blank), targets Y of up to 3 labels with zeros
behind them: the losses of the samples, the gradient of their mean, and the labels of the greedy
decoding with zeros behind them. All in float64.
"""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
import numpy as np

from golden_file import GoldenFile

keras.config.set_floatx("float64")
# With JAX, Keras takes every result down to 32 bits unless this table is told otherwise.
keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

rng = np.random.default_rng(8)
golden = GoldenFile(
    pathlib.Path(__file__).parent / "ctc.txt",
    f"tests/golden/make_ctc.py with keras {keras.__version__}, jax {jax.__version__}",
)

P = np.round(rng.normal(scale=2.0, size=(6, 7, 4)), 3)
P[5, :, 1] += 4.0  # the greedy path of the last sample is full of ones
Y = np.array([[1, 2, 3], [2, 2, 2], [3, 0, 0], [0, 0, 0], [1, 1, 3], [1, 0, 0]])

losses = keras.losses.ctc(Y, P)
gradient = jax.grad(lambda P: keras.losses.CTC()(Y, P))(P)
decoded, _ = keras.ops.ctc_decode(P, np.full(6, 7), strategy="greedy", mask_index=0)
assert losses.dtype == np.float64 and gradient.dtype == np.float64

golden.add("P", P)
golden.add("Y", Y)
golden.add("losses", losses)
golden.add("gradient", gradient)
golden.add("decoded", np.maximum(np.asarray(decoded[0]), 0))
golden.write()
