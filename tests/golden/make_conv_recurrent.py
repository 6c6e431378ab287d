"""Golden numbers for tests/test_convolution.cpp and test_recurrent.cpp, from Keras 3.15.1 with JAX.

    pip install keras==3.15.1 jax==0.10.2
    python tests/golden/make_conv_recurrent.py             # writes conv_recurrent.txt
    python tests/golden/make_conv_recurrent.py --force     # overwrites it
    python tests/golden/make_conv_recurrent.py --check     # compares it with numbers computed anew

For each small network: the input X0, the weights w0 w1 ..., the output Y, and the gradients dX0, dw0
dw1 ... of E = sum(R * Y) + the penalties of the regularizers, where R is random. Then ten steps of
SGD with a learning rate of 0.05 on the mean squared error to T plus the penalties: the losses before
each step, the weights after the last. All in float64.
"""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
import numpy as np
from keras import layers, regularizers

from golden_file import GoldenFile

keras.config.set_floatx("float64")
# With JAX, Keras takes every result down to 32 bits unless this table is told otherwise.
keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

rng = np.random.default_rng(5)
golden = GoldenFile(
    pathlib.Path(__file__).parent / "conv_recurrent.txt",
    f"tests/golden/make_conv_recurrent.py with keras {keras.__version__}, jax {jax.__version__}",
)


def rounded(values):
    return np.round(values, 3)  # shorter to store, and the same everywhere


def as_matrix(w):
    """A kernel (kh, kw, c, filters) as (kh*kw*c, filters): the same numbers in the same order."""
    w = np.asarray(w)
    assert w.dtype == np.float64
    return w.reshape(-1, w.shape[-1]) if w.ndim == 4 else w


def case(name, n, input_shape, *stack, values=None, scale=0.5):
    model = keras.Sequential([layers.Input(input_shape), *stack])
    X = rounded(rng.normal(size=(n, *input_shape))) if values is None else values
    for w in model.trainable_variables:
        w.assign(rounded(rng.normal(scale=scale, size=w.shape)))
    weights = [w.value for w in model.trainable_variables]
    seeds = [s.value for s in model.non_trainable_variables]  # recurrent layers have one

    def forward(X, weights):
        return model.stateless_call(weights, seeds, X, return_losses=True)

    Y = np.asarray(forward(X, weights)[0])
    R = rounded(rng.normal(size=Y.shape))

    def energy(X, weights):
        Y, _, penalties = forward(X, weights)
        return (R * Y).sum() + sum(penalties)

    dX, dw = jax.grad(energy, argnums=(0, 1))(X, weights)

    golden.add(f"{name}/X0", X)
    golden.add(f"{name}/Y", Y)
    golden.add(f"{name}/R", R)
    golden.add(f"{name}/dX0", dX)
    for i in range(len(weights)):
        golden.add(f"{name}/w{i}", as_matrix(weights[i]))
        golden.add(f"{name}/dw{i}", as_matrix(dw[i]))
    if not weights:
        return
    T = rounded(rng.normal(size=Y.shape))
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mean_squared_error")
    losses = [float(model.train_on_batch(X, T)) for _ in range(10)]
    golden.add(f"{name}/T", T)
    golden.add(f"{name}/losses", losses)
    for i, w in enumerate(model.trainable_variables):
        golden.add(f"{name}/w_end{i}", as_matrix(w.value))


# ---- Convolution
case("conv_valid", 3, (5, 6, 2), layers.Conv2D(3, (3, 2)))
case("conv_same", 2, (5, 4, 2), layers.Conv2D(3, (3, 3), padding="same", activation="tanh"))
case("conv_even", 2, (5, 4, 2), layers.Conv2D(2, (2, 4), padding="same", activation="sigmoid"))
case("conv_strides", 2, (7, 6, 1), layers.Conv2D(2, 3, strides=(2, 3), padding="same"))
case("conv_strides_valid", 2, (7, 6, 1), layers.Conv2D(2, (3, 2), strides=(3, 2)))
case("conv_stride_over_kernel", 2, (7, 8, 2), layers.Conv2D(2, 2, strides=3, padding="same"))
case("conv_kernel_over_image", 2, (2, 3, 1), layers.Conv2D(2, 5, padding="same"))
case("conv_1x1", 3, (3, 2, 4), layers.Conv2D(3, 1, use_bias=False, activation="relu"))
case("conv_swish", 2, (4, 4, 1), layers.Conv2D(2, 3, activation="swish"))
case("conv_softmax", 2, (3, 3, 2), layers.Conv2D(3, 2, activation="softmax"))
case("conv_l2", 2, (4, 4, 1), layers.Conv2D(2, 3, kernel_regularizer=regularizers.L2(0.1),
                                            bias_regularizer=regularizers.L1L2(0.02, 0.03)))
