// Any table as numbers: which columns become which inputs, learned from one file, used on another.
//
// A column of numbers becomes one input, standardised; a missing number becomes the mean. A column
// of texts becomes one input for each text (one-hot); a missing text, or one never seen, is a row
// of zeros. A column with too many different texts (a name, a date, a customer's number) is left
// out. The target becomes a standardised number, or a class for each of its texts. All that is
// learned is kept in small CSV files, so that a saved model finds its inputs again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/files/files.hpp"
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// A field of a CSV file (RFC 4180).
inline std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
  return field + '"';
}

// The inputs. Means and scales are those of all rows of the file; a strict test would take them
// from the training rows alone.
class Columns {
 public:
  static constexpr std::size_t kMostTexts = 30;

  // Learns from these columns of `table`; says in a sentence what is missing or left out.
  Columns(const nn::Table& table, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const std::vector<std::string> texts = table.texts(name);
      const std::size_t missing = table.missing(name);
      std::map<std::string, std::size_t> levels;
      for (const std::string& text : texts)
        if (!nn::is_missing(text)) ++levels[text];
      if (levels.size() < 2) {
        std::printf("column %s: left out, it has one value only\n", name.c_str());
      } else if (table.numeric(name)) {
        std::vector<double> values;
        for (const std::string& text : texts)
          if (!nn::is_missing(text)) values.push_back(std::strtod(text.c_str(), nullptr));
        const arma::vec numbers(values);
        inputs_.push_back({name, "", arma::mean(numbers), arma::stddev(numbers, 1)});
        if (missing > 0)
          std::printf("column %s: %zu of %zu numbers are missing; the mean, %g, stands for them\n",
                      name.c_str(), missing, table.rows(), inputs_.back().mean);
      } else if (levels.size() > kMostTexts) {
        std::printf("column %s: left out, it has %zu different texts (at most %zu are used)\n",
                    name.c_str(), levels.size(), kMostTexts);
      } else {
        std::printf("column %s: %zu texts, an input for each", name.c_str(), levels.size());
        for (const auto& [level, count] : levels) {
          std::printf("%s %s (%zu)", inputs_.empty() || inputs_.back().column != name ? ":" : ",",
                      level.c_str(), count);
          inputs_.push_back({name, level, 0.0, 1.0});
        }
        std::printf(missing > 0 ? "; %zu missing: no input is 1\n" : "\n", missing);
      }
    }
    if (inputs_.empty()) throw nn::Error("no column is left that could be an input");
  }

  // As save wrote them.
  explicit Columns(const nn::Table& saved) {
    const std::vector<std::string> columns = saved.texts("column"), levels = saved.texts("level"),
                                   means = saved.texts("mean"), scales = saved.texts("scale");
    saved.numbers({"mean", "scale"});  // refuses a text; but a Matrix of float rounds a time
    for (std::size_t i = 0; i < saved.rows(); ++i)
      inputs_.push_back({columns[i], levels[i], std::strtod(means[i].c_str(), nullptr),
                         std::strtod(scales[i].c_str(), nullptr)});
  }
  void save(const std::filesystem::path& file) const {
    std::string csv = "column,level,mean,scale\n";
    for (const Input& input : inputs_)
      csv += quoted(input.column) + ',' + quoted(input.level) + ',' +
             nn::text("%.17g,%.17g\n", input.mean, input.scale);
    nn::write_file(file, csv);
  }

  // X (rows of the table x inputs). Refuses a table without one of the columns, and a text where
  // numbers were learned.
  nn::Matrix numbers(const nn::Table& table) const {
    nn::Matrix X(table.rows(), inputs_.size());
    for (std::size_t j = 0; j < inputs_.size(); ++j) {
      const Input& input = inputs_[j];
      const std::vector<std::string> texts = table.texts(input.column);
      if (input.level.empty() && !table.numeric(input.column) &&
          table.missing(input.column) < table.rows())
        throw nn::Error("column " + input.column + " has a text where the model expects numbers");
      for (std::size_t i = 0; i < texts.size(); ++i)
        if (!nn::is_missing(texts[i]))
          X(i, j) = static_cast<nn::Real>(
              input.level.empty()
                  ? (std::strtod(texts[i].c_str(), nullptr) - input.mean) / input.scale
                  : texts[i] == input.level);
    }
    return X;
  }
  std::size_t size() const { return inputs_.size(); }

 private:
  struct Input {
    std::string column, level;  // level empty: a number
    double mean, scale;
  };
  std::vector<Input> inputs_;
};

// What is predicted: a number, or one of several classes.
class Target {
 public:
  static constexpr std::size_t kMostClasses = 100;

