#!/bin/sh
# What guards daily work: installs what is missing (Debian 12 or 13; root or sudo), builds with gcc and runs the daily tests;
# beside that tests/elsewhere.sh runs those of the library itself with sanitizers and, for the same bits, on other
# machines, emulated. tests/long.sh does the rest, clang among it. The last line is "N passed, N failed" over all of it;
# the status is 0 only if every build and every test passed and none was skipped. With --write it also writes its
# tables into docs/testing.md.
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"

no_options "$@"
need_for_run

begin elsewhere "$root/tests/elsewhere.sh"
variant gcc gcc g++ -Dmpi=enabled || true
figures_of gcc
viewer gcc
take_over elsewhere

figure 'fuzz executions' 'none here: the corpus is replayed'
figure 'coverage' 'not here: tests/long.sh'
end
