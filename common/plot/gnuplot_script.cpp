// Whole gnuplot scripts: of a figure, of panels, of an animation.
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "common/plot/figure.hpp"
#include "common/plot/gnuplot_figure.hpp"

namespace nn {

using namespace plotting;

namespace {

std::string heading(std::string words) {
  words = "# ---- " + words + " ";
  return "\n" + words + std::string(std::max<std::size_t>(90, words.size()) - words.size(), '-') +
         "\n";
}

std::string lines_of(const Strings& lines) {
  return join(lines, "\n") + (lines.empty() ? "" : "\n");
}

std::string without_marks(std::string script) {
  std::erase(script, kMark);
  return script;
}

std::string header(const Sheet& sheet) {
  std::string title = sheet.title.empty() ? sheet.stem : sheet.title;
  for (char& c : title)  // neither may a comment end early, nor the next line become one
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') c = ' ';
  std::string script =
      filled("# {}\n# Change what you like, then run in this folder:  gnuplot {}.gp\n", title,
             sheet.stem) +
      "\nset encoding utf8\nset datafile separator ','\n" +
      heading("Style: colours that colour-blind readers can tell apart, a mark for each");
  for (std::size_t k = 0; k < kPaletteSize; ++k)
    script +=
        filled("set linetype {} lw 2 pt {} lc rgb {}\n", k + 1, kPalette[k].mark, tint(k, 1.0));
  return script +
         "set border 3 lc rgb '#666666'\n"
         "set tics nomirror out scale 0.6 textcolor rgb '#333333'\n"
         "set grid lt 1 lw 0.7 lc rgb '#E3E3E3'\n"
         "set style textbox opaque fillcolor rgb '#50FFFFFF' noborder  # behind labels\n"
         "set clip two\n";
}

std::string svg_terminal(const Sheet& sheet) {
  return filled(
      "set terminal svg size {},{} enhanced rounded background 'white' fontscale 1.3 \\\n"
      "  font 'Arial, DejaVu Sans, Malgun Gothic, Apple SD Gothic Neo, NanumGothic, Noto Sans "
      "CJK KR, sans-serif,10'\n"
      "set output {}\n",
      sheet.width, sheet.height, literal_file(sheet.stem + ".svg"));
}

std::string png_terminal(const Sheet& sheet) {
  return filled(
      "if (strstrt(GPVAL_TERMINALS, ' pngcairo ')) {\n"
      "  set terminal pngcairo size {},{} enhanced rounded background 'white' \\\n"
      "    font 'Sans,10' fontscale 2 linewidth 2 pointscale 2.2 dashlength 0.6\n"
      "} else {\n"
      "  set terminal png size {},{} enhanced background 'white'\n"
      "}\n"
      "set output {}\n",
      2 * sheet.width, 2 * sheet.height, sheet.width, sheet.height,
      literal_file(sheet.stem + ".png"));
}

std::string plot_command(const Drawing& drawing, const std::string& indent = "") {
  return indent + "plot " + join(drawing.plot, ", \\\n" + indent + "     ");
}

}  // namespace

void Figure::save(const std::filesystem::path& stem) const {
  const FigureOptions& o = data_.options;
  const Sheet sheet = {stem.filename().string(), o.title, o.width, o.height};
  const Drawing drawing = GnuplotFigure(data_, extent({&data_, 1}), sheet).draw();
  const std::string script = header(sheet) + heading("This figure") + lines_of(drawing.setup) +
                             heading("The picture: as SVG, then the same as PNG") +
                             svg_terminal(sheet) + plot_command(drawing) + "\n\n" +
                             png_terminal(sheet) + "replot\nset output\n";
  make_pictures(stem, drawing.tables, without_marks(script), {".svg", ".png"});
}

// Letters are as large as ever.
void Panels::save(const std::filesystem::path& stem) const {
  std::vector<FigureData> figures = figures_;
  if (figures.empty()) figures.emplace_back();
  int width = 100, height = 100;
  for (const FigureData& figure : figures_) {
    width = std::max(width, figure.options.width * 2 / 3);
    height = std::max(height, figure.options.height * 2 / 3);
  }
  const Sheet sheet = {stem.filename().string(), title_, static_cast<int>(columns_) * width,
                       static_cast<int>(rows_) * height + (title_.empty() ? 0 : 45)};
  std::string script = header(sheet) + heading("All panels: as SVG, then the same as PNG") +
                       "do for [kind in 'svg png'] {\nif (kind eq 'svg') {\n" +
                       svg_terminal(sheet) + "} else {\n" + png_terminal(sheet) +
                       filled("}\nset multiplot layout {},{}", rows_, columns_);
  if (!title_.empty()) script += filled(" title {}.\"\\n\" font ',14' noenhanced", literal(title_));
  script += "\n";
  std::vector<Table> tables;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const Sheet place = {sheet.stem + "_" + number, "", width, height};
    const Drawing panel = GnuplotFigure(figures[i], extent({&figures[i], 1}), place).draw();
    for (const Table& table : panel.tables)
      tables.push_back({number + "_" + table.name, table.csv});
    script += "\n# Panel " + number + "\n" + lines_of(panel.setup) + plot_command(panel) + "\n" +
              lines_of(panel.undo);
  }
  script += "\nunset multiplot\nset output\n}\n";
  make_pictures(stem, tables, without_marks(script), {".svg", ".png"});
}

