// Figures: the files beside a picture, what they hold, and what is refused. Where gnuplot is not
// installed the pictures themselves are not looked at; everything else is.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "common/base/matrix.hpp"
#include "common/plot/figure.hpp"
#include "common/plot/gnuplot.hpp"

namespace fs = std::filesystem;
using namespace nn;

namespace {

// A new folder, whose name has a blank and Hangul, removed at the end of the test.
struct Folder {
  Folder() : path(fs::temp_directory_path() / text("그림 it's_%d", static_cast<int>(::getpid()))) {
    fs::remove_all(path);
    fs::create_directory(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path operator/(const std::string& name) const { return path / name; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), path).string());
    std::sort(names.begin(), names.end());
    return names;
  }
  fs::path path;
};

// Another PATH, for as long as the object lives.
struct Path {
  explicit Path(const std::string& folders) : before(std::getenv("PATH")) {
    ::setenv("PATH", folders.c_str(), 1);
  }
  ~Path() { ::setenv("PATH", before.c_str(), 1); }
  std::string before;
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  BOOST_TEST_REQUIRE(file.good(), path << " is not there");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::vector<std::string>> csv(const fs::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(content(path));
  for (std::string line, cell; std::getline(lines, line);) {
    rows.emplace_back();
    for (std::istringstream cells(line); std::getline(cells, cell, ',');)
      rows.back().push_back(cell);
  }
  return rows;
}

bool have_gnuplot() { return !find_gnuplot().empty(); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

// PNG: the magic number, and the size from the header.
void check_png(const fs::path& path, int width, int height) {
  const std::string bytes = content(path);
  BOOST_TEST_REQUIRE(bytes.size() > 24u);
  BOOST_TEST(bytes.substr(1, 3) == "PNG");
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      value = 256 * value + static_cast<unsigned char>(bytes[i]);
    return value;
  };
  const int scale = number(16) / width;  // 2 with pngcairo
  BOOST_TEST(number(16) == scale * width);
  BOOST_TEST(number(20) == scale * height);
}

void check_svg(const fs::path& path) {
  const std::string svg = content(path);
  BOOST_TEST(svg.rfind("<?xml", 0) == 0u);
  BOOST_TEST(contains(svg, "</svg>"));
}

template <class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

ColVector upper_half(const Matrix& XY) {
  return arma::conv_to<ColVector>::from(XY.col(1) > Real(0.5));
}

// One figure of every kind.
std::vector<Figure> all_kinds() {
  std::vector<Figure> figures;
  const Matrix X = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const auto square = [](const Matrix& XY) { return ColVector(arma::sum(arma::square(XY), 1)); };
  const Range unit = {-0.5, 1.5};
  figures.emplace_back(FigureOptions{.title = "lines", .x_label = "epoch", .log_y = true});
  figures.back().line({3, 2, 1}, "a", {.dashed = true}).line({1, 1, 2}, "b", {.steps = true});
  figures.back().band({1, 2, 3}, {1, 1, 1}, {4, 3, 2}).horizontal(1.5, "goal").vertical(2, "here");
  figures.emplace_back(FigureOptions{.title = "regions", .x_range = unit, .y_range = unit});
  figures.back().regions(upper_half, 20).scatter(X, {0, 1, 0, 1}, {"low", "high"});
  figures.back().annotate(0.5, 0.5, "middle");
  figures.emplace_back(FigureOptions{.title = "shade", .x_range = unit, .y_range = unit});
  figures.back().shade(square, {0, 0}, 20).contour(square, {.levels = {0.5, 1.0}});
  figures.emplace_back(FigureOptions{.title = "contour", .x_range = unit, .y_range = unit});
  figures.back().contour(square, {.log_levels = true, .resolution = 20}).path(X, "path");
  figures.emplace_back(FigureOptions{.title = "heat map"});
  figures.back().heatmap({{1, -2}, {3, 4}}, {"r1", "r2"}, {"c1", "c2"});
  figures.emplace_back(FigureOptions{.title = "bars"});
  figures.back().bars({"x", "y"}, {{1, 2}, {-3, 4}}, {"first", "second"});
  figures.emplace_back(FigureOptions{.title = "images"});
  figures.back().images(arma::randu<Matrix>(5, 6), {.height = 2, .width = 3, .columns = 2});
  return figures;
}

}  // namespace

