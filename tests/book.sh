#!/usr/bin/env bash
# Tests of ./book on a small project of its own: two chapters of programs that need no library, in a
# folder with spaces and Korean letters. Prints what failed; exit code 1 if anything did.
set -u
unset NN_RESULTS NN_ROOT NN_DATA NN_FASHION_MNIST_URL
export NN_INSTALL=no
SOURCE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
SANDBOX=$(mktemp -d "${TMPDIR:-/tmp}/book test 한글.XXXXXX") || exit 1
trap 'chmod -R u+w "$SANDBOX"; rm -rf -- "$SANDBOX"' EXIT
PROJECT="$SANDBOX/신경망 book"
FAILURES=0

# ---- The project ---------------------------------------------------------------------------------

mkdir -p "$PROJECT/ch01_gates/exercises" "$PROJECT/ch02_deep" "$PROJECT/data"
cp -- "$SOURCE/book" "$SOURCE/CMakePresets.json" "$PROJECT"
cd -- "$PROJECT" || exit 1
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.22)
project(sandbox LANGUAGES CXX)
enable_testing()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
file(GLOB sources CONFIGURE_DEPENDS ch*/*.cpp ch*/exercises/*.cpp)
foreach(source ${sources})
  string(REGEX REPLACE "^.*/(ch[0-9]+)_[a-z]*/([a-z_]+)\\.cpp$" "\\1_\\2" target ${source})
  string(REGEX REPLACE "^.*/exercises/([0-9.]+)_.*$" "exercise_\\1" target ${target})
  add_executable(${target} ${source})
endforeach()
add_test(NAME ch01.first COMMAND ch01_first)
add_test(NAME ch02.net COMMAND ch02_net)
END
cat >program.hpp <<'END'
#include <cstdio>
#include <cstdlib>
#include <string>
inline void help(int argc, char** argv, const char* sentence) {
  if (argc > 1 && std::string(argv[1]) == "--help") { std::printf("%s: %s\n\nmore\n", argv[0], sentence); std::exit(0); }
}
inline void draw(const char* name) {
  const std::string path = std::string(std::getenv("NN_ROOT")) + "/results/" + name;
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (!file) std::exit(1);
  std::fputs("<svg xmlns='http://www.w3.org/2000/svg'><text id='t'>drawn</text></svg>\n", file);
  std::fclose(file);
}
END
program() { # program FILE SENTENCE BODY
  printf '#include "../program.hpp"\nint main(int argc, char** argv) {\n  help(argc, argv, "%s");\n%s\n}\n' "$2" "$3" >"$1"
}
program ch01_gates/first.cpp 'A < B & C' '  for (int i = 1; i < argc; ++i) std::printf("option <%s>\n", argv[i]);
  std::puts("result: mistakes 3\nresult: best 0.75"); draw("ch01_gates/first_line.svg");'
program ch01_gates/first_again.cpp 'Again' '  draw("ch01_gates/first_again_line.svg"); std::puts("result: again 1");'
program ch01_gates/broken.cpp 'Breaks' '  std::puts("so far"); std::fflush(stdout); std::fprintf(stderr, "ch01_broken: W is (3, 1)\n"); return 1;'
program ch02_deep/net.cpp 'Deep' '  std::puts("result: loss 0.5");'
cat >ch01_gates/README.md <<'END'
# Chapter 1: gates & more

| program | shows |
|---|---|
| [`first`](first.cpp) | x |
| [`broken`](broken.cpp) | y |
END
printf '#include <cstdio>\nint main() { std::puts("exercise 1.1  not yet: w: expected 1, got 0"); return 2; }\n' >ch01_gates/exercises/1.1_find_w.cpp
printf '// Exercise 1.2: XOR by hand!\n#include <cstdio>\nint main() { std::puts("exercise 1.2  done"); }\n' >ch01_gates/exercises/1.2_xor_by_hand.cpp
printf 'int main() { return w; }\n' >ch01_gates/exercises/1.3_forgotten.cpp

# ---- Checks --------------------------------------------------------------------------------------

# book ARGUMENTS…: runs it from another folder; leaves its output in OUT and its exit code in CODE.
book() { OUT=$(cd -- "$SANDBOX" && "$PROJECT/book" "$@" 2>&1 </dev/null); CODE=$?; }
failed() { FAILURES=$((FAILURES + 1)); printf 'FAILED: %s\n--- it printed (exit code %s):\n%s\n---\n' "$1" "$CODE" "$(printf '%s' "$OUT" | tail -n 15)"; }
code() { [ "$CODE" = "$1" ] || failed "expected exit code $1"; }
says() { case $OUT in *"$1"*) ;; *) failed "expected to read: $1" ;; esac; }
silent_about() { case $OUT in *"$1"*) failed "expected not to read: $1" ;; *) ;; esac; }
file_says() { grep -qF -- "$2" "$1" 2>/dev/null || failed "expected in $1: $2"; }
file_silent_about() { ! grep -qF -- "$2" "$1" || failed "expected not in $1: $2"; }
no_leftovers() { OUT=$(find . -name '*.part*'); [ -z "$OUT" ] || failed "nothing half-written remains"; }

