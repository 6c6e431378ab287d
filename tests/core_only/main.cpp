// The core of the library, compiled from its sources with nothing but Armadillo's headers and the
// standard library: no BLAS, no HDF5, no threads, no file system. It learns XOR to show that it
// works.
#include <cstdio>

#include "common/layers/dense.hpp"
#include "common/layers/lstm.hpp"
#include "common/model/model.hpp"

int main() {
  nn::set_seed(1);
  nn::Sequential model({nn::Dense(4, {.activation = nn::tanh, .input_shape = {2}}),
                        nn::Dense(1, {.activation = nn::sigmoid})});
  model.compile({.optimizer = nn::Adam({.learning_rate = 0.1}), .loss = nn::binary_crossentropy});
  const nn::Matrix X{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, Y = arma::Col<nn::Real>{0, 1, 1, 0};
  model.fit(X, Y, {.epochs = 300, .verbose = false});
  const nn::Matrix P = model.predict(X);
  std::printf("%.3f %.3f %.3f %.3f\n", P[0], P[1], P[2], P[3]);
  return P[0] < 0.1 && P[1] > 0.9 && P[2] > 0.9 && P[3] < 0.1 ? 0 : 1;
}
