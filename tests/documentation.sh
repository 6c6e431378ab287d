#!/usr/bin/env bash
# documentation.sh [BUILD_FOLDER]: do the texts fit the programs? Prints every sentence that does
# not hold; exit code 1 if there is one. ctest runs it after the chapters' programs, whose pictures
# lie in BUILD_FOLDER/results; a picture that is missing or older than its program is made here.
# Without a build the pictures are not looked at.
set -u
export LC_ALL=C # bytes: the same in every awk
BUILD=''
[ -z "${1:-}" ] || BUILD=$(cd -- "$1" && pwd -P) || exit 1
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 1
WORK=$(mktemp -d "${TMPDIR:-/tmp}/documentation.XXXXXX") || exit 1
trap 'rm -rf -- "$WORK"' EXIT
: >"$WORK/problems"
problem() { printf '%s\n' "$*" >>"$WORK/problems"; }

chapters() { ls -d ch[0-9][0-9]_*; }
programs() { ls "$1"/*.cpp 2>/dev/null; }
texts() { find . -name '*.md' -not -path './build*' -not -path './results/*' -not -path './.git/*' | sed 's#^\./##'; }

# ---- Every program: a row in both READMEs, an expected file, a readable length ---------------------

# Whether README $1 has a table row whose first cell names program $2.
has_row() {
  awk -F'|' -v stem="$2" '/^\|/ { gsub(/[^A-Za-z0-9_]+/, " ", $2); if (index(" " $2 " ", " " stem " ")) found = 1 }
    END { exit !found }' "$1" 2>/dev/null
}

check_programs() {
  local folder source stem text lines
  for folder in $(chapters); do
    for source in $(programs "$folder"); do
      stem=$(basename "$source" .cpp)
      for text in "$folder/README.md" "$folder/README.ko.md"; do
        has_row "$text" "$stem" || problem "$text: no table row names the program $stem"
      done
      [ -s "$folder/expected/$stem.txt" ] || problem "$source: there is no $folder/expected/$stem.txt"
      lines=$(wc -l <"$source")
      [ "$lines" -le 130 ] || problem "$source: $((lines)) lines, at most 130 can be read at a sitting"
    done
    for text in "$folder"/expected/*.txt; do
      stem=$(basename "$text" .txt)
      [ ! -f "$text" ] || [ -f "$folder/$stem.cpp" ] || problem "$text: there is no program $folder/$stem.cpp"
    done
  done
}

# ---- Every exercise: solution, wrong answer, one TODO, a task in both languages ---------------------

check_exercises() {
  local source name id folder text other
  for source in ch*/exercises/*.cpp; do
    [ -f "$source" ] || continue
    name=${source##*/} folder=${source%%/*}
    id=${name%%_*}
    for other in "$folder/solutions/$name" "tests/wrong_answers/$name"; do
      [ -f "$other" ] || problem "$source: there is no $other"
    done
    for text in README.md README.ko.md; do
      grep -qE "(^|[^0-9.])${id/./\\.}([^0-9]|$)" "$folder/exercises/$text" 2>/dev/null ||
        problem "$folder/exercises/$text: exercise $id is not mentioned"
    done
    [ "$(grep -c TODO "$source")" = 1 ] || problem "$source: expected exactly one TODO, found $(grep -c TODO "$source")"
    ! grep -q TODO "$folder/solutions/$name" 2>/dev/null || problem "$folder/solutions/$name: a TODO is left"
  done
  for other in ch*/solutions/*.cpp; do
    [ ! -f "$other" ] || [ -f "${other/solutions/exercises}" ] || problem "$other: there is no exercise of this name"
  done
  for other in tests/wrong_answers/*.cpp; do
    [ ! -f "$other" ] || ls ch*/exercises/"${other##*/}" >/dev/null 2>&1 || problem "$other: there is no exercise of this name"
  done
}

# ---- common/ stands below the chapters -------------------------------------------------------------

check_common() {
  local line
  grep -rnE '(^|[^a-zA-Z0-9])ch0[0-9]|[Cc]hapters? [0-9]' common/ >"$WORK/numbers"
  while IFS= read -r line; do problem "$line: a chapter's number has no place in common/"; done <"$WORK/numbers"
}

# ---- Texts: links, pictures, commands ----------------------------------------------------------------

# The text of a file without fenced code blocks.
prose() { awk '/^ *(```|~~~)/ { code = !code; next } !code' "$1"; }