// First of all, because the line is printed once per program.
BOOST_AUTO_TEST_CASE(without_gnuplot_one_line_tells_how_to_get_it) {
  const Folder folder;
  const Path none("");
  BOOST_TEST(!have_gnuplot());
  std::fflush(stdout);
  const int screen = ::dup(1);
  const int file = ::open((folder / "said").c_str(), O_CREAT | O_WRONLY, 0600);
  ::dup2(file, 1);
  Figure figure;
  figure.line({1, 2, 3});
  figure.save(folder / "first");
  figure.save(folder / "second");
  Panels(1, 1).add(std::move(figure)).save(folder / "panels");
  Animation().add(Figure()).save(folder / "animation");
  std::fflush(stdout);
  ::dup2(screen, 1);
  ::close(screen);
  ::close(file);
  BOOST_TEST(content(folder / "said") ==
             "pictures: gnuplot is not installed; data and scripts are in " + folder.path.string() +
                 "; get it with apt-get install gnuplot-nox (brew install gnuplot)\n");
  const std::vector<std::string> expected = {
      "animation.gp",       "first.gp", "first_lines.csv", "panels.gp",
      "panels_1_lines.csv", "said",     "second.gp",       "second_lines.csv"};
  BOOST_TEST(folder.files() == expected, boost::test_tools::per_element());
}

// ---- Files --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_kind_of_figure_makes_its_files) {
  const Folder folder;
  std::size_t k = 0;
  for (const Figure& figure : all_kinds()) {
    const fs::path stem = folder / text("figure%zu", ++k);
    figure.save(stem);
    BOOST_TEST(fs::exists(stem.string() + ".gp"));
    if (!have_gnuplot()) continue;
    check_svg(stem.string() + ".svg");
    check_png(stem.string() + ".png", 720, 480);
  }
  for (const std::string& name : folder.files()) BOOST_TEST(name[0] != '.', name << " was left");
}

BOOST_AUTO_TEST_CASE(lines_over_the_same_x_share_a_table_with_all_digits) {
  const Folder folder;
  const double third = 1.0 / 3.0, nan = std::nan(""), infinity = HUGE_VAL;
  Figure figure({.title = "Loss", .x_label = "epoch", .y_label = "loss"});
  figure.line({third, nan, 1e-300}, "training").line({0.1, infinity, -2}, "validation, mean");
  figure.line({0.5, 1.5}, {7, 8});
  figure.save(folder / "loss");
  const std::string table = content(folder / "loss_lines.csv");
  BOOST_TEST(table ==
             "epoch,training,\"validation, mean\"\n"
             "1,0.33333333333333331,0.1\n2,nan,inf\n3,1e-300,-2\n");
  BOOST_TEST(content(folder / "loss_lines_2.csv") == "epoch,loss\n0.5,7\n1.5,8\n");
}

