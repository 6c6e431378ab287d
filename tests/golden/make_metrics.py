"""Golden numbers for tests/test_metrics.cpp, from Keras 3.15.1 with JAX and from scikit-learn 1.5.2.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6 scikit-learn==1.5.2
    python tests/golden/make_metrics.py             # writes metrics.txt
    python tests/golden/make_metrics.py --force     # overwrites it
    python tests/golden/make_metrics.py --check     # compares it with numbers computed anew

Data sets of 50 samples, Y, P and sample weights w, that metrics take in in three batches of 20, 20
and 10 rows. NAME/result holds the results after each batch; NAME/weighted those with weights.
scikit-learn gives the exact area under the ROC curve (Keras only interpolates) and F1 (Keras adds
1e-7 to the denominators), and R2.
"""

import pathlib

from keras_float64 import jnp, keras, np, versions
import sklearn
import sklearn.metrics

from golden_file import GoldenFile

M = keras.metrics
golden = GoldenFile(
    pathlib.Path(__file__).parent / "metrics.txt",
    f"tests/golden/make_metrics.py with {versions}, scikit-learn {sklearn.__version__}",
    digits=17,
)
rng = np.random.default_rng(41)
n = 50
ends = [20, 40, 50]


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


w = single(np.round(rng.uniform(0, 2, size=n), 2))
w[3] = 0.0
golden.add("w", w[:, None])


def data(name, Y, P):
    Y, P = single(Y), single(P)
    golden.add(f"{name}/Y", Y)
    golden.add(f"{name}/P", P)
    return name, Y, P


def keras_metric(name, make, data_set, labels=lambda Y: Y):
    data_name, Y, P = data_set
    for which, weights in (("result", None), ("weighted", w)):
        metric, results = make(), []
        for first, end in zip([0] + ends, ends):
            metric.update_state(jnp.array(labels(Y[first:end])), jnp.array(P[first:end]),
                                sample_weight=None if weights is None else weights[first:end])
            results.append(float(metric.result()))
        golden.add(f"{data_name}/{name}/{which}", results)


def sklearn_metric(name, function, data_set):
    data_name, Y, P = data_set
    m = Y.shape[1]
    for which, weights in (("result", np.ones(n)), ("weighted", w)):
        golden.add(f"{data_name}/{name}/{which}",
                   [function(Y[:end].ravel(), P[:end].ravel(), np.repeat(weights[:end], m))
                    for end in ends])


def area(Y, P, weights):
    return sklearn.metrics.roc_auc_score(Y, P, sample_weight=weights)


def f1(threshold):
    return lambda Y, P, weights: sklearn.metrics.f1_score(Y, P > threshold, sample_weight=weights)


# ---- Yes or no: one column with equal scores among them, and three columns
score = np.round(rng.uniform(size=(n, 1)), 1)
binary = data("binary", rng.uniform(size=(n, 1)) < score, score)
several = data("several", rng.integers(0, 2, size=(n, 3)), rng.uniform(size=(n, 3)))
for data_set in (binary, several):
    keras_metric("binary_accuracy", M.BinaryAccuracy, data_set)
    keras_metric("precision", M.Precision, data_set)
    keras_metric("recall", M.Recall, data_set)
    keras_metric("precision_0.25", lambda: M.Precision(thresholds=0.25), data_set)
    keras_metric("recall_0.25", lambda: M.Recall(thresholds=0.25), data_set)
    sklearn_metric("f1_score", f1(0.5), data_set)
    sklearn_metric("f1_score_0.25", f1(0.25), data_set)
    sklearn_metric("auc", area, data_set)
keras_metric("precision_class_1", lambda: M.Precision(class_id=1), several)
keras_metric("recall_class_1", lambda: M.Recall(class_id=1), several)
keras_metric("binary_crossentropy", lambda: M.BinaryCrossentropy(), several)

# ---- Classes, with equal scores among them
numbers = rng.integers(0, 5, size=n)
P = np.round(rng.uniform(size=(n, 5)) + np.eye(5)[numbers] * 0.4, 1)
classes = data("classes", np.eye(5)[numbers], P)
sparse = data("sparse", numbers[:, None], P)
keras_metric("categorical_accuracy", M.CategoricalAccuracy, classes)
keras_metric("sparse_categorical_accuracy", M.SparseCategoricalAccuracy, sparse)
for k in (1, 2, 5):
    keras_metric(f"top_{k}", lambda: M.TopKCategoricalAccuracy(k), classes)
    keras_metric(f"top_{k}", lambda: M.SparseTopKCategoricalAccuracy(k), sparse,
                 labels=lambda Y: Y[:, 0])
golden.add("sparse/confusion", sklearn.metrics.confusion_matrix(numbers, P.argmax(axis=1)))

# ---- Regression
Y = rng.normal(size=(n, 2)) * [1, 10] + [1e3, 0]
regression = data("regression", Y, Y + rng.normal(size=(n, 2)))
keras_metric("mean_squared_error", M.MeanSquaredError, regression)
keras_metric("mean_absolute_error", M.MeanAbsoluteError, regression)
keras_metric("root_mean_squared_error", M.RootMeanSquaredError, regression)
r2 = M.R2Score()  # loses digits where y is far from 0: compared to 1e-8 here, scikit-learn's stored
r2.update_state(jnp.array(regression[1]), jnp.array(regression[2]))
sklearn_metric("r2_score", lambda Y, P, weights: sklearn.metrics.r2_score(
    Y.reshape(-1, 2), P.reshape(-1, 2), sample_weight=weights[::2]), regression)
assert abs(golden.matrices["regression/r2_score/result"][0, 2] - float(r2.result())) < 1e-8

golden.write(tolerance=1e-12)
