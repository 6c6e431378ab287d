#include "common/plot/plot_script.hpp"

#include <algorithm>

#include "common/plot/gnuplot.hpp"

namespace nn::plotting {

namespace {

using Strings = std::vector<std::string>;

std::string heading(std::string words) {
  words = "# ---- " + words + " ";
  return "\n" + words + std::string(std::max<std::size_t>(90, words.size()) - words.size(), '-') +
         "\n";
}

std::string lines_of(const Strings& lines) {
  std::string result;
  for (const std::string& line : lines) result += line + "\n";
  return result;
}

std::string without_marks(std::string script) {
  std::erase_if(script, [](char c) { return c == kSlotOpen || c == kSlotClose; });
  return script;
}

std::string header(const ScriptOptions& o) {
  std::string title = o.title.empty() ? o.stem : o.title;
  for (char& c : title)  // neither may a comment end early, nor the next line become one
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') c = ' ';
  std::string script = "# " + title + "\n";
  script += "# Change what you like, then run in this folder:  gnuplot " + o.stem + ".gp\n\n";
  script += "set encoding utf8\nset datafile separator ','\n";
  script += heading("Style: colours that colour-blind readers can tell apart, a mark for each");
  for (std::size_t k = 0; k < kPaletteSize; ++k)
    script +=
        text("set linetype %zu lw 2 pt %d lc rgb ", k + 1, kPalette[k].mark) + tint(k, 1.0) + "\n";
  return script +
         "set border 3 lc rgb '#666666'\n"
         "set tics nomirror out scale 0.6 textcolor rgb '#333333'\n"
         "set grid lt 1 lw 0.7 lc rgb '#E3E3E3'\n"
         "set style textbox opaque fillcolor rgb '#50FFFFFF' noborder  # behind labels\n"
         "set clip two\n";
}

std::string svg_terminal(const ScriptOptions& o) {
  return text("set terminal svg size %d,%d enhanced rounded background 'white' fontscale 1.3 \\\n",
              o.width, o.height) +
         "  font 'Arial, DejaVu Sans, Malgun Gothic, Apple SD Gothic Neo, NanumGothic, Noto Sans "
         "CJK KR, "
         "sans-serif,10'\n" +
         "set output " + file_string(o.picture + ".svg") + "\n";
}

std::string png_terminal(const ScriptOptions& o) {
  return text(
             "if (strstrt(GPVAL_TERMINALS, ' pngcairo ')) {\n"
             "  set terminal pngcairo size %d,%d enhanced rounded background 'white' \\\n"
             "    font 'Sans,10' fontscale 2 linewidth 2 pointscale 2.2 dashlength 0.6\n"
             "} else {\n"
             "  set terminal png size %d,%d enhanced background 'white'\n"
             "}\n",
             2 * o.width, 2 * o.height, o.width, o.height) +
         "set output " + file_string(o.picture + ".png") + "\n";
}

std::string plot_command(const Drawing& drawing, const std::string& indent = "") {
  std::string command = indent + "plot ";
  for (std::size_t i = 0; i < drawing.plot.size(); ++i)
    command += (i ? ", \\\n" + indent + "     " : "") + drawing.plot[i];
  return command;
}

}  // namespace

std::string figure_script(const Drawing& drawing, const ScriptOptions& o) {
  return without_marks(header(o) + heading("This figure") + lines_of(drawing.setup) +
                       heading("The picture: as SVG, then the same as PNG") + svg_terminal(o) +
                       plot_command(drawing) + "\n\n" + png_terminal(o) + "replot\nset output\n");
}

// ---- Panels -------------------------------------------------------------------------------------

std::string panels_script(const std::vector<Drawing>& panels, std::size_t rows, std::size_t columns,
                          const ScriptOptions& o) {
  std::string script = header(o) + heading("All panels: as SVG, then the same as PNG");
  script += "do for [kind in 'svg png'] {\nif (kind eq 'svg') {\n" + svg_terminal(o) +
            "} else {\n" + png_terminal(o) + "}\n" +
            text("set multiplot layout %zu,%zu", rows, columns);
  if (!o.title.empty())
    script += " title " + gnuplot_string(o.title) + ".\"\\n\" font ',14' noenhanced";
  script += "\n";
  for (std::size_t i = 0; i < panels.size(); ++i)
    script += text("\n# Panel %zu\n", i + 1) + lines_of(panels[i].setup) + plot_command(panels[i]) +
              "\n" + lines_of(panels[i].undo);
  return without_marks(script + "\nunset multiplot\nset output\n}\n");
}

// ---- Animation ----------------------------------------------------------------------------------

namespace {

// A line cut at the marks: fixed, slot, fixed, slot, …, fixed.
using Pieces = Strings;
Pieces cut(const std::string& line) {
  Pieces pieces = {""};
  for (char c : line)
    if (c == kSlotOpen || c == kSlotClose)
      pieces.emplace_back();
    else
      pieces.back() += c;
  return pieces;
}
bool is_slot(std::size_t piece) { return piece % 2 == 1; }

// Whether two frames differ in their slots only.
bool alike(const std::vector<Pieces>& a, const std::vector<Pieces>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t line = 0; line < a.size(); ++line) {
    if (a[line].size() != b[line].size()) return false;
    for (std::size_t k = 0; k < a[line].size(); k += 2)
      if (a[line][k] != b[line][k]) return false;
  }
  return true;
}

// A loop over frames that are alike: what changes is looked up by the frame's number.
struct Loop {
  std::string shared, arrays, body;
};
Loop loop_over(const std::vector<std::vector<Pieces>>& frames, const Strings& changing,
               const std::string& stem) {
  Loop loop;
  std::size_t arrays = 0;
  for (std::size_t line = 0; line < frames[0].size(); ++line) {
    std::string words, found;
    bool changes = line + 1 == frames[0].size();  // the plot command belongs to the body
    for (std::size_t k = 0; k < frames[0][line].size(); ++k) {
      const std::string& piece = frames[0][line][k];
      const auto changing_file = [&](const std::string& table) {
        return is_slot(k) && piece == file_string(stem + "_" + table + ".csv");
      };
      const auto same = [&](const auto& frame) { return frame[line][k] == piece; };
      const auto table = std::find_if(changing.begin(), changing.end(), changing_file);
      if (table != changing.end()) {
        words += file_string(stem + "_frames/" + *table + "_") + ".sprintf('%03d', frame).'.csv'";
      } else if (std::all_of(frames.begin(), frames.end(), same)) {
        words += piece;
      } else {
        changes = true;
        words += text("value%zu[frame]", ++arrays);
        found += text("array value%zu[%zu] = [", arrays, frames.size());
        for (std::size_t f = 0; f < frames.size(); ++f)
          found += (f ? f % 8 ? ", " : ", \\\n  " : "") + frames[f][line][k];
        found += "]\n";
      }
    }
    loop.arrays += found;
    (changes ? loop.body : loop.shared) += (changes && words[0] != ' ' ? "  " : "") + words + "\n";
  }
  return loop;
}

}  // namespace