BOOST_AUTO_TEST_CASE(points_regions_and_contours_hold_what_was_given) {
  const Folder folder;
  Figure figure({.x_label = "x1", .y_label = "x2", .x_range = {0, 2}, .y_range = {0, 1}});
  figure.scatter({{0.25, 1.5}, {0.125, -1}}, {1, 0}, {"zero", "one"});
  figure.regions(upper_half, 4);
  figure.contour([](const Matrix& XY) { return ColVector(XY.col(0)); }, {.levels = {0.5}});
  figure.save(folder / "plane");
  BOOST_TEST(content(folder / "plane_points.csv") ==
             "x1,x2,class,name\n0.25,1.5,1,one\n0.125,-1,0,zero\n");
  // The middles of 4 x 4 cells, the lowest row first.
  BOOST_TEST(content(folder / "plane_regions.csv") ==
             ",0.25,0.75,1.25,1.75\n0.125,0,0,0,0\n0.375,0,0,0,0\n0.625,1,1,1,1\n0.875,1,1,1,1\n");
  const auto contour = csv(folder / "plane_contour.csv");
  BOOST_TEST_REQUIRE(contour.size() > 100u);
  BOOST_TEST(contour[0] == (std::vector<std::string>{"level", "x1", "x2"}),
             boost::test_tools::per_element());
  for (std::size_t row = 1; row + 1 < contour.size(); ++row) {
    BOOST_TEST(contour[row][0] == "0.5");
    BOOST_TEST(std::stod(contour[row][1]) == 0.5, boost::test_tools::tolerance(1e-6));
  }
}

BOOST_AUTO_TEST_CASE(two_families_of_contour_lines_have_levels_of_their_own) {
  const Folder folder;
  const auto x = [](const Matrix& XY) { return ColVector(XY.col(0)); };
  Figure figure({.x_range = {0, 1}, .y_range = {0, 1}});
  figure.contour(x, {.levels = {0.2, 0.4, 0.6}, .resolution = 5}).contour(x, {.levels = {0.5}});
  figure.save(folder / "two");  // gnuplot refuses an index beyond an array's end
  const std::string script = content(folder / "two.gp");
  BOOST_TEST(contains(script, "array level[3] = [0.2, 0.4, 0.6]"));
  BOOST_TEST(contains(script, "array level2[1] = [0.5]"));
}

BOOST_AUTO_TEST_CASE(matrices_hold_what_was_given) {
  const Folder folder;
  Figure heat, bars, images;
  heat.heatmap({{1.5, -2}, {3, 4}}, {"a,b", "c\"d"}, {"가", "y"}).save(folder / "heat");
  BOOST_TEST(content(folder / "heat_heatmap.csv") == ",가,y\na;b,1.5,-2\nc'd,3,4\n");
  Figure tiny;  // never "-0.00"
  tiny.heatmap({{-0.001, 1.25}}).save(folder / "tiny");
  if (have_gnuplot()) BOOST_TEST(contains(content(folder / "tiny.svg"), ">0.00<"));
  bars.bars({"p", "q,r"}, {{1, 2}, {3, 4}}, {"s1", "s2"}).save(folder / "bars");
  BOOST_TEST(content(folder / "bars_bars.csv") == "name,s1,s2\np,1,2\n\"q,r\",3,4\n");
  // Three images of 1 x 2 pixels, two side by side: a sheet with empty pixels between them.
  images.images({{1, 2}, {3, 4}, {5, 6}}, {.height = 1, .width = 2, .columns = 2});
  images.save(folder / "images");
  BOOST_TEST(content(folder / "images_images.csv") ==
             ",0,1,2,3,4,5\n0,1,2,nan,3,4,nan\n1,nan,nan,nan,nan,nan,nan\n"
             "2,5,6,nan,nan,nan,nan\n3,nan,nan,nan,nan,nan,nan\n");
}

