"""Trains a small convolutional network on digits with Keras and saves its weights as Keras does.

    pip install keras==3.15.1 jax==0.10.2 h5py
    KERAS_BACKEND=jax python tests/golden/make_keras_digits.py

Writes ch05_keras_style_api/keras_digits.weights.h5, and keras_digits.csv with the probabilities that
Keras itself computes for rows 1438-1797 of data/digits.csv. ch05_keras_style_api/keras_weights.cpp
loads the first and compares with the second.
"""

import pathlib

import keras
import numpy as np
from keras import layers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ch05_keras_style_api"

table = np.loadtxt(ROOT / "data" / "digits.csv", delimiter=",", skiprows=1)
X, y = (table[:, :64] / 16).astype("float32"), table[:, 64].astype(int)

keras.utils.set_random_seed(5)
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Reshape((8, 8, 1)),
        layers.Conv2D(8, 3, activation="relu", name="strokes"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10, activation="softmax", name="digit"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(X[:1437], y[:1437], epochs=30, batch_size=32, verbose=0)
loss, accuracy = model.evaluate(X[1437:], y[1437:], verbose=0)
print(f"test loss {loss:.6f}, test accuracy {accuracy:.6f}")

model.save_weights(FOLDER / "keras_digits.weights.h5")
np.savetxt(
    FOLDER / "keras_digits.csv",
    model.predict(X[1437:], verbose=0),
    fmt="%.8f",
    delimiter=",",
    header=",".join(f"p{digit}" for digit in range(10)),
    comments="",
)