  // `task` is "regression", "classes", or "auto": classes for texts and for two different numbers.
  Target(const nn::Table& table, const std::string& column, const std::string& task) {
    y = table.classes(column, classes_);
    if (classes_.size() < 2) throw nn::Error("target " + column + ": all values are the same");
    name_ = column;
    regression_ =
        task == "regression" || (task == "auto" && classes_.size() > 2 && table.numeric(column));
    if (regression_) {
      classes_.clear();
      Y = scale_.fit_transform(table.numbers({column}));
    } else if (classes_.size() > kMostClasses) {
      throw nn::Error(
          nn::text("target %s: %zu different texts, expected numbers or at most %zu "
                   "classes",
                   column.c_str(), classes_.size(), kMostClasses));
    } else {
      Y = nn::one_hot(y, classes_.size());
    }
  }

  // As save wrote it.
  explicit Target(const nn::Table& saved) {
    name_ = saved.texts("target").at(0);
    classes_ = saved.texts("class");
    regression_ = classes_.size() == 1;
    if (regression_)
      scale_ = nn::Standardizer(saved.numbers({"mean"}).row(0), saved.numbers({"scale"}).row(0));
  }
  void save(const std::filesystem::path& file) const {
    std::string csv = "target,class,mean,scale\n";
    if (regression_)
      csv += quoted(name_) + nn::text(",,%.9g,%.9g\n", scale_.mean()[0], scale_.scale()[0]);
    for (const std::string& label : classes_) csv += quoted(name_) + ',' + quoted(label) + ",0,1\n";
    nn::write_file(file, csv);
  }

  bool regression() const { return regression_; }
  std::size_t size() const { return regression_ ? 1 : classes_.size(); }  // the network's outputs
  const std::string& name() const { return name_; }
  const std::vector<std::string>& classes() const { return classes_; }
  // Of a regression: standardised numbers in the target's own unit, and how large the unit is.
  nn::Matrix in_units(const nn::Matrix& Z) const { return scale_.inverse(Z); }
  double unit() const { return regression_ ? scale_.scale()[0] : 1.0; }

  nn::Matrix Y;   // (n x size): standardised numbers, or one-hot
  nn::Indices y;  // the class of each row

 private:
  std::string name_;
  bool regression_ = false;
  std::vector<std::string> classes_;
  nn::Standardizer scale_;
};

// The learning curves; and the test rows, as points or as a confusion matrix.
inline void save_pictures(nn::Program& program, const nn::History& history, const Target& target,
                          const nn::Matrix& Y, const nn::Matrix& P) {
  nn::Figure curves({.title = "Loss", .x_label = "epoch"});
  curves.line(history["loss"], "training").line(history["val_loss"], "validation");
  program.save(curves, "curves");
  if (target.regression()) {
    const nn::Matrix y = target.in_units(Y);
    nn::Figure points({.title = target.name(), .x_label = "truth", .y_label = "predicted"});
    points.line({y.min(), y.max()}, {y.min(), y.max()}, "", {.dashed = true});
    program.save(points.scatter(arma::join_rows(y, target.in_units(P))), "test");
  } else if (target.size() <= 20) {
    nn::Figure answers({.title = target.name(), .x_label = "answer", .y_label = "truth"});
    const nn::Matrix counts =
        nn::confusion_matrix(nn::argmax_rows(Y), nn::argmax_rows(P), target.size());
    program.save(answers.heatmap(counts, target.classes(), target.classes()), "test");
  }
}

// The saved model on the rows of a new file; writes predictions.csv.
inline void predict_new(nn::Program& program, const std::string& file) {
  if (!std::filesystem::exists(program.out("model.h5")))
    throw nn::Error("there is no saved model yet; train one with --csv FILE --target COLUMN");
  const Columns columns(nn::Table::read(program.out("columns.csv").string()));
  const Target target(nn::Table::read(program.out("target.csv").string()));
  nn::Model model = nn::load_model(program.out("model.h5").string());
  const nn::Table rows = nn::Table::read(file);
  const nn::Matrix P = model.predict(columns.numbers(rows));
  std::string csv =
      "row," + quoted(target.name()) + (target.regression() ? "\n" : ",probability\n");
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    const nn::Matrix p = P.row(i);
    const std::string line =
        target.regression() ? nn::text("%zu,%g\n", i + 1, target.in_units(p)[0])
                            : nn::text("%zu,%s,%.4f\n", i + 1,
                                       quoted(target.classes()[p.index_max()]).c_str(), p.max());
    csv += line;
    if (i < 10) std::printf("%s", line.c_str());
  }
  nn::write_file(program.out("predictions.csv"), csv);
  std::printf("%zu rows predicted: %s\n", rows.rows(), program.out("predictions.csv").c_str());
}