BOOST_AUTO_TEST_CASE(texts_are_literal) {
  const Folder folder;
  const std::string nasty = "a_b^{c} \\n @x & <it's> \"q\" `touch hacked` $(touch hacked) 50% 한글";
  Figure figure({.title = nasty, .x_label = nasty, .y_label = nasty});
  figure.line({1, 2, 3}, nasty).horizontal(2, nasty).annotate(2, 2, nasty);
  figure.scatter({{1, 1}, {2, 2}}, {0, 1}, {nasty, nasty}).vertical(1.5, nasty);
  figure.save(folder / "nasty");
  const std::string script = content(folder / "nasty.gp");
  const std::string literal =
      "'a_b^{c} \\n @x & <it''s> \"q\" `touch hacked` $(touch hacked) 50% 한글'";
  BOOST_TEST(count(script, literal) == 9u);  // title, 2 axes, 3 labels, 3 legend entries
  BOOST_TEST(contains(script, literal + " font ',13' noenhanced"));
  Figure bars;
  bars.bars({nasty, "10%"}, ColVector{1, 2}).save(folder / "bars");
  Figure heat({.title = "two\nlines \xff\x01"});
  heat.heatmap({{1, 2}}, {nasty}, {nasty, ""}).save(folder / "heat");
  BOOST_TEST(contains(content(folder / "heat.gp"), "set title 'two'.\"\\n\".'lines ?' "));
  if (!have_gnuplot()) return;
  BOOST_TEST(!fs::exists("hacked"));
  BOOST_TEST(!fs::exists(folder / "hacked"));
  const std::string shown = "<text>a_b^{c} \\n @x &amp; &lt;it's> \"q\" `touch hacked` ";
  BOOST_TEST(count(content(folder / "nasty.svg"), shown) >= 9u);  // a label on white is set twice
  BOOST_TEST(contains(content(folder / "bars.svg"), ">10%<"));
}

BOOST_AUTO_TEST_CASE(the_script_redraws_the_same_picture_elsewhere) {
  if (!have_gnuplot()) return;
  const Folder folder;
  std::size_t k = 0;
  for (const Figure& figure : all_kinds()) figure.save(folder / text("figure %zu's", ++k));
  fs::create_directory(folder / "copy");
  for (const std::string& name : folder.files())
    if (contains(name, ".gp") || contains(name, ".csv")) fs::copy(folder / name, folder / "copy");
  const fs::path back = fs::current_path();
  fs::current_path(folder / "copy");
  for (std::size_t i = 1; i <= k; ++i)
    BOOST_TEST(std::system(text("gnuplot -d \"figure %zu's.gp\" >/dev/null 2>&1", i).c_str()) == 0);
  fs::current_path(back);
  for (std::size_t i = 1; i <= k; ++i)
    for (const char* ending : {".svg", ".png"}) {
      const std::string name = text("figure %zu's%s", i, ending);
      BOOST_TEST((content(folder / name) == content(folder / ("copy/" + name))), name);
    }
}

BOOST_AUTO_TEST_CASE(names_that_gnuplot_would_read_as_commands) {
  const Folder folder;
  for (const char* name : {"|touch hacked", "<touch hacked", "~", "-", "a`touch hacked`"}) {
    Figure figure;
    figure.line({1, 2, 3}).save(folder / name);
    BOOST_TEST(fs::exists(folder / (std::string(name) + "_lines.csv")));
    if (have_gnuplot()) check_svg(folder / (std::string(name) + ".svg"));
  }
  BOOST_TEST(!fs::exists(folder / "hacked"));
}

