// Work shared among threads: every part is done once, and a training's result is the same bits with
// any number of them.
#include "common/kernels/parallel.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

using nn::Matrix;
using nn::Real;

namespace {

constexpr double much = 1e12;  // operations that are worth handing out

struct ThreadCount {
  explicit ThreadCount(int count) { nn::set_thread_count(count); }
  ~ThreadCount() { nn::set_thread_count(before); }
  const int before = nn::thread_count();
};

// How often each of 0 ... n - 1 is visited.
std::vector<int> visits(std::size_t n, std::size_t grain) {
  std::vector<std::atomic<int>> count(n);
  std::atomic<bool> whole_grains{true};
  nn::in_parallel(n, grain, much, [&](std::size_t first, std::size_t size) {
    if (first % grain != 0 || (size % grain != 0 && first + size != n)) whole_grains = false;
    for (std::size_t i = first; i < first + size; ++i) ++count[i];
  });
  BOOST_TEST(whole_grains.load());
  return {count.begin(), count.end()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_number_is_visited_once) {
  for (const int threads : {1, 2, 3, 7}) {
    const ThreadCount set(threads);
    BOOST_TEST(nn::thread_count() == threads);
    for (const std::size_t n : {1, 2, 7, 64, 1001})
      for (const std::size_t grain : {1, 8, 100})
        for (int repeat = 0; repeat < 20; ++repeat)
          BOOST_TEST(visits(n, grain) == std::vector<int>(n, 1),
                     threads << " threads, n " << n << ", grain " << grain);
  }
}

BOOST_AUTO_TEST_CASE(work_inside_of_work_and_from_other_threads) {
  const ThreadCount set(2);
  std::atomic<int> inner{0};
  nn::in_parallel(10, 1, much, [&](std::size_t, std::size_t outer) {
    for (std::size_t i = 0; i < outer; ++i)
      nn::in_parallel(10, 1, much, [&](std::size_t, std::size_t n) { inner += int(n); });
  });
  BOOST_TEST(inner == 100);

  std::atomic<int> wrong{0};
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i)
    others.emplace_back([&] {
      for (int repeat = 0; repeat < 200; ++repeat) {
        std::atomic<int> sum{0};
        nn::in_parallel(50, 1, much, [&](std::size_t, std::size_t n) { sum += int(n); });
        if (sum != 50) ++wrong;
      }
    });
  for (std::thread& other : others) other.join();
  BOOST_TEST(wrong == 0);
}

// Whichever thread it happens on, the caller gets it, and not before all parts are done with.
BOOST_AUTO_TEST_CASE(an_exception_in_a_part_reaches_the_caller) {
  const ThreadCount set(2);
  for (const bool on_helper : {true, false}) {
    std::atomic<int> begun{0}, ended{0};
    std::atomic<bool> helped{false};
    const auto part = [&](std::size_t, std::size_t) {
      ++begun;
      const bool helper = nn::thread_number() != 0;
      if (helper) helped = true;
      while (!helped) std::this_thread::yield();  // the caller waits for the helper's first part
      if (!helper) std::this_thread::sleep_for(std::chrono::milliseconds(on_helper ? 0 : 5));
      if (helper) std::this_thread::sleep_for(std::chrono::milliseconds(on_helper ? 5 : 50));
      ++ended;
      if (helper == on_helper) throw nn::Error("no");
    };
    BOOST_TEST(refusal([&] { nn::in_parallel(6, 1, much, part); }) == "no");
    BOOST_TEST(ended == begun);
  }
  BOOST_TEST(visits(64, 1) == std::vector<int>(64, 1));  // the threads are still there
}

BOOST_AUTO_TEST_CASE(fewer_than_one_thread_is_refused) {
  BOOST_TEST(refusal([] { nn::set_thread_count(0); }) ==
             "set_thread_count: count is 0, expected at least 1");
}

namespace {

// The weights after two epochs.
template <class MakeModel>
std::vector<Matrix> trained(int threads, const MakeModel& make_model, const Matrix& X) {
  const ThreadCount set(threads);
  nn::set_seed(5);
  nn::Sequential model = make_model();
  nn::Rng rng(6);
  nn::Indices labels(X.n_rows);
  for (auto& label : labels) label = rng.below(10);
  model.compile({.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy});
  model.fit(X, nn::one_hot(labels, 10), {.epochs = 2, .batch_size = 32, .verbose = false});
  return model.weights();
}

template <class MakeModel>
void check_same_bits(const MakeModel& make_model, const Matrix& X) {
  const std::vector<Matrix> alone = trained(1, make_model, X);
  for (const int threads : {1, 2, 3}) {
    const std::vector<Matrix> together = trained(threads, make_model, X);
    BOOST_TEST_REQUIRE(together.size() == alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i)
      BOOST_TEST(arma::approx_equal(together[i], alone[i], "absdiff", 0),
                 threads << " threads, weights " << i);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(dense_layers_learn_the_same_with_any_number_of_threads) {
  nn::Rng rng(7);
  check_same_bits(
      [] {
        return nn::Sequential({nn::Dense(300, {.activation = nn::relu, .input_shape = {784}}),
                               nn::Dense(100, {.activation = nn::relu}),
                               nn::Dense(10, {.activation = nn::softmax})});
      },
      rng.uniform_matrix(81, 784));
}

BOOST_AUTO_TEST_CASE(convolution_and_pooling_too) {
  nn::Rng rng(8);
  check_same_bits(
      [] {
        return nn::Sequential({nn::Conv2D(16, {3, 3},
                                          {.padding = nn::Padding::same,
                                           .activation = nn::relu,
                                           .input_shape = {28, 28, 1}}),
                               nn::MaxPooling2D({2, 2}),
                               nn::Conv2D(8, {3, 3}, {.activation = nn::relu}),
                               nn::MaxPooling2D({2, 2}, {.strides = {1, 1}}), nn::Flatten(),
                               nn::Dense(10, {.activation = nn::softmax})});
      },
      rng.uniform_matrix(49, 28 * 28));
}

BOOST_AUTO_TEST_CASE(embedding_and_lstm_too) {
  nn::Rng rng(9);
  Matrix X(40, 30);
  for (Real& id : X) id = static_cast<Real>(rng.below(200));
  check_same_bits(
      [] {
        return nn::Sequential({nn::Embedding(200, 128, {.input_shape = {30}}), nn::LSTM(24),
                               nn::Dense(10, {.activation = nn::softmax})});
      },
      X);
}
