"""Golden numbers for tests/test_optimizers.cpp and tests/test_schedules.cpp, from Keras 3.15.1.

    pip install keras==3.15.1 jax==0.10.2 numpy==2.4.6
    python tests/golden/make_optimizers.py             # writes optimizers.txt
    python tests/golden/make_optimizers.py --force     # overwrites it
    python tests/golden/make_optimizers.py --check     # compares it with numbers computed anew

Three parameters, kernel (2 x 3), bias (1 x 3) and embeddings (4 x 1), start0 ... start2, have the
given gradients g0 ... g2 (a row for each of ten steps) whatever they do: among them are zeros, large
and tiny numbers. For each optimizer with its options: the trajectory, in which row t holds all
weights after step t + 1, and its variables after the last step, in Keras's order. Schedules: the
rates of steps 0, 1, 2 ...

Everything is float64 here, the learning rate and the schedules too. (With Keras's default of
float32, the learning rate is rounded to it, and powers like 1 - 0.999^1 lose four digits.)
"""

import pathlib

from keras_float64 import jnp, keras, np, require_float64, versions

from golden_file import GoldenFile

O = keras.optimizers
S = O.schedules
golden = GoldenFile(
    pathlib.Path(__file__).parent / "optimizers.txt",
    f"tests/golden/make_optimizers.py with {versions}",
    digits=17,
)
rng = np.random.default_rng(31)
names = ["kernel", "bias", "embeddings"]
shapes = [(2, 3), (1, 3), (4, 1)]
steps = 10


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


start = [single(np.round(rng.normal(size=shape), 3)) for shape in shapes]
gradients = [single(np.round(rng.normal(size=(steps, *shape)), 3)) for shape in shapes]
gradients[0][:, 0, 0] = 0.0  # a weight without gradient
gradients[0][3:, 0, 1] = 0.0  # one whose gradient ends
gradients[0][:, 1, 2] *= 100.0
gradients[1][:, 0, 2] *= single(1e-4)
gradients[2][4] = 0.0  # a step without gradient
gradients = [single(g) for g in gradients]
for k in range(3):
    golden.add(f"start{k}", start[k])
    golden.add(f"g{k}", gradients[k].reshape(steps, -1))


def trajectory(name, optimizer, exclude=None):
    variables = [keras.Variable(w, dtype="float64", name=n) for w, n in zip(start, names)]
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=exclude)
    optimizer.build(variables)
    rows = []
    for t in range(steps):
        optimizer.apply([jnp.array(g[t]) for g in gradients], variables)
        rows.append(np.concatenate([require_float64(v.value).ravel() for v in variables]))
    golden.add(f"{name}/weights", np.array(rows))
    slots = [np.asarray(v.value).ravel() for v in optimizer.variables
             if tuple(v.shape) in shapes]
    golden.add(f"{name}/slots", np.concatenate(slots) if slots else [0.0])


common = {"": {}, "_decay": {"weight_decay": 0.1}, "_clipnorm": {"clipnorm": 0.7},
          "_clipvalue": {"clipvalue": 0.4}, "_global": {"global_clipnorm": 1.3}}
for suffix, options in common.items():
    trajectory("sgd" + suffix, O.SGD(0.05, **options))
    trajectory("sgd_nesterov" + suffix, O.SGD(0.05, momentum=0.9, nesterov=True, **options))
    trajectory("adagrad" + suffix, O.Adagrad(0.05, **options))
    trajectory("rmsprop" + suffix, O.RMSprop(0.01, **options))
    trajectory("adadelta" + suffix, O.Adadelta(1.0, **options))
    trajectory("adam" + suffix, O.Adam(0.01, **options))
    trajectory("adamax" + suffix, O.Adamax(0.01, **options))
    trajectory("nadam" + suffix, O.Nadam(0.01, **options))
    trajectory("adamw" + suffix, O.AdamW(0.01, **options))

# ---- Defaults
for kind in (O.SGD, O.Adagrad, O.RMSprop, O.Adadelta, O.Adam, O.AdamW, O.Adamax, O.Nadam):
    trajectory(kind.__name__.lower() + "_default", kind())

