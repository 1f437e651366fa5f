#!/bin/sh
# Whether the profile embedded asks nothing of a system: no heap, threads, files, standard I/O or clock, only computations,
# and memory that is copied, compared or filled. Prints what else it asks for; status 0 if nothing.
#   no_system.sh NM OBJECT      OBJECT: an object file or a static library, without link-time optimization
set -eu
"$1" "$2" >/dev/null # refuses what it cannot read
"$1" -A "$2" | awk '$(NF - 1) == "U" { asked[$NF] } $(NF - 1) ~ /^[TDBRVW]$/ { has[$NF]; n++ }
    END {
        for (name in asked)
            if (!(name in has) && name !~ /^(__aeabi_.*|__[a-z]*di2|mem(cmp|cpy|move|set)|strn?cmp|strlen|sqrt)$/) {
                print "it asks for " name
                bad = 1
            }
        exit bad || n < 10
    }'
