#!/bin/sh
# Counts the instructions that a delivery takes in fixed work (bench/instructions.cpp) and fails where they are 5 % above the
# kept figure. Instructions, unlike seconds, are the same on every run. For a compiler without a kept figure it only counts.
#
#   instructions.sh PROGRAM COMPILER     (COMPILER as in instructions.txt: GNU-12)
set -eu
program=$1
compiler=$2
figures=$(dirname "$0")/instructions.txt
skipped=77

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$output/profile" --toggle-collect='*play_fixed_work*' "$program" \
  >"$output/said" 2>"$output/log" || { cat "$output/said" "$output/log" >&2; exit 1; }
collected=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$output/log")
deliveries=$(sed -n 's/^\([0-9]*\) deliveries.*/\1/p' "$output/said")
now=$(awk "BEGIN { printf \"%.1f\", $collected / $deliveries }")
kept=$(awk -v compiler="$compiler" '$1 == compiler { print $2 }' "$figures")

if [ -z "$kept" ]; then
  echo "$now instructions a delivery; $figures has no figure for $compiler to compare with"
  exit $skipped
fi
echo "$now instructions a delivery, $kept are kept for $compiler"
awk "BEGIN { exit !($now <= 1.05 * $kept) }" || {
  echo "that is more than 5 % above: find out why, or keep the new figure in $figures and say why in the commit" >&2
  exit 1
}
