"""Golden numbers for tests/test_initializers.cpp, from Keras 3.15.1 with JAX.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6
    python tests/golden/make_initializers.py             # writes initializers.txt
    python tests/golden/make_initializers.py --force     # overwrites it
    python tests/golden/make_initializers.py --check     # compares it with numbers computed anew

Keras draws other numbers than we do, so distributions are compared: mean, standard deviation and
quantiles (0 and 1 are the smallest and the largest) of what each initializer draws for a dense
layer of 400 inputs and 300 outputs, and for a convolution with 3x3 windows, 16 channels to 96.
"""

import pathlib

from keras_float64 import keras, np, require_float64, versions

from golden_file import GoldenFile

I = keras.initializers
golden = GoldenFile(
    pathlib.Path(__file__).parent / "initializers.txt",
    f"tests/golden/make_initializers.py with {versions}",
)
levels = np.array([0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1])
golden.add("levels", levels)

cases = {
    "zeros": I.Zeros(),
    "ones": I.Ones(),
    "constant": I.Constant(0.3),
    "random_uniform": I.RandomUniform(seed=1),
    "random_uniform_wide": I.RandomUniform(-0.25, 1.0, seed=2),
    "random_normal": I.RandomNormal(seed=3),
    "random_normal_wide": I.RandomNormal(2.0, 0.5, seed=4),
    "truncated_normal": I.TruncatedNormal(seed=5),
    "truncated_normal_wide": I.TruncatedNormal(-1.0, 2.0, seed=6),
    "glorot_uniform": I.GlorotUniform(seed=7),
    "glorot_normal": I.GlorotNormal(seed=8),
    "he_uniform": I.HeUniform(seed=9),
    "he_normal": I.HeNormal(seed=10),
    "lecun_uniform": I.LecunUniform(seed=11),
    "lecun_normal": I.LecunNormal(seed=12),
    "orthogonal": I.Orthogonal(seed=13),
    "orthogonal_gain": I.Orthogonal(gain=1.5, seed=14),
}
for name, initializer in cases.items():
    for kind, shape in (("dense", (400, 300)), ("window", (3, 3, 16, 96))):
        W = require_float64(initializer(shape, dtype="float64"))
        golden.add(f"{name}/{kind}", [W.mean(), W.std(), *np.quantile(W, levels)])

golden.write(tolerance=1e-6)