# The targets of the links and images of a file.
# shellcheck disable=SC2016 # backquotes are meant
links() {
  prose "$1" | sed 's/`[^`]*`//g' | awk '
    { line = $0
      while (match(line, /\]\([^)]*\)/)) {
        print substr(line, RSTART + 2, RLENGTH - 3); line = substr(line, RSTART + RLENGTH)
      }
      line = $0
      while (match(line, /(src|href)="[^"]*"/)) {
        target = substr(line, RSTART, RLENGTH); sub(/^[a-z]*="/, "", target); sub(/"$/, "", target)
        print target; line = substr(line, RSTART + RLENGTH)
      } }
    /^\[[^]]*\]: / { sub(/^\[[^]]*\]: */, ""); print $1 }' | sed 's/ "[^"]*"$//'
}

# The anchors of a file, as GitHub makes them from headings: lower case, no punctuation, - for spaces.
# shellcheck disable=SC1112 # curly quotes are meant
anchors() {
  prose "$1" | sed -n 's/^##*  *//p' | sed -e 's/\[\([^]]*\)\]([^)]*)/\1/g' \
    -e 's/[]!"#$%&'"'"'()*+,./:;<=>?@\^`{|}~[]//g' \
    -e 's/·//g;s/—//g;s/–//g;s/→//g;s/×//g;s/…//g;s/‘//g;s/’//g;s/“//g;s/”//g;s/≤//g;s/≥//g' \
    -e 's/ *$//' -e 's/ /-/g' | tr '[:upper:]' '[:lower:]' | awk '{ print $0 (n[$0]++ ? "-" n[$0] - 1 : "") }'
  sed -n -e 's/.*<a id="\([^"]*\)".*/\1/p' -e 's/.*<a name="\([^"]*\)".*/\1/p' "$1"
}

check_links() {
  local text target path anchor
  for text in $(texts); do
    links "$text" | while IFS= read -r target; do
      case $target in http://* | https://* | mailto:* | data:*) continue ;; esac
      path=${target%%#*} anchor=
      case $target in *'#'*) anchor=${target#*#} ;; esac
      if [ -z "$path" ]; then path=$text; else path=$(dirname "$text")/$path; fi
      case $path in */results/*) continue ;; esac # a picture; checked below
      if [ ! -e "$path" ]; then
        problem "$text: the link to $target leads nowhere"
      elif [ -n "$anchor" ] && ! anchors "$path" | grep -qxF -- "$anchor"; then
        problem "$text: the link to $target: there is no heading of that name"
      fi
    done
  done
}

# The program (folder/stem) that draws results file $1: the longest stem that fits.
drawn_by() {
  local source best='' folder=${1%%/*} file=${1#*/}
  for source in $(programs "$folder"); do
    source=$(basename "$source" .cpp)
    case $file in "$source"_* | "$source".*) [ ${#source} -le ${#best} ] || best=$source ;; esac
  done
  [ -z "$best" ] || printf '%s/%s\n' "$folder" "$best"
}

# Whether file $1 is there and newer than its program $2; where gnuplot or Graphviz is missing, the
# script of a picture stands for it.
drawn() {
  local base=${1%.*}
  { [ -s "$1" ] && [ "$1" -nt "$2" ]; } ||
    { ! command -v gnuplot >/dev/null && [ -s "$base.gp" ] && [ "$base.gp" -nt "$2" ]; } ||
    { ! command -v dot >/dev/null && [ -s "$base.dot" ] && [ "$base.dot" -nt "$2" ]; }
}

# Every file results/… that a text names exists after a run of its program.
check_pictures() {
  local text name program binary file
  for text in $(texts); do
    grep -oE 'results/ch[0-9]{2}_[a-z0-9_]+/[A-Za-z0-9_.-]+\.[a-z]+' "$text" | sed 's#^results/##' | sort -u |
      while IFS= read -r name; do
        program=$(drawn_by "$name")
        [ -n "$program" ] || { problem "$text: no program draws results/$name"; continue; }
        binary=$BUILD/bin/${program%%_*}_${program#*/}
        file=$BUILD/results/$name
        drawn "$file" "$binary" && continue
        case $("$binary" --out "$BUILD/results/${program%%/*}" 2>&1 </dev/null) in
          "skipped: "*) continue ;; # its data are not here
        esac
        drawn "$file" "$binary" || problem "$text: results/$name is not there after a run of $program"
      done
  done
}

# Every ./book run chNN/stem and ./book exercise N.K in a text, fenced code too, can be typed.
check_commands() {
  local text name
  for text in $(texts); do
    grep -oE '\./book run ch[0-9]{2}(_[a-z_]+)?(/[A-Za-z0-9_]+)?' "$text" | sed 's/.* //' | sort -u | while IFS= read -r name; do
      case $name in
        */*) ls "${name%%/*}"*/"${name#*/}".cpp >/dev/null 2>&1 ;;
        *) ls -d "$name"*/ >/dev/null 2>&1 ;;
      esac || problem "$text: there is no program for ./book run $name"
    done
    grep -oE '\./book exercise [0-9]+\.[0-9]+' "$text" | sed 's/.* //' | sort -u | while IFS= read -r name; do
      ls ch*/exercises/"$name"_*.cpp >/dev/null 2>&1 || problem "$text: there is no exercise $name"
    done
  done
}

