// Data parallelism: every device has the model, the batch is split, the gradients are summed.
//
// Notes:  003 multi-GPU: data parallelism, multi_gpu_model(model, gpus=2)
// Run:    ./book run ch06/data_parallel
// Expect: 2, 3 and 7 replicas learn what one model learns, to rounding; the mean of the replicas' means
//         does not, as soon as their shares of a batch differ
// Try:    --batch 100 --rows 1000; --replicas 5; --batch 2 (more replicas than rows); --norm yes
#include "common/data/data.hpp"
#include "common/distributed/data_parallel.hpp"
#include "common/distributed/communicator.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

double largest_difference(const nn::Model& a, const nn::Model& b) {
  const auto pa = a.network().parameters(), pb = b.network().parameters();
  double largest = 0.0;
  for (std::size_t k = 0; k < pa.size(); ++k)
    largest = std::max<double>(largest, arma::abs(pa[k].weight->value - pb[k].weight->value).max());
  return largest;
}

int main(int argc, char** argv) {
  nn::Program program("Data parallelism: replicas split the batch and sum their gradients");
  // ---- knobs -----------------------------------------------------------------------------------
  int rows = 1000, batch = 101, epochs = 3, replicas = 7;
  program.knob("rows", rows, "digits to train on", 1, 1797);
  program.knob("batch", batch, "rows of a batch, all replicas together", 1);
  program.knob("epochs", epochs, "passes over the digits");
  program.knob("replicas", replicas, "the largest number of replicas, after 2, 3, 7", 1, 64);
  bool norm = false;
  program.knob("norm", norm, "with BatchNormalization: the exception");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix X = digits.X.head_rows(rows), Y = nn::one_hot(digits.y, 10).head_rows(rows);

    // 2. model: with dropout, whose masks must not depend on how a batch is split
    const auto build = [&] {
      nn::set_seed(program.seed());
      nn::Sequential model;
      model.add(nn::Dense(64, {.activation = nn::relu, .input_shape = {64}}));
      if (norm) model.add(nn::BatchNormalization());
      model.add(nn::Dropout(0.2));
      model.add(nn::Dense(10, {.activation = nn::softmax}));
      model.compile({.optimizer = nn::SGD({.learning_rate = 0.1, .momentum = 0.9}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      return model;
    };
    const nn::FitOptions options{.epochs = epochs, .batch_size = batch, .verbose = false};

    // 3. training: one model, then replicas
    nn::Sequential alone = build();
    const nn::History expected = alone.fit(X, Y, options);
    std::printf("replicas      loss   accuracy   difference from one model   replicas identical\n");
    const auto row = [](std::size_t count, const nn::History& h, double difference, bool same) {
      if (h.epochs() > 0)
        std::printf("%8zu %9.5f %10.4f %27.1e   %s\n", count, h["loss"].back(),
                    h["accuracy"].back(), difference, same ? "bit for bit" : "NO");
    };
    row(1, expected, 0.0, true);
    double largest = 0.0;
    bool identical = true;
    std::vector<int> sizes{2, 3, 7};
    std::erase_if(sizes, [&](int count) { return count >= replicas; });
    if (replicas > 1) sizes.push_back(replicas);
    for (const int count : sizes) {
      nn::Sequential model = build();
      nn::DataParallel parallel(model, {.replicas = count});
      const nn::History history = parallel.fit(X, Y, options);
      bool same = true;
      for (const nn::Model& replica : parallel.replicas())
        same = same && largest_difference(replica, model) == 0.0;
      row(static_cast<std::size_t>(count), history, largest_difference(model, alone), same);
      largest = std::max(largest, largest_difference(model, alone));
      identical = identical && same;
    }

    // The sum divided once, against the mean of means: of one pixel of one batch. A gradient is a mean
    // over the rows too.
    const std::size_t n = std::min<std::size_t>(batch, X.n_rows);
    std::vector<double> counts, error;
    std::printf("\nmean of the replicas' means, error in the mean of pixel 20 (%zu rows):\n", n);
    for (std::size_t size = 1; size <= std::min<std::size_t>(n, 16); ++size) {
      double sum = 0.0, mean_of_means = 0.0;
      for (std::size_t r = 0; r < size; ++r) {
        const nn::BatchPart part = nn::batch_part(n, r, size);
        const double shard = arma::accu(X.col(20).subvec(part.first, part.first + part.count - 1));
        sum += shard;  // all-reduce ...
        mean_of_means += shard / static_cast<double>(part.count) / static_cast<double>(size);
      }
      const double mean = sum / static_cast<double>(n);  // ... divided once
      counts.push_back(static_cast<double>(size));
      error.push_back(std::abs(mean_of_means - mean));
      if (size == 2 || size == 3 || size == 7) std::printf("%8zu   %.1e\n", size, error.back());
    }

    // 4. result
    nn::Figure figure({.title = "Shares of unequal size: the mean of means is not the mean",
                       .x_label = "replicas",
                       .y_label = "error of the mean of means"});
    figure.line(counts, error, nn::text("%zu rows", n), {.markers = true});
    program.save(figure, "means");
    program.result("loss", epochs > 0 ? expected["loss"].back() : 0.0);
    program.result("same_to_rounding", norm || largest < 1e-4);
    program.result("replicas_identical", identical);
  });
}