// ---- Values that cannot be drawn ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(odd_values_never_stop_a_program) {
  const Folder folder;
  const Real nan = arma::Datum<Real>::nan;
  std::vector<Figure> figures;
  figures.emplace_back();
  for (int k = 0; k < 2; ++k) figures.emplace_back(FigureOptions{.log_x = k == 1, .log_y = true});
  figures[1].line({-1, 0, -2}, "nothing positive");
  figures[2].line({0, 1, 10}, {5, 0, 0.1}, "one point left");
  figures.emplace_back().line(std::vector<double>{}, "no epochs").horizontal(1, "goal");
  figures.emplace_back().line({nan, nan}, "all NaN");
  figures.emplace_back().line({0.7}, "one epoch");
  figures.emplace_back().line({2, 2, 2}, "constant").line({1e308, -1e308, HUGE_VAL}, "huge");
  figures.emplace_back().line({0.6931471805599453, 0.6931471805599455}, "but for rounding");
  figures.emplace_back().line({6e9}, "one large");
  figures.emplace_back(FigureOptions{.log_y = true}).line({1e250, 1, 1e-250, 5e-321}, "falls");
  figures.emplace_back().heatmap({{0.1, 0.1 + 1e-16}});
  figures.emplace_back().scatter(Matrix(0, 2)).path(Matrix(0, 2)).path(Matrix{{1, 1}});
  figures.emplace_back().heatmap(Matrix());
  figures.emplace_back().heatmap(ColVector{nan});
  figures.emplace_back().heatmap({{1, 1, 1}});
  figures.emplace_back().bars({}, Matrix());
  figures.emplace_back().bars({"a", "b"}, ColVector{0, 0});
  figures.emplace_back().bars({"a", "b"}, ColVector{nan, -1});
  figures.emplace_back().images(Matrix());
  figures.emplace_back().images(Matrix(1, 64, arma::fill::zeros));
  figures.emplace_back(FigureOptions{.x_range = {0, 1}, .y_range = {0, 1}});
  figures.back().contour([&](const Matrix& XY) { return ColVector(XY.n_rows, arma::fill::zeros); });
  figures.emplace_back(FigureOptions{.x_range = {0, 1}, .y_range = {0, 1}});
  figures.back().shade([&](const Matrix& XY) {
    ColVector v(XY.n_rows);
    v.fill(nan);
    return v;
  });
  std::size_t k = 0;
  Panels panels(4, 6);
  for (Figure& figure : figures) {
    const std::string name = text("odd%zu", ++k);
    BOOST_TEST_CONTEXT(name) {
      BOOST_CHECK_NO_THROW(figure.save(folder / name));
      if (have_gnuplot()) check_svg(folder / (name + ".svg"));
    }
    panels.add(std::move(figure));
  }
  BOOST_CHECK_NO_THROW(panels.save(folder / "panels"));
  BOOST_CHECK_NO_THROW(Panels(2, 2, "none").save(folder / "no_panels"));
  BOOST_CHECK_NO_THROW(Animation().save(folder / "no_frames"));
  BOOST_TEST(contains(content(folder / "odd1.gp"), "'no data'"));
  BOOST_TEST(!contains(content(folder / "odd2.gp"), "set logscale"));  // nothing positive
  BOOST_TEST(contains(content(folder / "odd3.gp"), "set logscale x"));
  BOOST_TEST(contains(content(folder / "odd6.gp"), "linespoints"));  // one value is no line
}

BOOST_AUTO_TEST_CASE(mistakes_are_one_sentence) {
  Figure figure({.title = "T"});
  const auto refused = [](const std::string& sentence, const auto& action) {
    BOOST_TEST(message_of(action) == sentence);
  };
  refused("Figure \"T\": line \"a\" has 3 x values but 2 y values", [&] {
    figure.line({1, 2, 3}, {1, 2}, "a");
  });
  refused("Figure \"T\": band has 2 x values but 1 high values", [&] {
    figure.band({1, 2}, {1, 2}, {1});
  });
  refused("Figure \"T\": scatter: XY is (2, 3), expected two columns, x and y",
          [&] { figure.scatter(Matrix(2, 3)); });
  refused("Figure \"T\": scatter has 2 points but 1 classes",
          [&] { figure.scatter(Matrix(2, 2), {0}); });
  refused("Figure \"T\": scatter: 1 names for classes 0 … 2", [&] {
    figure.scatter(Matrix(2, 2), {0, 2}, {"a"});
  });
  refused("Figure \"T\": regions needs x_range and y_range in FigureOptions",
          [&] { figure.regions(upper_half); });
  refused("Figure \"T\": heatmap has 2 rows but 1 row names",
          [&] { figure.heatmap(Matrix(2, 2), {"a"}); });
  refused("Figure \"T\": bars has 1 names but 2 rows of values",
          [&] { figure.bars({"a"}, Matrix(2, 1)); });
  refused("Figure \"T\": images: a row has 63 values, expected 8 x 8 = 64 pixels",
          [&] { figure.images(Matrix(1, 63)); });
  refused("Figure: x_range is {2, 1}, expected {low, high}", [] { Figure({.x_range = {2, 1}}); });
  refused("Figure: y_range is {-1, 1}, but a logarithmic axis has positive values only", [] {
    Figure({.log_y = true, .y_range = {-1, 1}});
  });
  refused("Figure: legend is \"top; !rm\", expected auto, outside, off, or words such as top left",
          [] { Figure({.legend = "top; !rm"}); });
  Figure plane({.x_range = {0, 1}, .y_range = {0, 1}});
  refused("Figure: regions: the function gave -1, expected class numbers 0 … 99",
          [&] { plane.regions([](const Matrix& XY) { return ColVector(-1 - XY.col(0) * 0); }); });
  refused("Figure: shade: the function gave 1 values for 4 points", [&] {
    plane.shade([](const Matrix&) { return ColVector(1); }, {0, 1}, 2);
  });
  refused("Panels: 1 x 1 places are taken, there is none for another figure",
          [] { Panels(1, 1).add(Figure()).add(Figure()); });
  refused("Animation: frame 2 is 300 x 480 pixels, the first is 720 x 480",
          [] { Animation().add(Figure()).add(Figure({.width = 300})); });
}

