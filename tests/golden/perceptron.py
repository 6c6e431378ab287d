"""Golden numbers for tests/test_perceptron.cpp, from scikit-learn 1.5.2 and SciPy 1.17.1.

    pip install scikit-learn==1.5.2 scipy==1.17.1
    python tests/golden/perceptron.py            # prints the numbers that the test quotes

scikit-learn corrects a sample with z = 0 whatever its class, our Heaviside step answers 1 there.
Iris begins with setosa, a sample of class 0 in both questions below, so that the first correction
(the only one at z = 0) is the same.
"""

import pathlib

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import Perceptron

iris = pathlib.Path(__file__).parents[2] / "data" / "iris.csv"
rows = [line.replace('"', "").split(",") for line in iris.read_text().splitlines()[1:]]
X = np.array([[float(value) for value in row[:4]] for row in rows])
species = np.array([row[4] for row in rows])

print("weights after a number of epochs in the file's order, learning rate 1")
for name in ("versicolor", "virginica"):
    y = (species == name).astype(int)
    for epochs in (1, 5, 20):
        model = Perceptron(eta0=1.0, shuffle=False, tol=None, max_iter=epochs)
        model.fit(X, y)
        print(f"{name:10s} {epochs:2d} epochs: w", model.coef_[0], "b", model.intercept_[0])

print("widest margin of (x, 1): minimise |v|^2 with s (x, 1).v >= 1, gamma = 1 / |v|")
y = (species == "setosa").astype(int)
for columns in ((2, 3), (0, 1, 2, 3)):
    A = np.column_stack([X[:, columns], np.ones(len(X))]) * (2 * y - 1)[:, None]
    best = minimize(lambda v: v @ v, -A.mean(0), jac=lambda v: 2 * v, method="SLSQP",
                    constraints={"type": "ineq", "fun": lambda v: A @ v - 1, "jac": lambda v: A},
                    options={"maxiter": 1000, "ftol": 1e-15})
    R = np.sqrt((A**2).sum(1).max())
    print(f"columns {columns}: R {R:.10f} gamma {1 / np.sqrt(best.x @ best.x):.10f}"
          f" (R/gamma)^2 {R**2 * (best.x @ best.x):.7f}")
