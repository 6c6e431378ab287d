"""Golden numbers for tests/test_layers.cpp, from Keras 3.15.1 with JAX.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6
    python tests/golden/make_layers.py             # writes layers.txt if it does not exist
    python tests/golden/make_layers.py --force     # overwrites it
    python tests/golden/make_layers.py --check     # compares it with numbers computed anew

For each small network: the inputs X0 X1 ..., the weights w0 w1 ..., what is no weight but state (the
averages of BatchNormalization) s0 s1 ..., the output Y; the gradients dX0 ..., dw0 ... of
E = sum(R * Y) + the penalties of the regularizers, where R is random; the state afterwards.
Then ten steps of SGD with a learning rate of 0.05 on the mean squared error to T plus the penalties:
the losses before each step, the weights and the state after the last. All in float64.
"""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
import numpy as np
from keras import layers, ops, regularizers

from golden_file import GoldenFile

keras.config.set_floatx("float64")
# With JAX, Keras takes every result down to 32 bits unless this table is told otherwise.
keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

rng = np.random.default_rng(11)
golden = GoldenFile(
    pathlib.Path(__file__).parent / "layers.txt",
    f"tests/golden/make_layers.py with keras {keras.__version__}, jax {jax.__version__}, "
    f"numpy {np.__version__}",
)


def rounded(values):
    return np.round(values, 3)  # shorter to store, and the same everywhere


def case(name, shapes, build, n=5, training=False, ids=0, sgd=True):
    """build(tensor, ...) returns the output; ids > 0: the inputs are whole numbers below it."""
    inputs = [layers.Input(shape) for shape in shapes]
    model = keras.Model(inputs, build(*inputs))
    if ids:
        X = [rng.integers(ids, size=(n, *shape)).astype(float) for shape in shapes]
    else:
        X = [rounded(rng.normal(size=(n, *shape))) for shape in shapes]
    for w in model.trainable_variables:
        w.assign(rounded(rng.normal(scale=0.7, size=w.shape)))
    for s in model.non_trainable_variables:
        s.assign(rounded(rng.uniform(0.5, 1.5, size=s.shape)))
    weights = [w.value for w in model.trainable_variables]
    state = [s.value for s in model.non_trainable_variables]

    def forward(X, weights):
        return model.stateless_call(weights, state, X, training=training, return_losses=True)

    Y, state_after, _ = forward(X, weights)
    R = rounded(rng.normal(size=Y.shape))

    def energy(X, weights):
        Y, _, penalties = forward(X, weights)
        return (R * Y).sum() + sum(penalties)

    dX, dw = jax.grad(energy, argnums=(0, 1))(X, weights)

    def add(letter, matrices):
        for i, values in enumerate(matrices):
            assert np.asarray(values).dtype == np.float64
            golden.add(f"{name}/{letter}{i}", values)

    add("X", X)
    add("w", weights)
    add("s", state)
    golden.add(f"{name}/Y", Y)
    golden.add(f"{name}/R", R)
    if not ids:
        add("dX", dX)
    add("dw", dw)
    add("s_after", state_after)
    if not sgd or not weights:
        return
    T = rounded(rng.normal(size=Y.shape))
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mean_squared_error")
    losses = [float(model.train_on_batch(X, T)) for _ in range(10)]
    golden.add(f"{name}/T", T)
    golden.add(f"{name}/losses", losses)
    add("w_end", [w.value for w in model.trainable_variables])
    add("s_end", [s.value for s in model.non_trainable_variables])


def penalties(*weights):
    """kernel_regularizer=..., bias_regularizer=...: a different one for each."""
    both = [regularizers.L1L2(0.02, 0.03), regularizers.L2(0.05)]
    return {f"{weight}_regularizer": both[i] for i, weight in enumerate(weights)}


# ---- Dense
case("dense", [(3,)], layers.Dense(2))
case("dense_sigmoid", [(3,)], layers.Dense(2, activation="sigmoid"))
case("dense_swish", [(3,)], layers.Dense(2, activation="swish"))
case("dense_softmax", [(3,)], layers.Dense(4, activation="softmax"))
case("dense_no_bias", [(3,)], layers.Dense(2, activation="tanh", use_bias=False))
case("dense_penalties", [(3,)], layers.Dense(2, **penalties("kernel", "bias")))
case("dense_steps", [(3, 4)], layers.Dense(2, activation="tanh"))
case("dense_steps_swish", [(3, 4)], layers.Dense(2, activation="swish"))
case("dense_steps_softmax", [(3, 4)], layers.Dense(3, activation="softmax"))
case("dense_images", [(2, 2, 3)], layers.Dense(2))


def shared_dense(a, b):
    dense = layers.Dense(3, activation="tanh", **penalties("kernel", "bias"))
    return layers.Multiply()([dense(a), dense(dense(b))])


case("dense_shared", [(3,), (3,)], shared_dense)

# ---- Activations
case("activation_swish", [(3,)], layers.Activation("swish"))
case("activation_linear", [(3,)], layers.Activation("linear"))
case("activation_softmax_steps", [(2, 3)], layers.Activation("softmax"))
case("activation_after_dense", [(3,)],
     lambda x: layers.Activation("tanh")(layers.Dense(3)(x)))
