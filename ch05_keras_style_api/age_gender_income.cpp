// One input, three outputs: age, gender and income of an anonymous user, guessed from a post.
//
// Notes:  003 다중 출력 모델 (나이, 성별, 소득 수준)
// Run:    ./book run ch05/age_gender_income
// Expect: all three better than the best constant guess; without weights, age's loss drowns the rest
// Try:    --words 100 (longer posts), --epochs 30
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/conv2d.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/embedding.hpp"
#include "common/layers/pooling2d.hpp"
#include "common/layers/reshape.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

struct Users {
  nn::Matrix posts, age, gender, income;  // n x words, n x 1 (years), n x 1 (0, 1), n x 3
};

// Invented users. A post is a row of words from 60; the first 20 are said more by the young, the
// next 20 more by gender 1, the last 20 more by the rich, and nothing is said by one group alone.
static Users draw_users(std::size_t n, int words, nn::Rng& rng) {
  Users u{nn::Matrix(n, words), nn::Matrix(n, 1), nn::Matrix(n, 1),
          nn::Matrix(n, 3, arma::fill::zeros)};
  for (std::size_t i = 0; i < n; ++i) {
    u.age(i) = rng.uniform(15, 75);
    u.gender(i) = rng.uniform() < 0.5;
    const std::size_t income = rng.below(3);
    u.income(i, income) = 1;
    const double position[] = {(75 - u.age(i)) / 60, 0.15 + 0.7 * u.gender(i), 0.1 + 0.4 * income};
    for (int w = 0; w < words; ++w) {
      const std::size_t topic =
          rng.below(3);  // words 0 to 9 of a topic on one side, 10 to 19 on the other
      const std::size_t side = rng.uniform() < position[topic] ? 0 : 10;
      u.posts(i, w) = static_cast<nn::Real>(20 * topic + side + rng.below(10));
    }
  }
  return u;
}

int main(int argc, char** argv) {
  nn::Program program("One model with three outputs and three losses", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int words = 40;
  program.knob("words", words, "words in a post", 1, 1000);
  int epochs = 10;
  program.knob("epochs", epochs, "passes over 3000 users", 0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const Users train = draw_users(3000, words, rng), test = draw_users(1000, words, rng);

    std::printf(
        "loss weights          age: error in years   gender: accuracy   income: accuracy\n");
    const double mean_age = arma::mean(nn::ColVector(train.age));
    const double share_of_one = arma::mean(nn::ColVector(test.gender));
    std::printf("%-17s %23.2f %18.3f %18.3f\n", "best constant",
                arma::mean(nn::ColVector(arma::abs(test.age - mean_age))),
                std::max(share_of_one, 1 - share_of_one),
                nn::RowVector(arma::mean(test.income, 0)).max());
    std::vector<std::pair<std::string, double>> results;
    for (const std::vector<double>& weights :
         {std::vector<double>{1, 1, 1}, std::vector<double>{0.01, 1, 1}}) {
      // 2. model: a trunk that all share, three outputs with a loss each
      nn::set_seed(program.seed());
      const nn::Tensor posts = nn::Input({words}, {.name = "posts"});
      nn::Tensor x = nn::Embedding(60, 16)(posts);
      x = nn::Reshape({words, 1, 16})(x);  // words below each other, one column, 16 channels
      x = nn::Conv2D(32, {3, 1}, {.padding = nn::Padding::same, .activation = nn::relu})(x);
      x = nn::GlobalAveragePooling2D()(x);
      x = nn::Dense(32, {.activation = nn::relu})(x);
      const nn::Tensor age = nn::Dense(1, {.name = "age"})(x);
      const nn::Tensor gender = nn::Dense(1, {.activation = nn::sigmoid, .name = "gender"})(x);
      const nn::Tensor income = nn::Dense(3, {.activation = nn::softmax, .name = "income"})(x);
      nn::Model model({posts}, {age, gender, income});
      model.compile(
          {.optimizer = nn::Adam({.learning_rate = 0.005}),
           .loss = {nn::mean_squared_error, nn::binary_crossentropy, nn::categorical_crossentropy},
           .loss_weights = weights,
           .metrics = {{nn::mean_absolute_error, nn::root_mean_squared_error},
                       {nn::accuracy, nn::auc},
                       {nn::accuracy, nn::top_k(2)}}});

      // 3. training
      model.fit(train.posts, {train.age, train.gender, train.income},
                {.epochs = epochs, .batch_size = 64, .verbose = false});
      const nn::Scores s =
          model.evaluate(test.posts, {test.age, test.gender, test.income}, {.batch_size = 500});
      const bool weighted = weights[0] != 1;
      std::printf("%4g, 1, 1 %31.2f %18.3f %18.3f\n", weights[0], s["age_mean_absolute_error"],
                  s["gender_accuracy"], s["income_accuracy"]);
      const std::string suffix = weighted ? "_weighted" : "_unweighted";
      results.emplace_back("age_error" + suffix, s["age_mean_absolute_error"]);
      results.emplace_back("gender_accuracy" + suffix, s["gender_accuracy"]);
      results.emplace_back("income_accuracy" + suffix, s["income_accuracy"]);
      if (!weighted || !program.plots()) continue;
      nn::save_graph(model.to_dot(), program.out("graph"));
      nn::Figure figure(
          {.title = "Age from a post", .x_label = "age", .y_label = "guess", .legend = "off"});
      figure.scatter(arma::join_rows(test.age, model.predict(test.posts)[0]).eval().head_rows(300));
      figure.line({15, 75}, {15, 75}, "", {.color = 6});
      program.save(figure, "ages");
    }

    // 4. result
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
  });
}