// ---- Panels and animations ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(panels_stand_on_one_sheet) {
  const Folder folder;
  Panels panels(2, 4, "All {kinds}");
  for (Figure& figure : all_kinds()) panels.add(std::move(figure));
  panels.save(folder / "sheet");
  BOOST_TEST(fs::exists(folder / "sheet_1_lines.csv"));
  BOOST_TEST(fs::exists(folder / "sheet_2_points.csv"));
  if (!have_gnuplot()) return;
  check_svg(folder / "sheet.svg");
  check_png(folder / "sheet.png", 4 * 480, 2 * 320 + 45);
  BOOST_TEST(contains(content(folder / "sheet.svg"), ">All {kinds}<"));
}

BOOST_AUTO_TEST_CASE(after_eight_colours_lines_and_paths_are_dashed) {
  const Folder folder;
  Figure lines, paths;
  for (int k = 0; k < 9; ++k) {
    lines.line({0, 1}, {0.0, 1.0 + k}, text("line %d", k));
    paths.path({{0, 0}, {1, Real(k)}}, text("path %d", k));
  }
  lines.save(folder / "lines");
  paths.save(folder / "paths");
  for (const char* name : {"lines.gp", "paths.gp"})
    BOOST_TEST(count(content(folder / name), " dt 4") == 1u);
}

BOOST_AUTO_TEST_CASE(an_animation_keeps_shared_data_once_and_loops) {
  const Folder folder;
  Animation animation(100);
  for (int epoch = 0; epoch < 3; ++epoch) {
    Figure frame({.title = text("epoch {%d", epoch), .width = 360, .height = 240});
    frame.scatter({{0, 0}, {1, 1}}, {0, 1}, {"a", "b"});
    frame.line({0, 1}, {1.0 + epoch, 0}, "boundary").annotate(0.5, 0.1 * epoch, "w");
    animation.add(std::move(frame));
  }
  BOOST_TEST(animation.frames() == 3u);
  animation.save(folder / "learn");
  std::vector<std::string> expected = {"learn.gp", "learn_frames/lines_001.csv",
                                       "learn_frames/lines_002.csv", "learn_frames/lines_003.csv",
                                       "learn_points.csv"};
  if (have_gnuplot()) expected.insert(expected.begin(), {"learn.gif"});
  if (have_gnuplot()) expected.insert(expected.begin() + 2, {"learn.png"});
  BOOST_TEST(folder.files() == expected, boost::test_tools::per_element());
  BOOST_TEST(content(folder / "learn_frames/lines_003.csv") == "x,boundary\n0,3\n1,0\n");
  const std::string script = content(folder / "learn.gp");
  BOOST_TEST(count(script, "\n  plot ") == 1u);  // a loop, not three copies
  BOOST_TEST(contains(script, "['epoch {0', 'epoch {1', 'epoch {2']"));
  BOOST_TEST(contains(script, "set yrange [-0.15:3.15]"));  // the same for all frames
  if (!have_gnuplot()) return;
  const std::string gif = content(folder / "learn.gif");
  BOOST_TEST(gif.substr(0, 6) == "GIF89a");
  BOOST_TEST(count(gif, "\x21\xF9\x04") == 3u + 15u);  // the last frame stays for 1.5 s more
  check_png(folder / "learn.png", 360, 240);
}

