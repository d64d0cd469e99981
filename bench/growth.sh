#!/bin/sh
# What anybody can send costs in proportion to its size: counts the instructions that 16 KiB and 32 KiB of each kind take
# (bench/growth.cpp) and fails where twice as much takes more than 2.2 times as many.
#
#   growth.sh PROGRAM
set -eu
program=$1
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT

count() {
  valgrind --tool=callgrind --callgrind-out-file="$output/profile" --toggle-collect='*take_what_was_sent*' "$program" "$1" "$2" \
    2>"$output/log" || { cat "$output/log" >&2; exit 1; }
  sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$output/log"
}

failed=0
for kind in $("$program" all 0); do
  once=$(count "$kind" 16384)
  twice=$(count "$kind" 32768)
  echo "$kind: $once instructions for 16 KiB, $twice for 32 KiB"
  awk "BEGIN { exit !($twice <= 2.2 * $once) }" || { echo "$kind: that grows faster than what is sent" >&2; failed=1; }
done
exit $failed