# ---- Their own options
trajectory("sgd_momentum", O.SGD(0.05, momentum=0.9))
trajectory("sgd_momentum_1", O.SGD(0.01, momentum=1.0))
trajectory("sgd_nesterov_without_momentum", O.SGD(0.05, nesterov=True))
trajectory("adagrad_options", O.Adagrad(0.05, initial_accumulator_value=0.0, epsilon=1e-3))
trajectory("rmsprop_options", O.RMSprop(0.01, rho=0.5, epsilon=1e-3))
trajectory("rmsprop_momentum", O.RMSprop(0.01, momentum=0.8))
trajectory("rmsprop_centered", O.RMSprop(0.01, centered=True))
trajectory("rmsprop_all", O.RMSprop(0.01, rho=0.8, momentum=0.8, centered=True, epsilon=1e-4))
trajectory("adadelta_options", O.Adadelta(0.5, rho=0.7, epsilon=1e-3))
trajectory("adam_options", O.Adam(0.01, beta_1=0.7, beta_2=0.95, epsilon=1e-2))
trajectory("adam_amsgrad", O.Adam(0.01, amsgrad=True))
trajectory("adam_amsgrad_options",
           O.Adam(0.01, amsgrad=True, beta_1=0.5, beta_2=0.6, weight_decay=0.2, clipnorm=0.5))
trajectory("adamw_amsgrad", O.AdamW(0.01, amsgrad=True))
trajectory("adamw_but_not_bias", O.AdamW(0.01, weight_decay=0.1), exclude=["bias"])
trajectory("adamax_options", O.Adamax(0.01, beta_1=0.7, beta_2=0.5, epsilon=1e-2))
trajectory("nadam_options", O.Nadam(0.01, beta_1=0.7, beta_2=0.95, epsilon=1e-2))

# ---- The SGD of the notes, SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True), and one whose
# decay can be seen: Keras 2's decay is Keras 3's InverseTimeDecay with decay_steps = 1.
trajectory("sgd_of_the_notes",
           O.SGD(S.InverseTimeDecay(0.01, 1, 1e-6), momentum=0.9, nesterov=True))
trajectory("sgd_keras_2_decay", O.SGD(S.InverseTimeDecay(0.1, 1, 0.3), momentum=0.9))

# ---- Schedules, alone and in optimizers
schedules = {
    "inverse_time": S.InverseTimeDecay(0.1, 4, 0.5),
    "inverse_time_staircase": S.InverseTimeDecay(0.1, 4, 0.5, staircase=True),
    "exponential": S.ExponentialDecay(0.1, 5, 0.7),
    "exponential_staircase": S.ExponentialDecay(0.1, 5, 0.7, staircase=True),
    "piecewise": S.PiecewiseConstantDecay([3, 8], [0.1, 0.05, 0.01]),
    "polynomial": S.PolynomialDecay(0.1, 12),
    "polynomial_options": S.PolynomialDecay(0.1, 12, end_learning_rate=0.02, power=2.0),
    "polynomial_cycle": S.PolynomialDecay(0.1, 6, end_learning_rate=0.01, power=0.5, cycle=True),
    "cosine": S.CosineDecay(0.1, 15),
    "cosine_alpha": S.CosineDecay(0.1, 15, alpha=0.2),
    "cosine_warmup": S.CosineDecay(0.01, 15, warmup_target=0.1, warmup_steps=5),
    "cosine_warmup_alpha": S.CosineDecay(0.0, 10, alpha=0.1, warmup_target=0.2, warmup_steps=4),
}
for name, schedule in schedules.items():
    rates = [require_float64(schedule(jnp.array(t, dtype="int64"))) for t in range(25)]
    golden.add(f"schedule/{name}", rates)
trajectory("sgd_exponential", O.SGD(S.ExponentialDecay(0.1, 5, 0.7), momentum=0.9))
trajectory("adamw_cosine", O.AdamW(S.CosineDecay(0.01, 6, warmup_target=0.1, warmup_steps=3)))

golden.write(tolerance=1e-13)
