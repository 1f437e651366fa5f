#!/bin/sh
# The MPI sweep gives the same bytes on 1 and 4 ranks, and fails on all ranks at once. Prints TAP.
# Usage: mpi_sweep.sh MPIRUN PROGRAM, with IZH_LONG in the environment for more methods, and 2 ranks
set -eu
mpirun=$1 program=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/../install/tap.sh"
# shellcheck source=tests/examples/mpi.sh
. "$here/mpi.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# sweep NAME RANKS OPTION...: leaves NAME.RANKS.csv and, what it printed, NAME.RANKS.txt.
sweep() {
    file=$work/$1.$2
    ranks=$2
    shift 2
    mpi -n "$ranks" "$program" --output "$file.csv" "$@" >"$file.txt" && [ -s "$file.csv" ] &&
        grep -E '^[0-9]+ neurons, .* hash [0-9a-f]{16}$' "$file.txt"
}

# same NAME RANKS: as on one rank.
same() {
    cmp "$work/$1.1.csv" "$work/$1.$2.csv" && diff "$work/$1.1.txt" "$work/$1.$2.txt"
}

# compare NAME OPTION...: 37 * 37 neurons are no multiple of anything.
compare() {
    set=$1
    shift
    report "$set runs on 1 rank" sweep "$set" 1 --size 37 --duration 200 "$@"
    for ranks in ${IZH_LONG:+2} 4; do
        report "$set runs on $ranks ranks" sweep "$set" "$ranks" --size 37 --duration 200 "$@"
        report "$set gives the same bytes on $ranks ranks" same "$set" "$ranks"
    done
}

seeds_differ() {
    sweep seed 2 --size 37 --duration 200 --seed 2 && ! cmp "$work/midpoint.1.csv" "$work/seed.2.csv"
}

it_spikes() {
    # An empty map would be the same on all ranks, too.
    awk -F, 'NR > 1 && $3 > 0 { n++ } END { exit !(n > 500) }' "$work/midpoint.1.csv"
}

empty_slices() {
    sweep one 1 --size 1 && sweep one 4 --size 1 && same one 4
}

# A rank's own status, of which mpirun shows only one: leaves it in a file. One rank may have more options.
cat >"$work/rank" <<'END_OF_RANK'
#!/bin/sh
folder=$1
shift
# shellcheck disable=SC2086
[ "$OMPI_COMM_WORLD_RANK" != "$ODD_RANK" ] || set -- "$@" $ODD_OPTIONS
"$@"
echo $? >"$folder/status.$$"
END_OF_RANK
chmod +x "$work/rank"

# fails STATUS TEXT OPTION...: the program ends with STATUS on all of 4 ranks, and one message with TEXT.
fails() {
    status=$1 text=$2
    shift 2
    rm -f "$work"/status.*
    mpi -n 4 "$work/rank" "$work" "$program" "$@" >"$work/said" 2>&1 || {
        cat "$work/said"
        return 1
    }
    cat "$work/said" "$work"/status.*
    [ "$(cat "$work"/status.*)" = "$(printf '%s\n' "$status" "$status" "$status" "$status")" ] &&
        [ "$(grep -c '^mpi_sweep: ' "$work/said")" = 1 ] && grep -qF -e "$text" "$work/said"
}
export ODD_RANK='' ODD_OPTIONS=''

# one_fails RANK OPTIONS STATUS: as fails, where only that rank has those options.
one_fails() {
    ODD_RANK=$1 ODD_OPTIONS=$2
    fails "$3" "rank $1: " --size 9
}

mpirun_tells() {
    if mpi -n 4 "$program" --size 0; then
        return 1
    fi
}

compare midpoint
report 'neurons spike' it_spikes
report 'another seed gives another map' seeds_differ
if [ "${IZH_LONG-}" ]; then
    compare f32 --precision f32
    compare published --method published-2003
    compare taylor --method taylor
fi
report 'ranks may have no neurons' empty_slices

report 'a bad value fails everywhere' fails 2 "--size: '0'" --size 0
report 'an unknown option fails everywhere' fails 2 "'--sizes'" --sizes
report 'a missing value fails everywhere' fails 2 "'--seed'" --seed
report 'a word too many fails everywhere' fails 2 "'more'" more
report 'a method without populations fails everywhere' fails 1 method --method dopri5
report 'a time that is no tick fails everywhere' fails 1 t_end --duration 1.05
report 'a file that cannot be opened fails everywhere' fails 1 "$work/no/file" \
    --output "$work/no/file"
report 'a file that cannot be written fails everywhere' fails 1 /dev/full \
    --size 9 --output /dev/full
report 'one rank that cannot read its options stops all' one_fails 3 '--sigma x' 2
report 'one rank that cannot create stops all' one_fails 1 '--method dopri5' 1
report 'one rank that cannot run stops all' one_fails 2 '--duration 1.05' 1
ODD_RANK=''
report 'mpirun fails, too' mpirun_tells
echo "1..$count"
