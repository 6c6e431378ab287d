// A stack of equal layers, for looking at what depth does to signals and gradients.
#pragma once

#include "common/functions/activations.hpp"
#include "common/functions/initializers.hpp"

struct DeepStack {
  std::vector<double> forward_sd;   // standard deviation of h after layer 1, 2, ...
  std::vector<double> gradient_sd;  // of dE/dh before layer 1, 2, ... (the last: at the output)
  double saturated = 0.0;           // share of last-layer outputs in the outer 1 % of their range
  double dead = 0.0;                // share of last-layer units that are 0 for every sample
};

// `layers` layers of `width` units, h = phi(hW); X (n x width) and the gradient at the output are
// standard normal. Weights are drawn by draw(width, width, rng).
inline DeepStack measure_stack(const nn::ActivationFunction& phi,
                               const nn::Initializer& initializer, int layers, int width, int n,
                               nn::Rng rng) {
  const auto sd = [](const nn::Matrix& M) { return arma::stddev(arma::vectorise(M)); };
  DeepStack result;
  std::vector<nn::Matrix> W, Z, H{rng.normal_matrix(n, width)};
  for (int l = 0; l < layers; ++l) {
    W.push_back(initializer(width, width, rng));
    Z.push_back(H.back() * W.back());  // z = h W
    H.push_back(phi(Z.back()));        // h = phi(z)
    result.forward_sd.push_back(sd(H.back()));
  }
  nn::Matrix dH = rng.normal_matrix(n, width);  // dE/dh at the output
  result.gradient_sd.assign(layers + 1, sd(dH));
  for (int l = layers - 1; l >= 0; --l) {
    dH = (dH % phi.derivative(Z[l])) * W[l].t();  // delta = phi'(z) dH, dH_before = delta W'
    result.gradient_sd[l] = sd(dH);
  }
  const nn::Matrix& last = H.back();
  const double low = phi == nn::tanh ? -1.0 : 0.0;
  nn::Matrix flat =  // tanh: |h| > 0.99; sigmoid: h < 0.005 or h > 0.995
      arma::conv_to<nn::Matrix>::from(arma::abs((last - low) / (1.0 - low) - 0.5) > 0.495);
  result.saturated = arma::accu(flat) / last.n_elem;
  result.dead = arma::accu(arma::all(last == 0.0, 0)) / static_cast<double>(last.n_cols);
  return result;
}