book
code 0; says './book run ch01/xor_limit'; says './book bench'
book --help
code 0; says './book doctor'
book fly
code 1; says 'there is no "./book fly"'

# Every program runs, one fails; README's order, then the rest.
book run
code 1
says '[1/4] ch01/first  '; says '[2/4] ch01/broken  failed'; says '[3/4] ch01/first_again  '; says '[4/4] ch02/net  '
says 'mistakes 3, best 0.75'; says 'ch01_broken: W is (3, 1)'; says '1 of 4 programs failed'
file_says results/ch01_gates/first.txt 'result: best 0.75'
file_says results/ch01_gates/broken.txt '(failed: exit code 1'
gallery=results/index.html
file_says $gallery '<h2 id="ch01_gates">Chapter 1: gates &amp; more</h2>'
file_says $gallery 'A &lt; B &amp; C'
file_says $gallery 'class="failed"'
file_says $gallery '<td>mistakes</td><td>3</td>'
file_says $gallery "$(base64 <results/ch01_gates/first_line.svg | tr -d '\n')"
file_silent_about $gallery '<svg'
file_silent_about $gallery '="http'
[ "$(grep -c 'first_again_line.svg' $gallery)" = 1 ] || failed "first_again's picture is shown once, with its caption"
no_leftovers

# One chapter, one program with options; the gallery keeps the rest.
book run ch02
code 0; says 'loss'; silent_about 'ch01/first'
book run ch01/first -- --epochs 5 'two words'
code 0; says 'option <--epochs>'; says 'option <two words>'; silent_about 'ch01_broken'
file_says results/ch01_gates/first.txt '$ ch01_first --epochs 5 two words'
file_says $gallery 'ch02/net'
book run ch01/first --gpu -- --epochs 5
code 0; says 'option <--blas>'; says 'option <gpu>'; says 'option <--epochs>'
book run --gpu ch01/first
code 0; says 'option <gpu>'
book run ch01_gates/first.cpp
code 0; says 'mistakes 3'; silent_about 'option <'
book run ch01/frist
code 1; says 'there is no chapter or program "ch01/frist"'; says '  ch01/first'; silent_about 'ch02/net'
book run ch07
code 1; says '  ch01'; says '  ch02'

# A changed program is built again; one that does not compile is not run in its old form.
program ch02_deep/net.cpp 'Deep' '  std::puts("result: loss 0.25");'
book run ch02/net
code 0; says 'result: loss 0.25'; says 'Built in'
program ch02_deep/net.cpp 'Deep' '  std::puts("result: loss 0.125")'
book run
code 1; says 'ch02_deep/net.cpp does not compile'; silent_about '0.25'; says '[1/4] ch01/first  '
program ch02_deep/net.cpp 'Deep' '  std::puts("result: loss 0.5");'

# A build that fails as a whole is not followed by old programs.
cp CMakeLists.txt kept.txt
echo 'add_library(' >>CMakeLists.txt
book run
code 1; says 'CMake Error'; says 'no program was run'; silent_about '[1/4]'
mv kept.txt CMakeLists.txt

