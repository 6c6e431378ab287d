// A typical wrong answer to exercise 6.4: the mean of the means
#include "common/distributed/communicator.hpp"
#include "common/program/exercise.hpp"
#include "common/nn.hpp"

// What a replica sends: the mean gradient of its rows, and how many rows it had.
struct Share {
  nn::Matrix gradient;
  std::size_t rows = 0;
};

nn::Matrix together(const std::vector<Share>& shares) {
  nn::Matrix sum(arma::size(shares[0].gradient), arma::fill::zeros);
  for (const Share& share : shares) sum += share.gradient;
  return sum / static_cast<nn::Real>(shares.size());  // as if all shares had equally many rows
}

int main() {
  nn::Exercise exercise("6.4");
  return exercise.verdict([&] {
    // Gradients of four rows: 1, 2, 3 and 11; their mean is 4.25.
    const nn::Matrix two(1, 1, arma::fill::value(2)), eleven(1, 1, arma::fill::value(11));
    exercise.expect("gradient", 4.25, together({{two, 3}, {eleven, 1}})[0], 1e-6);

    // A layer's gradient, batch of 101: divided among 1, 2, 5 and 120 replicas.
    nn::Rng rng(3);
    const nn::Matrix X = rng.normal_matrix(101, 4), dZ = rng.normal_matrix(101, 2);
    const nn::Matrix whole = X.t() * dZ / 101;
    for (std::size_t size : {1, 2, 5, 120}) {
      std::vector<Share> shares;
      for (std::size_t rank = 0; rank < size; ++rank) {
        const nn::BatchPart part = nn::batch_part(101, rank, size);
        Share share{nn::Matrix(4, 2, arma::fill::zeros), part.count};
        if (part.count > 0) {
          const std::size_t last = part.first + part.count - 1;
          share.gradient = X.rows(part.first, last).t() * dZ.rows(part.first, last);
          share.gradient /= static_cast<nn::Real>(part.count);
        }
        shares.push_back(share);
      }
      exercise.expect(nn::text("%zu replicas, dW", size), whole, together(shares), 1e-5);
    }
  });
}
