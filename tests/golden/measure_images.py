"""What Keras reaches on digits and Fashion-MNIST with the models of chapter 5.

    pip install keras==3.15.1 jax==0.10.2
    KERAS_BACKEND=jax python tests/golden/measure_images.py digits_mlp --seeds 10
    KERAS_BACKEND=jax python tests/golden/measure_images.py fashion_cnn --train 60000 --epochs 10

Same data, same model, same optimizer, epochs and batch size as ch05_keras_style_api/<name>.cpp;
prints the test accuracy of each seed, their mean and standard deviation. The numbers stand in the
programs' header comments and in the chapter's README; nothing reads this script's output.
"""

import argparse
import gzip
import pathlib
import time

import keras
import numpy as np
from keras import layers

ROOT = pathlib.Path(__file__).resolve().parents[2]


def digits(train, shuffled, seed):
    """Rows 1-1437 and 1438-1797 as the file has them, or a random cut of the same sizes."""
    table = np.loadtxt(ROOT / "data" / "digits.csv", delimiter=",", skiprows=1)
    if shuffled:
        np.random.default_rng(seed).shuffle(table)
    X, y = (table[:, :64] / 16).astype("float32"), table[:, 64].astype(int)
    return X[:train], y[:train], X[1437:], y[1437:]


def fashion(train, shuffled, seed, folder):
    def read(name, skip):
        with gzip.open(pathlib.Path(folder) / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=skip)

    sets = []
    for part in ("train", "t10k"):
        y = read(f"{part}-labels-idx1-ubyte.gz", 8).astype(int)
        X = read(f"{part}-images-idx3-ubyte.gz", 16).reshape(len(y), 784) / np.float32(255)
        sets += [X.astype("float32"), y]
    return sets[0][:train], sets[1][:train], sets[2], sets[3]


def mlp(inputs, hidden):
    return keras.Sequential(
        [keras.Input((inputs,))]
        + [layers.Dense(units, activation="relu") for units in hidden]
        + [layers.Dense(10, activation="softmax")]
    )


def digits_cnn():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )


def fashion_cnn():
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )


# name: data, model, training images, epochs, batch size
RUNS = {
    "digits_mlp": (digits, lambda: mlp(64, [64, 32]), 1437, 40, 32),
    "digits_cnn": (digits, digits_cnn, 1437, 15, 32),
    "fashion_mlp": (fashion, lambda: mlp(784, [128]), 10000, 10, 64),
    "fashion_cnn": (fashion, fashion_cnn, 10000, 8, 64),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("name", choices=RUNS)
    arguments.add_argument("--seeds", type=int, default=5)
    arguments.add_argument("--train", type=int, help="training images")
    arguments.add_argument("--epochs", type=int)
    arguments.add_argument("--shuffled", action="store_true", help="digits: a random cut")
    arguments.add_argument("--fashion", default="/usr/share/datasets/fashion-mnist")
    options = arguments.parse_args()
    data, make_model, train, epochs, batch_size = RUNS[options.name]
    train, epochs = options.train or train, options.epochs or epochs
    more = {"folder": options.fashion} if data is fashion else {}

    accuracies = []
    for seed in range(1, options.seeds + 1):
        keras.utils.set_random_seed(seed)
        X, y, X_test, y_test = data(train, options.shuffled, seed, **more)
        model = make_model()
        model.compile(
            optimizer=keras.optimizers.Adam(0.001),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        start = time.time()
        model.fit(X, y, epochs=epochs, batch_size=batch_size, verbose=0)
        loss, accuracy = model.evaluate(X_test, y_test, batch_size=500, verbose=0)
        accuracies.append(accuracy)
        print(f"seed {seed}: {accuracy:.4f}, loss {loss:.4f}, {time.time() - start:.0f} s", flush=True)
    print(
        f"{options.name}, {len(X)} images, {epochs} epochs, {model.count_params():,} parameters: "
        f"test accuracy {np.mean(accuracies):.4f} +- {np.std(accuracies, ddof=1):.4f} "
        f"({options.seeds} seeds)"
    )


if __name__ == "__main__":
    main()
