"""Golden numbers for tests/test_activations.cpp, from Keras 3.15.1 with JAX, and from mpmath.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6 mpmath==1.3.0
    python tests/golden/make_activations.py             # writes activations.txt
    python tests/golden/make_activations.py --force     # overwrites it
    python tests/golden/make_activations.py --check     # compares it with numbers computed anew

z is a grid from the smallest to the largest numbers, each a float32 too. For each function: its
value and derivative by Keras (NAME/keras_h, NAME/keras_d) and, from its formula alone with a
hundred digits, exact (NAME/h, NAME/d). Where the two disagree it is Keras that is wrong; the script
prints those places, and the tests compare with the exact numbers there.
"""

import pathlib

from keras_float64 import jax, jnp, keras, np, require_float64, versions
import mpmath as mp

from golden_file import GoldenFile

mp.mp.dps = 100
A = keras.activations
golden = GoldenFile(
    pathlib.Path(__file__).parent / "activations.txt",
    f"tests/golden/make_activations.py with {versions}, mpmath {mp.__version__}",
    digits=17,
    extremes=True,
)

sizes = [1e-300, 1e-38, 1e-20, 1e-10, 1e-5, 1e-3, 0.03, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 2.9375, 3,
         4, 5, 6, 8, 10, 13, 17, 20, 30, 38, 40, 60, 87, 88, 89, 100, 103, 104, 200, 700, 709, 710,
         745, 746, 1e3, 1e10, 1e30, 1e38, 1e300, np.inf]
sizes = [float(np.float32(s)) if 1e-38 <= s <= 1e38 else s for s in sizes]
z = np.array([-s for s in reversed(sizes)] + [0.0] + sizes)
golden.add("z", z)


# ---- The formulas, in exact arithmetic: value and derivative at a finite z
def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def gelu_tanh(x):
    u = mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3)
    du = mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf("0.044715") * x**2)
    s = sigmoid(2 * u)  # (1 + tanh u) / 2
    return x * s, s + 2 * x * s * sigmoid(-2 * u) * du


def elu(alpha):
    return lambda x: (x, 1) if x > 0 else (alpha * mp.expm1(x), alpha * mp.exp(x))


def leaky(alpha):
    return lambda x: (x, 1) if x > 0 else (alpha * x, alpha)


scale, alpha = mp.mpf("1.05070098735548049342"), mp.mpf("1.67326324235437728482")


def selu(x):
    h, d = elu(alpha)(x)
    return scale * h, scale * d


formulas = {
    "linear": lambda x: (x, 1),
    "sigmoid": lambda x: (sigmoid(x), sigmoid(x) * sigmoid(-x)),
    "hard_sigmoid": lambda x: (min(max(x / 6 + mp.mpf(1) / 2, 0), 1),
                               mp.mpf(1) / 6 if -3 < x < 3 else 0),
    "tanh": lambda x: (mp.tanh(x), 4 * sigmoid(2 * x) * sigmoid(-2 * x)),
    "relu": leaky(0),
    "leaky_relu": leaky(mp.mpf(0.3)),
    "leaky_relu_0.1": leaky(mp.mpf(0.1)),
    "elu": elu(1),
    "elu_0.5": elu(mp.mpf(0.5)),
    "selu": selu,
    "gelu": lambda x: (x * cdf(x), cdf(x) + x * density(x)),
    "gelu_tanh": gelu_tanh,
    "softplus": lambda x: (mp.log1p(mp.exp(-abs(x))) + max(x, 0), sigmoid(x)),
    "swish": lambda x: (x * sigmoid(x), sigmoid(x) + x * sigmoid(x) * sigmoid(-x)),
    "exponential": lambda x: (mp.exp(x), mp.exp(x)),
}
layers = {
    "leaky_relu": lambda x: keras.layers.LeakyReLU()(x),  # the layer's default, 0.3
    "leaky_relu_0.1": lambda x: A.leaky_relu(x, 0.1),
    "elu_0.5": lambda x: A.elu(x, 0.5),
    "gelu": lambda x: A.gelu(x, approximate=False),
    "gelu_tanh": lambda x: A.gelu(x, approximate=True),
    "swish": A.silu,
}
# What the formulas tend to at minus and plus infinity.
limits = {"h": {"sigmoid": (0, 1), "hard_sigmoid": (0, 1), "tanh": (-1, 1), "elu": (-1, np.inf),
                "elu_0.5": (-0.5, np.inf), "selu": (-float(scale * alpha), np.inf),
                "linear": (-np.inf, np.inf), "leaky_relu": (-np.inf, np.inf),
                "leaky_relu_0.1": (-np.inf, np.inf)},
          "d": {"linear": (1, 1), "leaky_relu": (0.3, 1), "leaky_relu_0.1": (0.1, 1),
                "selu": (0, float(scale)), "exponential": (0, np.inf), "sigmoid": (0, 0),
                "hard_sigmoid": (0, 0), "tanh": (0, 0)}}


