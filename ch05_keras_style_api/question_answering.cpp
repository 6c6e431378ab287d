// A model with two inputs: a story and a question about it; the answer is one word.
//
// Notes:  003 다중 입력 모델, 질문-응답(Question-Answering) 모델
// Run:    ./book run ch05/question_answering
// Expect: nearly all questions about new stories answered; with another question, hardly more than
//         always saying the place named last
// Try:    --facts 5, --epochs 5
#include <set>

#include "common/files/history_files.hpp"
#include "common/model/callbacks.hpp"
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/embedding.hpp"
#include "common/layers/lstm.hpp"
#include "common/program/program.hpp"

static const std::vector<std::string> people{"mary", "john", "anna"}, verbs{"went", "moved", "ran"},
    places{"kitchen", "garden", "office", "hallway"};
// An id is a word's place here. First the places, so that an answer's class is its id.
static const std::vector<std::string> words{"kitchen", "garden", "office", "hallway", "mary",
                                            "john",    "anna",   "went",   "moved",   "ran",
                                            "to",      "the",    "where",  "is"};

struct Stories {  // n x (5 facts), n x 3, n
  nn::Matrix story, question;
  nn::Indices answer, last_place;
};

// story := fact fact ..., fact := person verb "to the" place, question := "where is" person.
static Stories tell(std::size_t n, int facts, nn::Rng& rng, std::set<std::string>& told) {
  const auto id = [](const std::string& word) {
    return static_cast<nn::Real>(std::find(words.begin(), words.end(), word) - words.begin());
  };
  Stories s{nn::Matrix(n, 5 * facts), nn::Matrix(n, 3), nn::Indices(n), nn::Indices(n)};
  for (std::size_t i = 0; i < n;) {
    std::vector<std::string> text;
    std::map<std::string, std::string> where;  // what is true after the last fact
    for (int fact = 0; fact < facts; ++fact) {
      const std::string &person = people[rng.below(3)], &place = places[rng.below(4)];
      text.insert(text.end(), {person, verbs[rng.below(3)], "to", "the", place});
      where[person] = place;
    }
    const std::string asked = std::next(where.begin(), rng.below(where.size()))->first;
    std::string whole = asked;
    for (const std::string& word : text) whole += " " + word;
    if (!told.insert(whole).second) continue;  // every story only once: no test story was seen
    for (std::size_t k = 0; k < text.size(); ++k) s.story(i, k) = id(text[k]);
    s.question.row(i) = nn::RowVector{id("where"), id("is"), id(asked)};
    s.answer[i] = static_cast<std::size_t>(id(where[asked]));
    s.last_place[i] = static_cast<std::size_t>(id(text.back()));
    ++i;
  }
  return s;
}

int main(int argc, char** argv) {
  nn::Program program("Questions about stories: a model with two inputs", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int facts = 3;
  program.knob("facts", facts, "sentences in a story", 3, 20);
  int epochs = 40;
  program.knob("epochs", epochs, "passes over 4000 stories", 0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    std::set<std::string> told;
    const Stories train = tell(4000, facts, rng, told), test = tell(1000, facts, rng, told);

    // 2. model: two branches that meet
    nn::set_seed(program.seed());
    const nn::Tensor story = nn::Input({5 * facts}, {.name = "story"});
    const nn::Tensor question = nn::Input({3}, {.name = "question"});
    const nn::Tensor read = nn::LSTM(32)(nn::Embedding(words.size(), 16)(story));
    const nn::Tensor asked = nn::LSTM(16)(nn::Embedding(words.size(), 16)(question));
    const nn::Tensor answer =
        nn::Dense(places.size(), {.activation = nn::softmax, .name = "answer"})(
            nn::Dense(32, {.activation = nn::relu})(nn::concatenate({read, asked})));
    nn::Model model({story, question}, {answer});
    model.compile({.optimizer = nn::Adam({.learning_rate = 0.005}),
                   .loss = nn::categorical_crossentropy,
                   .metrics = {nn::accuracy}});

    // 3. training
    const nn::Matrix Y = nn::one_hot(train.answer, 4), Y_test = nn::one_hot(test.answer, 4);
    const nn::History history = model.fit({train.story, train.question}, Y,
                                          {.epochs = epochs,
                                           .batch_size = 64,
                                           .validation_data = {{test.story, test.question}, Y_test},
                                           .verbose = false});

    // 4. result
    const auto accuracy = [&](const nn::Matrix& q) {
      return model.evaluate({test.story, q}, Y_test, {.batch_size = 500})["accuracy"];
    };
    const double right = accuracy(test.question);
    const double wrong_question = accuracy(test.question.rows(rng.permutation(1000)));
    const double last =
        arma::mean(arma::conv_to<nn::ColVector>::from(test.last_place == test.answer));
    const nn::Matrix P = model.predict({test.story, test.question});
    for (std::size_t i = 0; i < 3; ++i) {
      for (double w : nn::RowVector(test.story.row(i))) std::printf("%s ", words[w].c_str());
      std::printf("\n  where is %s?  %s (%.2f), right: %s\n", words[test.question(i, 2)].c_str(),
                  places[P.row(i).index_max()].c_str(), P.row(i).max(),
                  places[test.answer[i]].c_str());
    }
    std::printf("\nnew stories, share of right answers: %.3f\n", right);
    std::printf("  with the question of another story: %.3f\n", wrong_question);
    std::printf("  always the place named last:        %.3f\n\n", last);
    program.result("parameters", static_cast<double>(model.parameter_count()));
    program.result("test_accuracy", right);
    program.result("with_another_question", wrong_question);
    program.result("last_place_named", last);
    if (program.plots()) nn::save_graph(model.to_dot(), program.out("graph"));
    if (program.plots() && epochs > 0) nn::save_picture(history, program.out("curves"));
  });
}