std::string frame_file(const std::string& stem, const std::string& table, std::size_t frame) {
  return stem + text("_frames/%s_%03zu.csv", table.c_str(), frame + 1);
}

std::string animation_script(const std::vector<Drawing>& drawings, const Strings& changing,
                             int milliseconds, const ScriptOptions& o) {
  std::vector<std::vector<Pieces>> frames;  // each as lines, the last one its plot command
  for (const Drawing& drawing : drawings) {
    frames.emplace_back();
    for (const std::string& line : drawing.setup) frames.back().push_back(cut(line));
    frames.back().push_back(cut(plot_command(drawing, "  ")));
  }
  const bool all_alike = std::all_of(frames.begin(), frames.end(),
                                     [&](const auto& frame) { return alike(frame, frames[0]); });
  const int hold = 1500 / milliseconds;  // the last frame is shown longer

  std::string script = header(o);
  const std::string gif =
      heading("The frames") +
      text("set terminal gif animate delay %d loop 0 size %d,%d enhanced background 'white' \\\n",
           std::max(2, milliseconds / 10), o.width, o.height) +
      "  font 'Sans,10'\nset output " + file_string(o.picture + ".gif") + "\n";
  if (all_alike) {
    const Loop loop = loop_over(frames, changing, o.stem);
    script += heading("What all frames share") + loop.shared;
    if (!loop.arrays.empty()) script += heading("What changes from frame to frame") + loop.arrays;
    script += gif + text("frames = %zu\nhold = %d  # how often the last frame is repeated\n",
                         frames.size(), hold);
    script +=
        "do for [k=1:frames + hold] {\n  frame = k < frames ? k : frames\n" + loop.body + "}\n";
  } else {  // one after the other
    script += gif;
    for (std::size_t f = 0; f < frames.size(); ++f) {
      script += text("\n# Frame %zu\n", f + 1);
      std::string words = lines_of(drawings[f].setup) + plot_command(drawings[f]) + "\n";
      for (const std::string& table : changing) {
        const std::string name =
            kSlotOpen + file_string(o.stem + "_" + table + ".csv") + kSlotClose;
        for (std::size_t at = 0; (at = words.find(name)) != std::string::npos;)
          words.replace(at, name.size(), file_string(frame_file(o.stem, table, f)));
      }
      script += words + (f + 1 < frames.size() ? lines_of(drawings[f].undo) : "");
    }
    script += text("\ndo for [k=1:%d] { replot }  # the last frame is shown longer\n", hold);
  }
  return without_marks(script + heading("The last frame as PNG") + png_terminal(o) +
                       "replot\nset output\n");
}

}  // namespace nn::plotting