def rounded(x):
    """The nearest float64. mpmath knows no exponent that is too large or small: float() does."""
    return float(x) if mp.isfinite(x) else float("inf") * mp.sign(x)


def close(a, b):
    return a == b or abs(a - b) <= 1e-11 * abs(b) + 1e-300


for name, formula in formulas.items():
    h, d = np.empty_like(z), np.empty_like(z)
    for i, x in enumerate(z):
        if np.isinf(x):
            side = int(x > 0)
            h[i] = limits["h"].get(name, (0, np.inf))[side]
            d[i] = limits["d"].get(name, (0, 1))[side]
        else:
            # Beyond 1e4 nothing changes but the linear part; exp(1e300) would take for ever.
            small = mp.mpf(max(min(x, 1e4), -1e4)) if abs(x) > 1e4 else mp.mpf(x)
            value, slope = formula(small)
            if abs(x) > 1e4 and abs(value) > 100:  # it grows with x: in proportion, but for exp
                value = mp.mpf(x) * value / small if name != "exponential" else mp.inf
            h[i] = rounded(value)
            d[i] = rounded(slope)
            if name == "exponential" and x > 709.79:
                h[i] = d[i] = np.inf
    function = layers.get(name) or getattr(A, name)
    function(jnp.zeros(1))  # a layer is built outside of grad
    keras_h = require_float64(function(jnp.array(z)))
    keras_d = require_float64(jax.vmap(jax.grad(lambda x: function(x[None])[0]))(jnp.array(z)))
    golden.add(f"{name}/h", h)
    golden.add(f"{name}/d", d)
    golden.add(f"{name}/keras_h", keras_h)
    golden.add(f"{name}/keras_d", keras_d)
    for what, exact, other in (("value", h, keras_h), ("slope", d, keras_d)):
        wrong = [f"{x:g}: {b:g} for {a:g}" for x, a, b in zip(z, exact, other) if not close(b, a)]
        if wrong:
            print(f"Keras, {name}, {what}: " + "; ".join(wrong))

# ---- Softmax and log-softmax: rows, and the product of the Jacobian with dH
rng = np.random.default_rng(3)
Z = np.array([[2.0, 1.0, 0.1], [0.0, 0.0, 0.0], [-1.0, 0.0, 3.5], [1000.0, 999.0, 0.0],
              [-1000.0, -1001.0, -1002.0], [700.0, -700.0, 0.0], [1e-20, 0.0, -1e-20],
              [1e300, 1e299, -1e300], [40.0, 0.0, -40.0], [-np.inf, 0.0, 1.0],
              [-np.inf, -np.inf, 5.0], [0.5, 0.25, 0.125]])
dH = np.round(rng.normal(size=Z.shape), 3)
golden.add("rows/Z", Z)
golden.add("rows/dH", dH)
for name in ("softmax", "log_softmax"):
    function = getattr(A, name)
    golden.add(f"{name}/H", require_float64(function(jnp.array(Z))))
    _, back = jax.vjp(function, jnp.array(Z))
    golden.add(f"{name}/dZ", require_float64(back(jnp.array(dH))[0]))

golden.write(tolerance=1e-12)
