#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

#include "common/distributed/data_parallel.hpp"
#include "common/distributed/thread_group.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

namespace {

constexpr bool single = sizeof(nn::Real) == 4;
constexpr double rounding = single ? 3e-5 : 1e-12;  // after some ten steps

struct Data {
  nn::Matrix X, Y;
};
Data make_data(std::size_t n = 101) {  // odd: shards of unequal size
  nn::Rng rng(5);
  Data data{rng.normal_matrix(n, 6), nn::Matrix(n, 3, arma::fill::zeros)};
  for (std::size_t i = 0; i < n; ++i)
    data.Y(i, data.X(i, 0) > 0.3 ? 0 : data.X(i, 1) * data.X(i, 2) > 0 ? 1 : 2) = 1;
  return data;
}

// Everything that could tell one replica from three: dropout, noise, penalties, an optimizer with
// two slots, and metrics.
nn::Model build() {
  nn::set_seed(7);
  nn::Tensor input = nn::Input({6});
  nn::Tensor x = nn::Dense(9, {.activation = nn::tanh, .kernel_regularizer = nn::l2(0.01)})(input);
  x = nn::Dropout(0.3)(x);
  x = nn::GaussianNoise(0.1)(x);
  nn::Tensor skip = nn::Dense(9, {.bias_regularizer = nn::l1(0.02)})(x);
  x = nn::concatenate({skip, x});
  nn::Model model(input, nn::Dense(3, {.activation = nn::softmax})(x));
  model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}),
                 .loss = nn::categorical_crossentropy,
                 .metrics = {nn::accuracy, nn::auc}});
  return model;
}

double largest_difference(const nn::Model& a, const nn::Model& b) {
  const auto pa = a.network().parameters(), pb = b.network().parameters();
  BOOST_TEST(pa.size() == pb.size());
  double largest = 0.0;
  for (std::size_t k = 0; k < pa.size(); ++k)
    largest = std::max(
        largest, static_cast<double>(arma::abs(pa[k].weight->value - pb[k].weight->value).max()));
  return largest;
}

bool same_bits(const nn::Model& a, const nn::Model& b) { return largest_difference(a, b) == 0.0; }

}  // namespace

BOOST_AUTO_TEST_CASE(the_parts_of_a_batch_cover_it_without_overlap) {
  for (std::size_t n : {0, 1, 5, 64, 101})
    for (std::size_t size : {1, 2, 3, 7}) {
      std::size_t next = 0;
      for (std::size_t rank = 0; rank < size; ++rank) {
        const nn::BatchPart part = nn::batch_part(n, rank, size);
        BOOST_TEST(part.first == next);
        BOOST_TEST((part.count == n / size || part.count == n / size + 1));
        next += part.count;
      }
      BOOST_TEST(next == n);
    }
}

BOOST_AUTO_TEST_CASE(threads_sum_in_the_order_of_the_ranks_and_all_get_the_same_bits) {
  for (std::size_t size : {1, 2, 3, 5})
    for (std::size_t n : {1, 2, 4, 1000}) {
      std::vector<std::vector<nn::Real>> x(size, std::vector<nn::Real>(n));
      nn::Rng rng(3);
      std::vector<nn::Real> expected(n, 0);
      for (auto& part : x)
        for (std::size_t i = 0; i < n; ++i) {
          part[i] = static_cast<nn::Real>(rng.normal());
          expected[i] += part[i];
        }
      nn::ThreadGroup group(size);
      std::vector<int> sent(size);
      group.run([&](std::size_t rank) {
        const auto line = group.communicator(rank);
        line->all_reduce(x[rank].data(), n);
        sent[rank] = rank == 0 ? 17 : 0;
        line->broadcast(&sent[rank], sizeof(int));
      });
      for (std::size_t rank = 0; rank < size; ++rank) {
        BOOST_TEST(x[rank] == expected, boost::test_tools::per_element());
        BOOST_TEST(sent[rank] == 17);
      }
    }
}

BOOST_AUTO_TEST_CASE(a_thread_that_fails_wakes_the_others) {
  nn::ThreadGroup group(3);
  BOOST_TEST(refusal([&] {
               group.run([&](std::size_t rank) {
                 const auto line = group.communicator(rank);
                 nn::Real x = 1;
                 line->all_reduce(&x, 1);
                 if (rank == 2) throw nn::Error("replica 2 has had enough");
                 line->all_reduce(&x, 1);  // would wait for ever
               });
             }) == "replica 2 has had enough");
}