BOOST_AUTO_TEST_CASE(frames_need_not_be_alike) {
  const Folder folder;
  Animation animation(500);
  for (int epoch = 0; epoch < 3; ++epoch) {
    Figure frame({.width = 360, .height = 240});
    frame.line({1, 2.0 + epoch});
    if (epoch == 1) frame.vertical(1.5, "only here");
    animation.add(std::move(frame));
  }
  animation.save(folder / "odd");
  const std::string script = content(folder / "odd.gp");
  BOOST_TEST(count(script, "plot './odd") + count(script, "plot 'odd") == 3u);
  BOOST_TEST(contains(script, "'odd_frames/lines_002.csv'"));
  if (have_gnuplot()) BOOST_TEST(count(content(folder / "odd.gif"), "\x21\xF9\x04") == 6u);
}

// ---- What can go wrong outside ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(gnuplot_failing_is_told_in_its_own_words) {
  const Folder folder;
  fs::create_directory(folder / "bin");
  std::ofstream(folder / "bin/gnuplot") << "#!/bin/sh\n"
                                           "echo '\"x.gp\" line 3: warning: never mind' >&2\n"
                                           "echo '\"x.gp\" line 7: undefined variable: y' >&2\n"
                                           "exit 1\n";
  fs::permissions(folder / "bin/gnuplot", fs::perms::owner_all);
  const Path path(folder / "bin");
  Figure figure;
  figure.line({1, 2, 3});
  BOOST_TEST(message_of([&] { figure.save(folder / "x"); }) ==
             "gnuplot could not draw " + (folder / "x").string() +
                 ".gp (line 7: undefined variable: y)");
  const std::vector<std::string> expected = {"bin/gnuplot", "x.gp", "x_lines.csv"};
  BOOST_TEST(folder.files() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_is_named) {
  const Folder folder;
  Figure figure;
  figure.line({1, 2, 3});
  std::ofstream(folder / "file") << "not a folder";
  BOOST_TEST(message_of([&] { figure.save(folder / "file/x"); }) ==
             "cannot make the folder " + (folder / "file").string() + " (Not a directory)");
  fs::create_directories(folder / "made/on demand");
  figure.save(folder / "made/on demand/deep/x");
  BOOST_TEST(fs::exists(folder / "made/on demand/deep/x.gp"));
  fs::create_directory(folder / "taken_lines.csv");
  BOOST_TEST(contains(message_of([&] { figure.save(folder / "taken"); }),
                      "cannot write " + (folder / "taken_lines.csv").string() + " ("));

  const bool root = ::geteuid() == 0;  // root may write everywhere: be nobody for a moment
  ::chmod(folder.path.c_str(), 0755);
  fs::create_directory(folder / "closed");
  ::chmod((folder / "closed").c_str(), 0555);
  if (root) BOOST_TEST_REQUIRE(::seteuid(65534) == 0);
  const std::string sentence = message_of([&] { figure.save(folder / "closed/x"); });
  if (root) BOOST_TEST_REQUIRE(::seteuid(0) == 0);
  BOOST_TEST(sentence ==
             "cannot write " + (folder / "closed/x_lines.csv").string() + " (Permission denied)");
  BOOST_TEST(fs::is_empty(folder / "closed"));
}
