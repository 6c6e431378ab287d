// All optimizers.
#pragma once

#include "common/optimizers/adadelta.hpp"
#include "common/optimizers/adagrad.hpp"
#include "common/optimizers/adam.hpp"
#include "common/optimizers/adamax.hpp"
#include "common/optimizers/nadam.hpp"
#include "common/optimizers/rmsprop.hpp"
#include "common/optimizers/sgd.hpp"