BOOST_AUTO_TEST_CASE(replicas_train_as_one_model_does) {
  const Data data = make_data();
  nn::Model alone = build();
  const nn::FitOptions options{
      .epochs = 3, .batch_size = 32, .validation_split = 0.1, .verbose = false};
  const nn::History expected = alone.fit(data.X, data.Y, options);
  for (int replicas : {1, 2, 3, 7}) {
    nn::Model model = build();
    nn::DataParallel parallel(model, build, {.replicas = replicas});
    const nn::History history = parallel.fit(data.X, data.Y, options);
    BOOST_TEST(largest_difference(model, alone) < rounding);
    if (replicas == 1) BOOST_TEST(same_bits(model, alone));
    for (const nn::Model& replica : parallel.replicas()) BOOST_TEST(same_bits(replica, model));
    BOOST_TEST(history.names() == expected.names(), boost::test_tools::per_element());
    for (const std::string& name : expected.names())
      for (std::size_t e = 0; e < expected.epochs(); ++e)
        BOOST_TEST(history[name][e] == expected[name][e],
                   boost::test_tools::tolerance(single ? 1e-4 : 1e-10));
  }
}

BOOST_AUTO_TEST_CASE(more_replicas_than_rows) {
  // Batches of 3 and 2 rows, and of a single one, for 7 replicas.
  for (const auto& [rows, batch_size] : {std::pair{5, 3}, {1, 1}, {7, 2}}) {
    const Data data = make_data(static_cast<std::size_t>(rows));
    const nn::FitOptions options{.epochs = 4, .batch_size = batch_size, .verbose = false};
    nn::Model alone = build(), model = build();
    alone.fit(data.X, data.Y, options);
    nn::DataParallel(model, build, {.replicas = 7}).fit(data.X, data.Y, options);
    BOOST_TEST(largest_difference(model, alone) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(replicas_are_made_from_the_models_own_description) {
  const Data data = make_data();
  const nn::FitOptions options{.epochs = 2, .batch_size = 20, .verbose = false};
  nn::Model alone = build(), model = build();
  alone.fit(data.X, data.Y, options);
  const double next = nn::Rng(nn::global_rng()).uniform();
  nn::DataParallel parallel(model, {.replicas = 3});
  BOOST_TEST(nn::Rng(nn::global_rng()).uniform() == next);  // the program's stream is not disturbed
  parallel.fit(data.X, data.Y, options);
  BOOST_TEST(largest_difference(model, alone) < rounding);
}

BOOST_AUTO_TEST_CASE(several_outputs_weights_and_a_frozen_layer) {
  const Data data = make_data();
  const auto two_outputs = [] {
    nn::set_seed(3);
    nn::Tensor input = nn::Input({6});
    nn::Dense frozen(5, {.activation = nn::relu, .kernel_regularizer = nn::l2(0.1)});
    nn::Tensor x = frozen(input);
    frozen.set_trainable(false);
    nn::Tensor y = nn::Dense(3, {.activation = nn::softmax})(x), z = nn::Dense(1)(x);
    nn::Model model({input}, {y, z});
    model.compile({.optimizer = nn::SGD({.learning_rate = 0.05, .momentum = 0.9}),
                   .loss = {nn::categorical_crossentropy, nn::mean_squared_error},
                   .loss_weights = {1.0, 0.3}});
    return model;
  };
  nn::Rng rng(8);
  const nn::Matrix Z = rng.normal_matrix(101, 1), weights = rng.uniform_matrix(101, 1, 0.5, 2.0);
  const nn::FitOptions options{
      .epochs = 3, .batch_size = 40, .sample_weight = weights, .verbose = false};
  nn::Model alone = two_outputs(), model = two_outputs();
  const nn::History expected = alone.fit(data.X, {data.Y, Z}, options);
  const nn::History history =
      nn::DataParallel(model, two_outputs, {.replicas = 3}).fit(data.X, {data.Y, Z}, options);
  BOOST_TEST(largest_difference(model, alone) < rounding);
  BOOST_TEST(history["loss"].back() == expected["loss"].back(),
             boost::test_tools::tolerance(single ? 1e-5 : 1e-11));
}

BOOST_AUTO_TEST_CASE(what_is_frozen_is_what_compile_found) {
  const Data data = make_data();
  for (const bool at_compile : {true, false}) {
    const auto frozen_then_not = [=] {
      nn::set_seed(3);
      nn::Dense first(5, {.activation = nn::relu, .input_shape = {6}});
      nn::Sequential model{first, nn::Dense(3, {.activation = nn::softmax})};
      first.set_trainable(at_compile);
      model.compile({.optimizer = nn::SGD(), .loss = nn::categorical_crossentropy});
      first.set_trainable(!at_compile);
      return model;
    };
    nn::Model alone = frozen_then_not(), model = frozen_then_not(), described = frozen_then_not();
    const std::vector<nn::Matrix> before = model.layers()[0].weights();
    const nn::FitOptions options{.epochs = 2, .verbose = false};
    alone.fit(data.X, data.Y, options);
    nn::DataParallel(model, frozen_then_not, {.replicas = 2}).fit(data.X, data.Y, options);
    BOOST_TEST(largest_difference(model, alone) < rounding);
    nn::DataParallel(described, {.replicas = 2}).fit(data.X, data.Y, options);
    BOOST_TEST(largest_difference(described, alone) < rounding);
    BOOST_TEST(refusal([&] {
                 nn::DataParallel(model, [&] {
                   nn::Model other = frozen_then_not();
                   other.compile({.optimizer = nn::SGD(), .loss = nn::categorical_crossentropy});
                   return other;
                 });
               }) == "DataParallel: dense/kernel is frozen in only one of replica 1 and the model");
    const bool moved = arma::abs(model.layers()[0].weights()[0] - before[0]).max() > 0;
    BOOST_TEST(moved == at_compile);
    BOOST_TEST(model.layers()[0].layer().trainable == !at_compile);
  }
}

// The exception: each replica normalises with its own rows. By hand, for one step without learning.
BOOST_AUTO_TEST_CASE(batch_normalization_uses_each_replicas_rows) {
  const auto normalizing = [] {
    nn::set_seed(1);
    nn::Sequential model;
    model.add(nn::BatchNormalization({.momentum = 0.9, .input_shape = {2}}));
    model.add(nn::Dense(1));
    model.compile({.optimizer = nn::SGD({.learning_rate = 0.1}), .loss = nn::mean_squared_error});
    return model;
  };
  const nn::Matrix X{{1, 2}, {3, 5}, {2, 2}, {9, 0}, {4, 7}}, Y(5, 1, arma::fill::ones);
  nn::Model model = normalizing();
  nn::DataParallel parallel(model, normalizing, {.replicas = 2});
  parallel.fit(X, Y, {.epochs = 1, .batch_size = 5, .shuffle = false, .verbose = false});
  // Rows 0 to 2 and 3 to 4: means (2, 3) and (6.5, 3.5), weighted 3 : 2.
  const std::vector<nn::Matrix> weights = model.layers()[0].weights();
  BOOST_TEST(weights[2](0, 0) == 0.1 * (0.6 * 2 + 0.4 * 6.5), boost::test_tools::tolerance(1e-6));
  BOOST_TEST(weights[2](0, 1) == 0.1 * (0.6 * 3 + 0.4 * 3.5), boost::test_tools::tolerance(1e-6));
  // Variances (2/3, 2) and (6.25, 12.25).
  BOOST_TEST(weights[3](0, 0) == 0.9 + 0.1 * (0.6 * 2 / 3 + 0.4 * 6.25),
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(same_bits(parallel.replicas()[1], model));
  nn::Model again = normalizing();  // the same at every run
  nn::DataParallel(again, normalizing, {.replicas = 2})
      .fit(X, Y, {.epochs = 1, .batch_size = 5, .shuffle = false, .verbose = false});
  BOOST_TEST(same_bits(again, model));
}

// Callbacks live in the first replica; what they change reaches all.
BOOST_AUTO_TEST_CASE(decisions_of_callbacks_reach_every_replica) {
  const Data data = make_data();
  int calls = 0;
  const auto options = [&] {
    return nn::FitOptions{
        .epochs = 30,
        .batch_size = 25,
        .validation_split = 0.2,
        .callbacks = {nn::LearningRateScheduler(
                          [](int epoch, double) { return 0.02 / (1 + epoch); }),
                      nn::EarlyStopping({.patience = 1, .restore_best_weights = true}),
                      nn::LambdaCallback(
                          {.on_batch_end =
                               [&](nn::Model& model, int epoch, int batch, const nn::Scores&) {
                                 ++calls;
                                 if (epoch == 4 && batch == 1) model.stop_training();
                               }})},
        .verbose = false};
  };
  nn::Model alone = build(), model = build();
  const nn::History expected = alone.fit(data.X, data.Y, options());
  const int expected_calls = std::exchange(calls, 0);
  nn::DataParallel parallel(model, build, {.replicas = 3});
  const nn::History history = parallel.fit(data.X, data.Y, options());
  BOOST_TEST(calls == expected_calls);
  BOOST_TEST(history.epochs() == expected.epochs());
  BOOST_TEST(largest_difference(model, alone) < rounding);
  for (const nn::Model& replica : parallel.replicas()) BOOST_TEST(same_bits(replica, model));
}

BOOST_AUTO_TEST_CASE(a_second_fit_goes_on_and_the_model_is_alone_again_afterwards) {
  const Data data = make_data();
  const nn::FitOptions options{.epochs = 2, .batch_size = 32, .verbose = false};
  nn::Model alone = build(), model = build();
  nn::DataParallel parallel(model, build, {.replicas = 2});
  for (nn::Model* m : {&alone}) {
    m->fit(data.X, data.Y, options);
    m->fit(data.X, data.Y, options);
    m->fit(data.X, data.Y, options);
  }
  parallel.fit(data.X, data.Y, options);
  model.fit(data.X, data.Y, options);  // the other replica is behind now; the next fit sends it all
  parallel.fit(data.X, data.Y, options);
  BOOST_TEST(largest_difference(model, alone) < 2 * rounding);
}

BOOST_AUTO_TEST_CASE(an_error_in_one_replica_ends_the_training_with_its_sentence) {
  Data data = make_data();
  nn::Model model = build();
  nn::DataParallel parallel(model, build, {.replicas = 2, .start = [](int replica) {
                                             if (replica == 1) throw nn::Error("no device 1");
                                           }});
  BOOST_TEST(refusal([&] { parallel.fit(data.X, data.Y, {.verbose = false}); }) == "no device 1");
  nn::LambdaCallback full({.on_epoch_end = [](nn::Model&, int, const nn::Scores&) {
    throw nn::Error("the disk is full");
  }});
  nn::DataParallel second(model, build, {.replicas = 3});
  BOOST_TEST(refusal([&] {
               second.fit(data.X, data.Y, {.callbacks = {full}, .verbose = false});
             }) == "the disk is full");
  data.X(3, 1) = std::numeric_limits<nn::Real>::quiet_NaN();
  BOOST_TEST(refusal([&] { second.fit(data.X, data.Y, {.verbose = false}); }) ==
             "fit: input \"input_layer\": X(3, 1) is nan, expected finite numbers");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_replicated_is_refused) {
  nn::Model model = build();
  BOOST_TEST(refusal([&] { nn::DataParallel(model, build, {.replicas = 0}); }) ==
             "DataParallel: .replicas is 0, expected at least 1");
  BOOST_TEST(refusal([&] { nn::DataParallel(model, [&] { return model; }); }) ==
             "DataParallel: build returns the same model again, expected a new one each time");
  const auto other = [] {
    nn::Sequential small{nn::Dense(3, {.input_shape = {6}})};
    small.compile({.optimizer = nn::Adam(), .loss = nn::mean_squared_error});
    return small;
  };
  BOOST_TEST(refusal([&] { nn::DataParallel(model, other); }) ==
             "DataParallel: replica 1 has 2 parameters, the model has 6");
  nn::Sequential bare{nn::Dense(3, {.input_shape = {6}})};
  BOOST_TEST(refusal([&] { nn::DataParallel parallel(bare); }) ==
             "rng: the model is not compiled; call compile first");
}