# A listing (```cpp) is the code itself: each of its lines stands in a source file, for a chapter's text
# in one of the chapter or of common/.
check_listings() {
  local text folder line
  for text in ch*/README*.md data/README.md; do
    folder=${text%%/*}
    [ "$folder" != data ] || folder=tests/data
    cat "$folder"/*.[ch]pp common/*.[ch]pp common/*/*.[ch]pp 2>/dev/null | sed -e 's/^ *//' -e 's/ *$//' >"$WORK/code"
    awk '/^ *```cpp/ { code = 1; next } /^ *```/ { code = 0 } code' "$text" | sed -e 's/^ *//' -e 's/ *$//' |
      grep -v -x -F -e '' -e '...' -e '…' | grep -v -x -F -f "$WORK/code" | while IFS= read -r line; do
      problem "$text: this line of a listing is in no source file: $line"
    done
  done
}

# The last column of the table that translates the notes' code (its head names their year) is code of
# the chapters, whatever the line breaks; … stands for something left out.
# common/README: each equation of the notes stands where the table says, file and line's text.
# shellcheck disable=SC2016 # backquotes are meant
check_equations() {
  local text file line
  for text in common/README.md common/README.ko.md; do
    sed -n 's/^|[^|]*| \[[^]]*\](\([^)]*\)) | `\(.*\)` |$/\1\t\2/p' "$text" >"$WORK/equations"
    [ -s "$WORK/equations" ] || problem "$text: the table of equations is missing"
    while IFS=$'\t' read -r file line; do
      grep -qF -- "$line" "common/$file" 2>/dev/null || problem "$text: $file has no line with: $line"
    done <"$WORK/equations"
  done
}

check_translations() {
  local text part
  cat ch*/*.[ch]pp ch*/*/*.cpp | tr -d ' \n' >"$WORK/code"
  for text in ch05*/README*.md; do
    awk -F'|' '/^\|.*\(2021\)/ { table = 1; next } /^$/ { table = 0 } table && !/^\|---/ { print $(NF - 1) }' "$text" |
      grep -oE "\`[^\`]+\`" | sed -e 's/…/\n/g' | tr -d "\` " >"$WORK/parts"
    [ -s "$WORK/parts" ] || problem "$text: the table of translations was not found"
    while IFS= read -r part; do
      grep -qF -e "$part" "$WORK/code" || problem "$text: this code is in no program: $part"
    done <"$WORK/parts"
  done
}

# README.md and README.ko.md have the same headings, table rows and code blocks in number.
check_languages() {
  local text korean kind
  for text in $(texts); do
    case $text in *README.md) korean=${text%.md}.ko.md ;; *) continue ;; esac
    case $text in README.md | ch*) [ -f "$korean" ] || problem "$text: there is no $korean" ;; esac
    [ -f "$korean" ] || continue
    for kind in '^#' '^|' '^ *```' '^!\['; do
      [ "$(grep -c "$kind" "$text")" = "$(grep -c "$kind" "$korean")" ] ||
        problem "$text and $korean differ in the number of lines that begin with ${kind#^}"
    done
  done
}

check_programs
check_exercises
check_common
check_links
[ -z "$BUILD" ] || check_pictures
check_commands
check_listings
check_equations
check_translations
check_languages
sort -u "$WORK/problems"
[ ! -s "$WORK/problems" ] || { printf '%s problems\n' "$(sort -u "$WORK/problems" | wc -l)"; exit 1; }
echo "the texts fit the programs"
