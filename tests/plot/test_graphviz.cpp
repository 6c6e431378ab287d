#include "common/plot/graphviz.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "common/graph/graph.hpp"

namespace fs = std::filesystem;

namespace {

struct Folder {  // of the test's own, removed afterwards
  fs::path path = fs::temp_directory_path() / nn::text("nn test_graphviz %d", std::rand());
  ~Folder() { fs::remove_all(path); }
};

std::string content(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool have_dot() { return std::system("dot -V >/dev/null 2>&1") == 0; }

std::string drawing() {
  nn::Graph graph;
  const nn::Node x = graph.constant(10.0, "x"), y = graph.constant(5.0, "y");
  return nn::Session(graph).backward(x * y, {}, 1.3).to_dot();
}

}  // namespace

BOOST_AUTO_TEST_CASE(dot_text_is_always_written_and_pictures_where_graphviz_is) {
  const Folder folder;
  const fs::path stem = folder.path / "a b" / "multiply";
  nn::save_graph(drawing(), stem);
  BOOST_TEST(content(stem.string() + ".dot") == drawing());
  BOOST_TEST(fs::exists(stem.string() + ".svg") == have_dot());
  BOOST_TEST(fs::exists(stem.string() + ".png") == have_dot());
  std::size_t files = 0;
  for (const auto& file : fs::directory_iterator(stem.parent_path())) files += file.exists();
  BOOST_TEST(files == (have_dot() ? 3u : 1u));  // nothing unfinished is left
  if (have_dot()) {
    const std::string svg = content(stem.string() + ".svg");
    BOOST_TEST(svg.find("1.3 * 5 = 6.5") != std::string::npos);
    BOOST_TEST(svg.find("</svg>") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(without_graphviz_the_text_is_there_and_nothing_fails) {
  const Folder folder;
  const std::string path = std::getenv("PATH") ? std::getenv("PATH") : "";
  ::setenv("PATH", "", 1);
  nn::save_graph(drawing(), folder.path / "multiply");
  ::setenv("PATH", path.c_str(), 1);
  BOOST_TEST(fs::exists(folder.path / "multiply.dot"));
  BOOST_TEST(!fs::exists(folder.path / "multiply.svg"));
}

BOOST_AUTO_TEST_CASE(a_drawing_that_graphviz_refuses_is_an_error) {
  if (!have_dot()) return;
  const Folder folder;
  BOOST_CHECK_THROW(nn::save_graph("digraph {", folder.path / "broken"), nn::Error);
  BOOST_TEST(!fs::exists(folder.path / "broken.svg"));
}
