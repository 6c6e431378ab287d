"""Architectures as JSON between Keras and this library. pip install keras==3.15.1 jax==0.10.2

    KERAS_BACKEND=jax python make_architecture.py           writes architecture_keras.txt, which the
                                                            unit test reads
    KERAS_BACKEND=jax python make_architecture.py --check   Keras reads architecture_ours.txt, which
                                                            the unit test compares with what the
                                                            library writes (NN_UPDATE=1 writes it)

Both files hold, for each model, `model NAME`, `json TEXT` and a line `layer NAME SHAPE PARAMETERS
TRAINABLE` for each layer.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
from keras import layers

HERE = Path(__file__).parent


def sequential():
    return keras.Sequential(
        [
            keras.Input((20,)),
            layers.Dense(64, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax", use_bias=False, trainable=False),
        ],
        name="classifier",
    )


def images():
    return keras.Sequential(
        [
            keras.Input((12, 9, 3)),
            layers.Conv2D(4, (3, 2), strides=2, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.9, scale=False),
            layers.ReLU(),
            layers.MaxPooling2D(2),
            layers.AveragePooling2D((1, 2), strides=1, padding="same"),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Flatten(),
            layers.LeakyReLU(negative_slope=0.1),
            layers.ELU(alpha=0.7),
            layers.GaussianNoise(0.1),
            layers.Dense(4, activation=layers.LeakyReLU(negative_slope=0.05)),
            layers.Activation("log_softmax"),
            layers.Softmax(),
            layers.Reshape((2, -1)),
        ]
    )


def sequences():
    return keras.Sequential(
        [
            keras.Input((8,)),
            layers.Embedding(50, 5, embeddings_regularizer=keras.regularizers.L1(0.1)),
            layers.LSTM(6, return_sequences=True, recurrent_activation="hard_sigmoid"),
            layers.GRU(4, return_sequences=True, reset_after=False, go_backwards=True),
            layers.LayerNormalization(epsilon=1e-5),
            layers.SimpleRNN(
                3,
                kernel_initializer=keras.initializers.RandomNormal(0.0, 0.2),
                recurrent_regularizer=keras.regularizers.L1L2(0.1, 0.2),
            ),
            layers.Dense(1),
        ]
    )


def graph():
    """Shared layers, models inside, two inputs, two outputs."""
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    shared = layers.Dense(4, activation="tanh", name="shared")
    x, y = shared(a), shared(b)
    row = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dropout(0.2)], name="row")
    inner_input = keras.Input((3,))
    inner = keras.Model(
        inner_input, layers.Add()([inner_input, layers.Dense(3)(inner_input)]), name="residual"
    )
    joined = layers.Concatenate()([inner(row(x)), inner(row(y))])
    merged = layers.Average()([x, y, layers.Multiply()([x, y]), layers.Maximum()([x, y])])
    return keras.Model(
        [b, a], [layers.Dense(1, name="main")(joined), layers.Dense(2, name="other")(merged)]
    )


def listing(model):
    lines = []
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        shape = layer.output.shape if not isinstance(layer, keras.Model) else layer.outputs[0].shape
        shape = "(" + ",".join(str(size) for size in shape[1:]) + ")"
        lines.append(f"layer {layer.name} {shape} {layer.count_params()} {int(layer.trainable)}")
    return sorted(lines)


def write():
    with open(HERE / "architecture_keras.txt", "w") as file:
        print(f"# tests/golden/make_architecture.py with keras {keras.__version__}", file=file)
        for make in (sequential, images, sequences, graph):
            keras.backend.clear_session()
            model = make()
            print("model", make.__name__, file=file)
            print("json", model.to_json(), file=file)
            print(*listing(model), sep="\n", file=file)


def check():
    models = 0
    for entry in (HERE / "architecture_ours.txt").read_text().split("model ")[1:]:
        name, text, *expected = entry.splitlines()
        model = keras.models.model_from_json(text.removeprefix("json "))
        if listing(model) != sorted(expected):
            sys.exit(f"{name}: Keras has\n" + "\n".join(listing(model)))
        models += 1
    print(f"architecture_ours.txt: Keras {keras.__version__} reads all {models} models")


if sys.argv[1:] == ["--check"]:
    check()
else:
    write()
