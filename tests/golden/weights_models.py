"""The models of tests/weights_models.hpp in Keras, for make_weights.py and load_our_weights.py."""

import keras
from keras import layers


def dense():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(4, activation="tanh", name="hidden1"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, activation="relu"),
            layers.Dense(3, activation="softmax", name="answer"),
        ]
    )


def convolution():
    return keras.Sequential(
        [
            keras.Input((6, 5, 2)),
            layers.Conv2D(3, (2, 3), activation="relu"),
            layers.BatchNormalization(),
            layers.Conv2D(2, (3, 1), padding="same", use_bias=False),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def recurrent():
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Embedding(7, 3),
            layers.SimpleRNN(3, return_sequences=True),
            layers.LSTM(2, return_sequences=True),
            layers.LayerNormalization(),
            layers.GRU(3, return_sequences=True),
            layers.GRU(2, reset_after=False),
        ]
    )


def shared():
    a, b = keras.Input((3,)), keras.Input((3,))
    twin = layers.Dense(4, activation="tanh", name="twin")
    both = layers.Concatenate()([twin(a), twin(b)])
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(both))


def nested():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.Dense(4)])
    x = keras.Input((4,))
    block = keras.Model(x, layers.Add()([x, layers.Dense(4)(inner(x))]))
    a = keras.Input((4,))
    y = layers.Dense(2)(block(inner(block(a))))
    return keras.Model(a, y)


def branches():
    """Two outputs at different depths: Keras's order is not that in which the layers were made."""
    a = keras.Input((3,))
    first = layers.Dense(2, activation="tanh")(a)
    deep = layers.Dense(4, activation="relu")(a)
    deep = layers.Dense(5, activation="tanh")(deep)
    deep = layers.Concatenate()([deep, layers.Dense(2)(a)])
    second = layers.Dense(3)(layers.Concatenate()([first, deep]))
    return keras.Model(a, [second, layers.Dense(1)(first)])


MODELS = [dense, convolution, recurrent, shared, nested, branches]
