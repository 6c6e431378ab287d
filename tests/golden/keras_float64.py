"""Keras with JAX, all numbers float64: `from keras_float64 import keras, jax, jnp, versions`.

The default of Keras is float32. Three settings change that: JAX's own, Keras's floatx, and a table
with which Keras takes the results of JAX down to 32 bits whatever floatx says.
"""

import os
import platform

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import keras
import numpy as np

keras.config.set_floatx("float64")
keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

versions = (
    f"keras {keras.__version__}, jax {jax.__version__}, numpy {np.__version__}, "
    f"python {platform.python_version()}, float64"
)


def require_float64(values):
    if np.asarray(values).dtype != np.float64:
        raise TypeError(f"computed in {np.asarray(values).dtype}, not in float64")
    return np.asarray(values)