case("conv_batch_32", 32, (4, 3, 1), layers.Conv2D(2, 3, padding="same", activation="tanh"))
case("conv_batch_17", 17, (3, 3, 1), layers.Conv2D(2, 3, padding="same", activation="tanh"))
case("conv_many_filters", 16, (3, 2, 3), layers.Conv2D(13, 2, padding="same"))
case("conv_net", 4, (6, 6, 1), layers.Conv2D(3, 3, padding="same", activation="relu"),
     layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(2), scale=0.2)

# ---- Pooling
case("max", 3, (5, 4, 2), layers.MaxPooling2D())
case("max_same", 3, (5, 5, 2), layers.MaxPooling2D((3, 3), strides=1, padding="same"))
case("max_strides", 2, (7, 5, 1), layers.MaxPooling2D((2, 3), strides=(3, 1), padding="same"))
case("max_apart", 2, (7, 7, 1), layers.MaxPooling2D(2, strides=3))
case("max_ties", 1, (4, 4, 1), layers.MaxPooling2D((2, 2)),
     values=np.array([1, 1, 0, 2, 1, 1, 2, 2, 0, 0, 3, 1, 0, 0, 1, 3.0]).reshape(1, 4, 4, 1))
case("average", 3, (5, 4, 2), layers.AveragePooling2D(2))
case("average_same", 3, (5, 5, 2), layers.AveragePooling2D((3, 3), strides=1, padding="same"))
case("average_strides", 2, (7, 5, 1), layers.AveragePooling2D((2, 3), strides=(3, 1), padding="same"))
case("global_average", 3, (4, 3, 2), layers.GlobalAveragePooling2D())

# ---- Recurrent
everywhere = dict(kernel_regularizer=regularizers.L2(0.1), bias_regularizer=regularizers.L2(0.05),
                  recurrent_regularizer=regularizers.L1L2(0.02, 0.03))
for kind, layer in ("rnn", layers.SimpleRNN), ("lstm", layers.LSTM), ("gru", layers.GRU):
    case(f"{kind}", 3, (4, 3), layer(2))
    case(f"{kind}_sequences", 3, (4, 3), layer(2, return_sequences=True))
    case(f"{kind}_backwards", 3, (4, 3), layer(2, go_backwards=True))
    case(f"{kind}_both", 3, (4, 3), layer(2, return_sequences=True, go_backwards=True))
    case(f"{kind}_no_bias", 3, (4, 3), layer(2, use_bias=False))
    case(f"{kind}_one_step", 2, (1, 3), layer(2))
    case(f"{kind}_swish", 2, (3, 2), layer(3, activation="swish"))
    case(f"{kind}_linear", 2, (3, 2), layer(3, activation=None))
    case(f"{kind}_penalties", 2, (3, 2), layer(2, **everywhere))
    case(f"{kind}_batch_32", 32, (3, 2), layer(3, return_sequences=True))
for kind, layer in ("lstm", layers.LSTM), ("gru", layers.GRU):
    case(f"{kind}_gates", 2, (3, 2), layer(3, recurrent_activation="hard_sigmoid"))
    case(f"{kind}_gates_swish", 2, (3, 2), layer(3, recurrent_activation="swish"))
    case(f"{kind}_gates_linear", 2, (3, 2), layer(3, recurrent_activation=None))
case("gru_paper", 3, (4, 3), layers.GRU(2, reset_after=False, return_sequences=True))
case("gru_paper_no_bias", 3, (4, 3), layers.GRU(2, reset_after=False, use_bias=False))
case("gru_paper_swish", 3, (4, 3), layers.GRU(2, reset_after=False, activation="swish",
                                              recurrent_activation="swish"))
case("lstm_net", 3, (5, 2), layers.LSTM(3, return_sequences=True), layers.LSTM(2), layers.Dense(1))

golden.write()
