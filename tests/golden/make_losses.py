"""Golden numbers for tests/test_losses.cpp, from Keras 3.15.1 with JAX.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6
    python tests/golden/make_losses.py             # writes losses.txt
    python tests/golden/make_losses.py --force     # overwrites it
    python tests/golden/make_losses.py --check     # compares it with numbers computed anew

For each case: the truth Y, the prediction P, sample weights w; each sample's loss l; value and
gradient dP of the mean, without weights and with them (weighted_value, weighted_dP). All inputs are
float32 numbers too.
"""

import pathlib

from keras_float64 import jax, jnp, keras, np, require_float64, versions

from golden_file import GoldenFile

L = keras.losses
golden = GoldenFile(
    pathlib.Path(__file__).parent / "losses.txt",
    f"tests/golden/make_losses.py with {versions}",
    digits=17,
)
rng = np.random.default_rng(21)


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def case(name, make_loss, Y, P):
    """make_loss(reduction) returns a loss of Keras, or a function of (Y, P) like it."""
    Y, P = single(Y), single(P)
    n = len(P)
    w = single(np.round(rng.uniform(0, 2, size=n), 2))
    w[1] = 0.0
    labels = jnp.array(Y[:, 0].astype(int)) if name.startswith("sparse") else jnp.array(Y)
    l = require_float64(make_loss("none")(labels, jnp.array(P)))
    golden.add(f"{name}/Y", Y)
    golden.add(f"{name}/P", P)
    golden.add(f"{name}/w", w[:, None])
    golden.add(f"{name}/l", l[:, None])
    for prefix, weights in (("", None), ("weighted_", jnp.array(w))):
        def value(P):
            return make_loss("sum_over_batch_size")(labels, P, sample_weight=weights)
        golden.add(f"{name}/{prefix}value", require_float64(value(jnp.array(P))))
        golden.add(f"{name}/{prefix}dP", require_float64(jax.grad(value)(jnp.array(P))))


def keras_loss(kind, **options):
    return lambda reduction: kind(reduction=reduction, **options)


class HalfSum(L.Loss):
    """Keras has no such loss; written with Keras's base class."""

    def call(self, y_true, y_pred):
        return 0.5 * jnp.sum((y_true - y_pred) ** 2, axis=-1)


def one_hot(classes, m):
    return np.eye(m)[classes]


# ---- Regression
Y, P = rng.normal(size=(7, 3)), rng.normal(size=(7, 3))
far = P * 4
case("mean_squared_error", keras_loss(L.MeanSquaredError), Y, P)
case("mean_absolute_error", keras_loss(L.MeanAbsoluteError), Y, P)
case("huber", keras_loss(L.Huber), Y, far)
case("huber_0.25", keras_loss(L.Huber, delta=0.25), Y, far)
case("half_sum_squared_error", lambda reduction: HalfSum(reduction=reduction), Y, P)
case("one_sample", keras_loss(L.MeanSquaredError), Y[:2, :1], P[:2, :1])

# ---- Yes or no
yes = rng.integers(0, 2, size=(7, 3))
soft = np.round(rng.uniform(size=(7, 3)), 2)
p = rng.uniform(0.01, 0.99, size=(7, 3))
z = rng.normal(scale=3, size=(7, 3))
z[:4, 0] = [30, -30, 90, -90]
z[:4, 1] = [1000, -1000, 0, 1e-10]
edges = p.copy()
edges[:4, 0] = [0, 1, 1e-9, 0]
binary = L.BinaryCrossentropy
case("binary_crossentropy", keras_loss(binary), yes, p)
case("binary_crossentropy_one_column", keras_loss(binary), yes[:, :1], p[:, :1])
case("binary_crossentropy_soft", keras_loss(binary), soft, p)
case("binary_crossentropy_smooth", keras_loss(binary, label_smoothing=0.2), yes, p)
case("binary_crossentropy_edges", keras_loss(binary), yes, edges)
case("binary_crossentropy_logits", keras_loss(binary, from_logits=True), yes, z)
case("binary_crossentropy_logits_soft", keras_loss(binary, from_logits=True), soft, z)
case("binary_crossentropy_logits_smooth",
     keras_loss(binary, from_logits=True, label_smoothing=0.2), yes, z)
case("hinge", keras_loss(L.Hinge), 2 * yes - 1, rng.normal(size=(7, 3)))
case("hinge_zero_one", keras_loss(L.Hinge), yes, rng.normal(size=(7, 3)))
case("hinge_other", keras_loss(L.Hinge), 2 * soft - 1, rng.normal(size=(7, 3)))

# ---- Classes
classes = rng.integers(0, 4, size=9)
classes[:4] = [0, 1, 2, 3]
Y = one_hot(classes, 4)
p = rng.uniform(0.02, 1, size=(9, 4))
q = p / p.sum(axis=1, keepdims=True)
soft = rng.uniform(size=(9, 4))
soft[3] = 0.0
z = rng.normal(scale=3, size=(9, 4))
z[:4] = [[1000, 0, -1000, 1], [0, -800, 0, 0], [-1e5, 0, 30, 0], [1, 1, 1, 1]]
edges = q.copy()
edges[:4] = [[0, 0.5, 0.5, 0], [0, 1, 0, 0], [1, 0, 0, 0], [1e-9, 0.25, 0.25, 0.5]]
categorical, sparse = L.CategoricalCrossentropy, L.SparseCategoricalCrossentropy
case("categorical_crossentropy", keras_loss(categorical), Y, q)
case("categorical_crossentropy_not_normalised", keras_loss(categorical), Y, 3 * p)
case("categorical_crossentropy_soft", keras_loss(categorical), soft, p)
case("categorical_crossentropy_smooth", keras_loss(categorical, label_smoothing=0.1), Y, p)
case("categorical_crossentropy_edges", keras_loss(categorical), Y, edges)
case("categorical_crossentropy_logits", keras_loss(categorical, from_logits=True), Y, z)
case("categorical_crossentropy_logits_soft", keras_loss(categorical, from_logits=True), soft, z)
case("categorical_crossentropy_logits_smooth",
     keras_loss(categorical, from_logits=True, label_smoothing=0.1), Y, z)
numbers = classes[:, None]
case("sparse_categorical_crossentropy", keras_loss(sparse), numbers, p)
case("sparse_categorical_crossentropy_logits", keras_loss(sparse, from_logits=True), numbers, z)
# At p = 1 itself, where the clipping begins, Keras with JAX halves the slope.
case("kl_divergence", keras_loss(L.KLDivergence), soft, np.minimum(edges, 0.99))

golden.write(tolerance=1e-12)
