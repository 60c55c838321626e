#!/usr/bin/env bash
# Explores all interleavings of small programs on the model of the engine. Needs spin, gcc and up to 6 GB of memory.
#   bash docs/model/check.sh          about half an hour
# Every line must say what it expects: "holds", or for a seeded fault "fails".
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)/engine.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# check EXPECTED FAIR PERMITS MAX "DEFINES" PROGRAM...: a program is a row of calls such as "A R", "T2 R2", "M1".
check() {
  local expected=$1 fair=$2 permits=$3 max=$4 defines=$5 thread=0 k=0 calls=() runs= prog= i number found
  shift 5
  for program in "$@"; do
    read -r -a calls <<<"$program"
    ((${#calls[@]} > k)) && k=${#calls[@]}
  done
  for program in "$@"; do
    read -r -a calls <<<"$program"
    for i in "${!calls[@]}"; do
      case ${calls[i]:0:1} in
        A) number=1 ;; T) number=2 ;; R) number=4 ;; D) number=5 ;; M) number=9 ;;
        F) number=10 ;; J) number=11 ;; C) number=12 ;; S) number=13 ;; G) number=14 ;; W) number=15 ;;
      esac
      prog+="op[$((thread * k + i))]=$number; arg[$((thread * k + i))]=${calls[i]:1:1}; "
      [[ ${#calls[i]} == 1 ]] && prog=${prog%=; }"=1; "
    done
    runs+="run T($thread); "
    thread=$((thread + 1))
  done
  {
    echo "#define NT $thread"; echo "#define K $k"; echo "#define FAIR $fair"; echo "#define INIT $permits"
    echo "#define MAX $max"; echo "#define BATCH 1"; echo "#define PROG ${prog%; }"; echo "#define RUNS ${runs%; }"
    for d in $defines; do echo "#define $d"; done
    [[ "$*" == *[AT]* ]] && echo "#define ACQUIRES"; [[ "$*" == *D* ]] && echo "#define REDUCES"
    [[ "$*" == *F* ]] && echo "#define FUTURES"; [[ "$*" == *S* ]] && echo "#define SHUTS"
    [[ "$*" == *G* ]] && echo "#define RESIZE"; [[ "$*" == *W* ]] && echo "#define GATES"
    cat "$model"
  } >"$work/p.pml"
  (cd "$work" && spin -a p.pml >spin.log && gcc -O1 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=2048 -DMEMLIM=6000 -o pan pan.c \
    && ./pan -m2000000 -w24 >pan.log) || { cat "$work"/*.log; exit 1; }
  found=holds
  grep -q 'errors: 0' "$work/pan.log" || found=fails
  grep -q 'Search not completed' "$work/pan.log" && [[ $found == holds ]] && found="ran out of memory"
  printf '%-6s expected %-5s  fair=%s permits=%s max=%s %s %s, %s states\n' "$found" "$expected" "$fair" "$permits" "$max" \
    "$defines" "$(printf '[%s]' "$@")" "$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$work/pan.log")"
  [[ $found == "$expected" ]] || status=1
}

none=30000
for fair in 1 0; do
  check holds $fair 1 $none "" "A R" "A R"
  check holds $fair 1 $none "" "A R" "T R"
  check holds $fair 1 1 "" "A R" "T R"
  check holds $fair 2 2 "" "A2 R2" "A R"
  check holds $fair 1 $none "" "A R A R" "T R A R"
  check holds $fair 2 $none "" "T3 M1 R1" "A1 R1"
  check holds $fair 1 1 "" "A R" "F J R"
  check holds $fair 1 1 "" "A R" "F C J R"
  check holds $fair 1 1 REJECT "A R A R" "F C J R"
  check holds $fair 1 1 "" "A R" "W"
  check holds $fair 1 1 "" "A R" "A R" "S"
  check holds $fair 1 1 "" "F J R" "A R" "S"
  check holds $fair 1 1 "" "A R" "A R" "S W"
  check holds $fair 1 1 "" "A R" "A R" "G2"
  check holds $fair 2 2 SHRINK "A R" "A2 R2" "G1"
done
check holds 1 1 $none "" "A R" "A R" "A R"
check holds 1 1 $none "" "A R" "A R" "T R"
check holds 1 2 2 "" "A2 R2" "A R" "T2 R2"
check fails 1 1 $none STALE "A R A R" "A R" "T R"
check fails 0 1 $none STALE "A R" "A R" "A R"
check fails 1 1 $none SILENT "A R" "A R" "T R"
check fails 0 1 $none DOZE "A R" "A R"
check fails 0 1 $none ASKED "A R" "A R"
check fails 1 1 1 LATE "A R" "A R" "S"
check fails 0 1 1 LATE "A R" "A R" "S"
check fails 1 1 1 JOINED "A R" "A R" "S"
check fails 1 2 2 "JOINED SHRINK" "A R" "A2 R" "G1"
check fails 1 1 1 GATE "A R" "W"
check fails 1 1 1 GROWN "A" "A" "G2"
check fails 0 1 1 DOZEMAX "A" "A" "G2"
check fails 1 1 1 FAILS "M R" "G2"
check fails 1 1 1 RETURNED "A R" "T R" "S W"
check fails 0 1 1 DOZED "A R" "A R" "S W"
check fails 0 1 1 SHUTLATE "A R" "A R" "S W"
check fails 0 1 1 PASSED "A R" "A R" "S"
check fails 0 0 1 CANCEL "F C J" "G1"
exit $status