# Results that cannot be written: one sentence; another folder works.
refused() { code 1; says "cannot write to $PROJECT/results/ch02_deep; choose another folder"; }
chmod u-w results/ch02_deep
if ! [ -w results/ch02_deep ]; then
  book run ch02
  refused
elif unshare --mount true 2>/dev/null; then # root may write everywhere but on a read-only mount
  # shellcheck disable=SC2016 # expanded inside
  OUT=$(unshare --mount bash -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd .. &&
    "$1/book" run ch02' "$PROJECT/results/ch02_deep" "$PROJECT" 2>&1 </dev/null)
  CODE=$?
  refused
fi
chmod u+w results/ch02_deep
mv results kept
touch results
book run ch02
code 1; says 'cannot write to'; says 'NN_RESULTS='
NN_RESULTS='other place' book run ch02
code 0; [ -s "$SANDBOX/other place/index.html" ] || failed "the gallery is in NN_RESULTS"
rm results && mv kept results

# An interruption leaves no half file.
program ch02_deep/net.cpp 'Deep' '  std::puts("began"); std::fflush(stdout); std::system("sleep 20");'
book run ch02/net -- --help # builds it
set -m
./book run ch02/net >"$SANDBOX/interrupted" 2>&1 &
for _ in 1 2 3 4 5 6 7 8 9 10; do grep -q began "$SANDBOX/interrupted" && break; sleep 0.5; done
kill -INT -- -$!
wait $!
CODE=$?
set +m
OUT=$(cat "$SANDBOX/interrupted")
code 130; says 'interrupted'
no_leftovers
program ch02_deep/net.cpp 'Deep' '  std::puts("result: loss 0.5");'

# Exercises.
book exercise
code 0; says '1.1   not yet           find w'; says '1.2   done              XOR by hand!'
says '1.3   does not compile  forgotten'; says '1 of 3 done'
book exercise 1.1
code 2; says 'not yet: w: expected 1, got 0'
book exercise 1.2
code 0; says 'exercise 1.2  done'
book exercise 1.3
code 1; says 'does not compile'; says 'error'
book exercise 9.9
code 1; says 'there is no exercise 9.9'; says '  1.2'
rm ch01_gates/exercises/1.3_forgotten.cpp

# Tests; more words go to ctest.
book test -R ch02
code 0; says '100% tests passed, 0 tests failed out of 1'
program ch02_deep/net.cpp 'Deep' '  return 1;'
book test
code 8; says '1 tests failed out of 2'

# Without a GPU nothing is measured, and nothing is written.
if ! command -v nvidia-smi >/dev/null; then
  book gpu
  says 'There is no NVIDIA GPU here'
  [ ! -e results/ch06_gpu ] || failed "no folder is made for nothing"
fi

# Data: files that do not come, and files that are not the right ones.
SERVER=$(mktemp -d) # no spaces: it becomes a URL
NN_FASHION_MNIST_URL=file://$SERVER
export NN_FASHION_MNIST_URL
if command -v curl >/dev/null; then
  book data fashion-mnist
  code 1; says 'could not be downloaded; is this machine online?'
  for file in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
    echo other | gzip >"$SERVER/$file-ubyte.gz"
  done
  book data fashion-mnist
  code 1; says 'its checksum differs'
  [ ! -e data/fashion-mnist ] || failed "a wrong file is not kept"
  no_leftovers
fi
unset NN_FASHION_MNIST_URL
rm -rf -- "$SERVER"

# A project that was moved is built again where it is now.
mv -- "$PROJECT" "$SANDBOX/moved"
PROJECT=$SANDBOX/moved
cd -- "$PROJECT" || exit 1
book run ch01/first
code 0; says 'mistakes 3'
book clean
code 0; [ ! -e build ] || failed "clean removes build/"; [ ! -e results ] || failed "clean removes results/"

[ "$FAILURES" = 0 ] || { printf '%s checks failed\n' "$FAILURES"; exit 1; }
echo "all checks of ./book passed"
