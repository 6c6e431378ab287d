"""Golden numbers for tests/test_backprop.cpp: backpropagation by JAX's automatic differentiation.

    pip install jax==0.10.2 numpy==2.4.6
    python tests/golden/make_backprop.py            # writes backprop.txt if it does not exist
    python tests/golden/make_backprop.py --force    # overwrites it
    python tests/golden/make_backprop.py --check    # compares it with numbers computed anew

For networks of different depths and activations: X, Y, the weights W2 b2 ... WL bL, the gradients
dW2 db2 ... of E = mean over the rows of 1/2 sum_j (y_j - o_j)^2, and after ten steps of gradient
descent with rate 0.7 the errors before each step and the weights. All in float64.
"""

import os
import pathlib

os.environ["JAX_ENABLE_X64"] = "1"

import jax
import jax.numpy as jnp
import numpy as np

from golden_file import GoldenFile

rng = np.random.default_rng(2)
golden = GoldenFile(
    pathlib.Path(__file__).parent / "backprop.txt",
    f"tests/golden/make_backprop.py with jax {jax.__version__}, numpy {np.__version__}",
)
ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu, "linear": lambda z: z}


def outputs(weights, X, hidden, output):
    h = X
    for l, (W, b) in enumerate(weights):
        h = ACTIVATIONS[output if l == len(weights) - 1 else hidden](h @ W + b)
    return h


def error(weights, X, Y, hidden, output):
    return jnp.mean(jnp.sum((Y - outputs(weights, X, hidden, output)) ** 2, axis=1) / 2)


for sizes, hidden, output in [
    ((2, 4, 1), "sigmoid", "sigmoid"),
    ((3, 4, 3, 2), "tanh", "sigmoid"),
    ((2, 5, 4, 3, 2), "relu", "linear"),
]:
    name = "-".join(map(str, sizes))
    X = np.round(rng.normal(size=(6, sizes[0])), 3)
    Y = np.round(rng.uniform(size=(6, sizes[-1])), 3)
    weights = [
        (np.round(rng.uniform(-1, 1, size=(a, b)), 3), np.round(rng.uniform(-1, 1, size=(b,)), 3))
        for a, b in zip(sizes, sizes[1:])
    ]
    golden.add(f"{name}/X", X)
    golden.add(f"{name}/Y", Y)
    gradients = jax.grad(error)(weights, X, Y, hidden, output)
    for l, ((W, b), (dW, db)) in enumerate(zip(weights, gradients), start=2):
        for letter, values in [("W", W), ("b", b), ("dW", dW), ("db", db)]:
            golden.add(f"{name}/{letter}{l}", values)
    errors = []
    for step in range(10):
        E, gradients = jax.value_and_grad(error)(weights, X, Y, hidden, output)
        errors.append(float(E))
        weights = jax.tree.map(lambda w, dw: w - 0.7 * dw, weights, gradients)
    golden.add(f"{name}/errors", errors)
    for l, (W, b) in enumerate(weights, start=2):
        golden.add(f"{name}/W{l}_after", W)
        golden.add(f"{name}/b{l}_after", b)

golden.write()