// ---- Animation ----------------------------------------------------------------------------------

namespace {

// A line cut at the marks: fixed, slot, fixed, slot, …
Strings pieces(const std::string& line) {
  std::istringstream rest(line);
  Strings result;
  for (std::string piece; std::getline(rest, piece, kMark);) result.push_back(piece);
  return result;
}

void substitute(std::string& words, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = words.find(from, at)) != std::string::npos; at += to.size())
    words.replace(at, from.size(), to);
}

// Frames that are alike, which differ in their slots only, as one loop, in which what changes is
// looked up by the frame's number. Empty if they are not alike.
std::string in_a_loop(const std::vector<Drawing>& frames, const std::string& gif, int hold) {
  std::vector<Strings> lines;  // of each frame, the last one its plot command
  for (const Drawing& frame : frames) {
    lines.push_back(frame.setup);
    lines.back().push_back(plot_command(frame, "  "));
    if (lines.back().size() != lines[0].size()) return "";
  }
  std::string shared, arrays, body;
  std::size_t count = 0;
  for (std::size_t line = 0; line < lines[0].size(); ++line) {
    std::vector<Strings> versions;
    for (const Strings& frame : lines) versions.push_back(pieces(frame[line]));
    const Strings& first = versions[0];
    std::string words;
    bool changes = line + 1 == lines[0].size();  // the plot command belongs to the body
    for (std::size_t k = 0; k < first.size(); ++k) {
      const bool is_slot = k % 2 == 1;
      const auto alike = [&](const Strings& other) {
        return other.size() == first.size() && (is_slot || other[k] == first[k]);
      };
      const auto same = [&](const Strings& other) { return other[k] == first[k]; };
      if (!std::ranges::all_of(versions, alike)) return "";
      if (std::ranges::all_of(versions, same)) {
        words += is_slot ? slot(first[k]) : first[k];
        continue;
      }
      changes = true;
      words += filled("value{}[frame]", ++count);
      arrays += filled("array value{}[{}] = [", count, frames.size());
      for (std::size_t f = 0; f < frames.size(); ++f)
        arrays += (f ? f % 8 ? ", " : ", \\\n  " : "") + versions[f][k];
      arrays += "]\n";
    }
    (changes ? body : shared) += (changes && words[0] != ' ' ? "  " : "") + words + "\n";
  }
  return heading("What all frames share") + shared +
         (arrays.empty() ? "" : heading("What changes from frame to frame") + arrays) + gif +
         filled(
             "frames = {}\nhold = {}  # how often the last frame is repeated\n"
             "do for [k=1:frames + hold] {\n  frame = k < frames ? k : frames\n",
             frames.size(), hold) +
         body + "}\n";
}

}  // namespace

void Animation::save(const std::filesystem::path& stem) const {
  std::vector<FigureData> figures = frames_;
  if (figures.empty()) figures.emplace_back();
  const FigureOptions& o = figures[0].options;
  const Sheet sheet = {stem.filename().string(), o.title, o.width, o.height};
  const Extent shown = extent(figures);
  std::vector<Drawing> frames;
  std::map<std::string, std::set<std::string>> versions;  // of each table
  for (const FigureData& figure : figures) {
    frames.push_back(GnuplotFigure(figure, shown, sheet).draw());
    for (const Table& table : frames.back().tables) versions[table.name].insert(table.csv);
  }
  const std::string gif =
      heading("The frames") +
      filled(
          "set terminal gif animate delay {} loop 0 size {},{} enhanced background 'white' \\\n"
          "  font 'Sans,10'\nset output {}\n",
          std::max(2, milliseconds_ / 10), o.width, o.height, literal_file(sheet.stem + ".gif"));
  const int hold = 1500 / milliseconds_;  // the last frame is shown longer
  std::string script = in_a_loop(frames, gif, hold);
  const bool alike = !script.empty();
  if (!alike) script = gif;

  // A table that is the same in all frames is one file; of the others each frame has its own.
  std::vector<Table> tables;
  for (const auto& [name, contents] : versions)
    if (contents.size() == 1)
      tables.push_back({name, *contents.begin()});
    else
      substitute(
          script, table_slot(sheet.stem, name),
          literal_file(sheet.stem + "_frames/" + name + "_") + ".sprintf('%03d', frame).'.csv'");
  for (std::size_t f = 0; f < frames.size(); ++f) {
    std::string words = lines_of(frames[f].setup) + plot_command(frames[f]) + "\n";
    for (const auto& [name, csv] : frames[f].tables) {
      if (versions[name].size() == 1) continue;
      tables.push_back({text("frames/%s_%03zu", name.c_str(), f + 1), csv});
      substitute(words, table_slot(sheet.stem, name), table_slot(sheet.stem, tables.back().name));
    }
    if (!alike) script += filled("\n# Frame {}\n", f + 1) + words;
    if (!alike && f + 1 < frames.size()) script += lines_of(frames[f].undo);
  }
  if (!alike)
    script += filled("\ndo for [k=1:{}] { replot }  # the last frame is shown longer\n", hold);
  script = header(sheet) + script + heading("The last frame as PNG") + png_terminal(sheet) +
           "replot\nset output\n";
  make_pictures(stem, tables, without_marks(script), {".gif", ".png"});
}

}  // namespace nn
