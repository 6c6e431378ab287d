#!/usr/bin/env bash
# The rooms of common/ and who may know whom: arrows point downwards only. With --turned: fails
# unless one arrow that is turned round, in each lesson room, is found.
set -u
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 1

# rule FOLDER: prints the includes in FOLDER/common that the rule forbids.
rule() {
  local room may
  while read -r room may; do
    grep -nE '^ *#include "' "$1/common/$room"/* | grep -vE "#include \"common/($may)/[a-z0-9_]+\.hpp\""
  done <<'ROOMS'
base base
kernels base|kernels
perceptron base|functions|perceptron
functions base|kernels|functions
graph base|functions|graph
optimizers base|kernels|functions|optimizers
layers base|kernels|functions|layers
model base|kernels|functions|optimizers|layers|model
ROOMS
  grep -rnE '^ *#include "' "$1/common" | grep -vE '#include "common/[a-z]+/[a-z0-9_]+\.hpp"'
  find "$1/common" -maxdepth 1 -type f ! -name nn.hpp ! -name 'README*.md'
}

if [ "${1:-}" != --turned ]; then
  wrong=$(rule .)
  [ -z "$wrong" ] || { echo "$wrong"; exit 1; }
  exit 0
fi
copy=$(mktemp -d) && trap 'rm -rf "$copy"' EXIT
for room in base kernels perceptron functions graph optimizers layers model; do
  rm -rf "$copy/common" && cp -r common "$copy/common"
  header=$(find "$copy/common/$room" -name '*.hpp' -print -quit)
  echo '#include "common/plot/figure.hpp"' >>"$header"
  [ -n "$(rule "$copy")" ] || { echo "an arrow from $room to plot was not found"; exit 1; }
done
