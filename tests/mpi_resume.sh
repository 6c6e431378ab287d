#!/usr/bin/env bash
# mpi_resume.sh MPIRUN -np MPI_TRAINING FOLDER: one of two processes is killed in the third of six
# epochs. The job must end, leave the checkpoint of the second epoch, and a new job that goes on from
# there must reach the very bits of a training that nobody interrupted.
set -u
MPIRUN=$1 NUMBER=$2 TRAINING=$3 FOLDER=$4
rm -rf -- "$FOLDER" && mkdir -p -- "$FOLDER" || exit 1
fail() { printf '%s\n' "$*"; exit 1; }

"$MPIRUN" "$NUMBER" 2 "$TRAINING" through "$FOLDER" >"$FOLDER/through.txt" || fail "the uninterrupted job failed"
"$MPIRUN" "$NUMBER" 2 "$TRAINING" dies "$FOLDER" >"$FOLDER/dies.txt" 2>&1 && fail "the job outlived its process"
[ -s "$FOLDER/backup.h5" ] || fail "there is no checkpoint"
"$MPIRUN" "$NUMBER" 2 "$TRAINING" resume "$FOLDER" >"$FOLDER/resume.txt" || fail "the job did not go on"
cmp -s "$FOLDER/through.txt" "$FOLDER/resume.txt" || fail "other weights: $(cmp "$FOLDER/through.txt" "$FOLDER/resume.txt")"
[ "$(wc -l <"$FOLDER/resume.txt")" -gt 100 ] || fail "no weights were printed"
echo "killed, resumed, the same bits"
