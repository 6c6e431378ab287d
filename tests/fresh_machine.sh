#!/usr/bin/env bash
# fresh_machine.sh bookworm|trixie|jammy|noble
#
# Makes a bare Debian 12 or 13 or Ubuntu 22.04 or 24.04 with debootstrap in a folder of its own,
# clones the committed project there and types the README's two commands, nothing else. Needs root;
# ends with exit code 77 (that is "skipped") where that or debootstrap is missing.
#   MIRROR=http://…   the mirror (else the Debian one that this machine's apt uses, or Ubuntu's own)
#   KEEP=yes          leaves the folder for a look
set -u

SUITE=${1-}
SCRIPT=() # how debootstrap makes it, where it may be older than the suite
case $SUITE in
  bookworm | trixie) ;;
  jammy | noble) MIRROR=${MIRROR:-http://archive.ubuntu.com/ubuntu} SCRIPT=(gutsy) ;;
  *) echo "usage: tests/fresh_machine.sh bookworm|trixie|jammy|noble" >&2; exit 1 ;;
esac
PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
skip() { echo "skipped: $*"; exit 77; }
[ "$(id -u)" = 0 ] || skip "a machine of its own can only be made by root"
for program in debootstrap unshare chroot git; do
  command -v "$program" >/dev/null || skip "$program is not installed"
done
unshare --mount --pid --fork true 2>/dev/null || skip "this account may not make namespaces (unshare)"

MACHINE=$(mktemp -d "${TMPDIR:-/var/tmp}/fresh_machine.XXXXXX") || exit 1
chmod 755 "$MACHINE" # it becomes / there, which every account may enter
PLACE=/root/book # of the clone, in the machine

# Removes the machine, unless something is still mounted in it.
remove() {
  local point
  for point in sys proc dev/shm dev/pts dev; do # left by an interrupted debootstrap
    ! mounted "$MACHINE/$point" || umount "$MACHINE/$point"
  done
  if mounted "$MACHINE"; then
    echo "something is still mounted in $MACHINE, so it was left there" >&2
  elif [ "${KEEP:-no}" = yes ]; then
    echo "kept: $MACHINE"
  else
    rm -rf --one-file-system -- "$MACHINE"
  fi
}
# Whether something is mounted at folder $1 or below.
mounted() { awk -v at="$1" '$2 == at || index($2, at "/") == 1 { found = 1 } END { exit !found }' /proc/mounts; }
trap remove EXIT
trap 'exit 130' INT TERM

# The mirror that this machine's own apt uses, if it is a Debian one.
# shellcheck disable=SC2016 # apt's own variables
host_mirror() {
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(SITE)' 2>/dev/null |
    awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

# The machine reaches the network as this one does: names, proxy, certificates, tolerance of dates.
copy_network_settings() {
  local file
  for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
    [ ! -f "$file" ] || { mkdir -p "$MACHINE${file%/*}" && cat "$file" >"$MACHINE$file"; }
  done
  apt-config dump Acquire 2>/dev/null | grep -Ei '^Acquire::(https?|Check-|Retries).*"..*"' \
    >"$MACHINE/etc/apt/apt.conf.d/99network"
}

# Types a command on the machine; only its own /proc is mounted, in a namespace that ends with it.
on_machine() {
  # shellcheck disable=SC2016 # expanded inside
  unshare --mount --pid --fork --kill-child -- bash -c '
    mount -t proc proc "$1/proc" && cd / && exec chroot "$1" /usr/bin/env -i \
      HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 bash -c "cd \"$2\" && $3"
  ' bash "$MACHINE" "$PLACE" "$1" </dev/null
}

# Runs one step and tells how long it took.
step() {
  local start=$SECONDS status
  echo "==== $1"
  shift
  "$@"
  status=$?
  echo "==== $((SECONDS - start)) s, exit code $status"
  [ "$status" = 0 ] || exit 1
}

make_machine() {
  local mirror=${MIRROR:-$(host_mirror)} log=$MACHINE.log
  debootstrap --variant=minbase ${SCRIPT:+--components=main,universe} "$SUITE" "$MACHINE" \
    ${mirror:+"$mirror" "${SCRIPT[@]}"} >"$log" 2>&1 || { tail -n 20 "$log" >&2; rm -f "$log"; return 1; }
  rm -f "$log"
  copy_network_settings
}

step "a bare $SUITE" make_machine
step "git clone" git clone -q --no-hardlinks "$PROJECT" "$MACHINE$PLACE"
step "./book run" on_machine "./book run"
[ -s "$MACHINE$PLACE/results/index.html" ] || { echo "there is no results/index.html" >&2; exit 1; }
[ -n "$(find "$MACHINE$PLACE/results" -name '*.svg')" ] || { echo "./book run made no picture" >&2; exit 1; }
step "./book test" on_machine "./book test"
step "./book doctor" on_machine "./book doctor"