case("leaky_relu", [(4,)], layers.LeakyReLU())
case("leaky_relu_tenth", [(2, 2)], layers.LeakyReLU(negative_slope=0.1))
case("elu", [(4,)], layers.ELU())
case("elu_alpha", [(4,)], layers.ELU(alpha=0.7))

# ---- Shapes: a dense layer on the last axis shows where each value went
case("flatten", [(2, 3, 2)],
     lambda x: layers.Dense(2)(layers.Flatten()(layers.Dense(3, activation="tanh")(x))))
case("reshape", [(12,)], lambda x: layers.Dense(2)(layers.Reshape((2, 3, 2))(x)))
case("reshape_open", [(2, 3, 2)], lambda x: layers.Dense(2)(layers.Reshape((-1, 4))(x)))

# ---- Several inputs
case("concatenate", [(2,), (3,), (1,)],
     lambda *x: layers.Dense(2)(layers.Concatenate()(x)))
case("concatenate_channels", [(2, 3, 2), (2, 3, 1)], lambda *x: layers.Concatenate()(x))
case("concatenate_axis_1", [(1, 3, 2), (2, 3, 2)], lambda *x: layers.Concatenate(axis=1)(x))
case("concatenate_axis_2", [(2, 1, 2), (2, 2, 2)], lambda *x: layers.Concatenate(axis=2)(x))
case("concatenate_axis_minus_2", [(2, 2), (1, 2)], lambda *x: layers.Concatenate(axis=-2)(x))
case("concatenate_twice", [(2,)], lambda x: layers.Concatenate()([x, x]))
for kind in ("Add", "Multiply", "Average", "Maximum"):
    case(f"{kind.lower()}_two", [(2, 2)] * 2, lambda *x: getattr(layers, kind)()(x))
    case(f"{kind.lower()}_three", [(3,)] * 3, lambda *x: getattr(layers, kind)()(x))
case("multiply_same", [(3,)], lambda x: layers.Multiply()([x, x, x]))

# ---- Maxout: Keras 3 has no such layer; a dense layer whose units are taken in groups is one
for name, pieces, options in [("maxout", 2, {}), ("maxout_three", 3, {}),
                              ("maxout_no_bias", 2, {"use_bias": False}),
                              ("maxout_penalties", 2, penalties("kernel", "bias"))]:
    case(name, [(3,)], lambda x: ops.max(
        layers.Reshape((pieces, 2))(layers.Dense(2 * pieces, **options)(x)), axis=1))

# ---- Embedding
case("embedding", [(4,)], layers.Embedding(6, 3), ids=6)
case("embedding_penalties", [(2,)], layers.Embedding(4, 2, **penalties("embeddings")), ids=4)
case("embedding_rank_2", [(2, 3)], layers.Embedding(5, 2), ids=5)


def shared_embedding(a, b):
    embedding = layers.Embedding(5, 2, **penalties("embeddings"))
    return layers.Multiply()([embedding(a), embedding(b)])


case("embedding_shared", [(3,), (3,)], shared_embedding, ids=5)

# ---- Normalization
BN, LN = layers.BatchNormalization, layers.LayerNormalization
for name, shape, options in [("", (3,), {}), ("_images", (2, 3, 2), {}),
                             ("_options", (3,), {"momentum": 0.8, "epsilon": 0.02}),
                             ("_no_center", (3,), {"center": False}),
                             ("_no_scale", (2, 2), {"scale": False}),
                             ("_penalties", (3,), penalties("gamma", "beta"))]:
    case(f"batch_normalization{name}", [shape], BN(**options), training=True)
case("batch_normalization_predicting", [(2, 3)], BN())
case("batch_normalization_frozen", [(3,)],
     lambda x: layers.Dense(2)(BN(trainable=False)(x)), training=True)


def shared_normalization(a, b):
    normalization = BN(**penalties("gamma", "beta"))
    return layers.Multiply()([normalization(a), normalization(b)])


case("batch_normalization_shared", [(3,), (3,)], shared_normalization, training=True)
for name, shape, options in [("", (4,), {}), ("_steps", (2, 3), {}), ("_epsilon", (4,), {"epsilon": 0.1}),
                             ("_no_center", (4,), {"center": False}),
                             ("_no_scale", (4,), {"scale": False}),
                             ("_penalties", (4,), penalties("gamma", "beta"))]:
    case(f"layer_normalization{name}", [shape], LN(**options))
case("layer_normalization_bare", [(4,)], LN(center=False, scale=False))

# ---- Lambda
case("lambda", [(2, 2)], layers.Lambda(lambda x: x * ops.sin(x)))
case("lambda_shape", [(3,)], layers.Lambda(lambda x: x[:, :2] * x[:, 1:]))


# ---- All together
def network(words, numbers):
    x = layers.Flatten()(layers.Embedding(5, 2)(words))
    x = layers.Concatenate()([x, LN()(numbers)])
    x = layers.LeakyReLU(negative_slope=0.1)(BN()(layers.Dense(4)(x)))
    y = layers.Dense(4, activation="sigmoid")(x)
    return layers.Dense(2, activation="softmax")(layers.Add()([x, y]))


case("network", [(3,), (3,)], network, ids=5, training=True)

golden.write()
