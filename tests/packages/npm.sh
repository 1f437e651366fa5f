#!/bin/sh
# The npm package: .packaging/build-npm makes it, and programs start from its tarball, in node; its types are checked by
# the TypeScript that the viewer is checked by. Usage: npm.sh
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
# shellcheck disable=SC2046
need gcc libc6-dev $(node_packages)
need_wasm
out=$work/out
app=$work/app
mkdir "$app"
version=$(sed -n "s/^ *version: '\([0-9.]*\)'.*/\1/p" "$root/meson.build")

builds() {
    "$root/.packaging/build-npm" "$out"
}

has_what_it_should() {
    tar tzf "$out/izh-$version.tgz" | LC_ALL=C sort >"$work/found"
    printf 'package/%s\n' LICENSE README.md index.d.ts index.js izh.wasm package.json | diff -u - "$work/found"
}

small() {
    size=$(wc -c <"$out/izh-$version.tgz")
    echo "$size bytes"
    [ "$size" -lt 400000 ]
}

# The tarball alone: no registry is asked for what it needs, which is nothing.
installs() {
    echo '{"type": "module", "private": true}' >"$app/package.json"
    (cd "$app" && npm install --offline --no-audit --no-fund "$out/izh-$version.tgz") &&
        [ "$(ls "$app/node_modules")" = izh ] && cp "$here/workload.mjs" "$here/calls.ts" "$app/"
}

golden() {
    (cd "$app" && node workload.mjs)
}


typescript=$(sed -n 's/.*"typescript": "\(.*\)".*/\1/p' "$root/examples/viewer/package.json")
brings_typescript() {
    mkdir "$work/types" && cd "$work/types" && echo '{"private": true}' >package.json &&
        npm install --ignore-scripts --no-audit --no-fund "typescript@$typescript"
}

# Strictly, and into the JavaScript that runs.
types_are_right() {
    (cd "$app" && node "$work/types/node_modules/typescript/bin/tsc" --strict --noUncheckedIndexedAccess \
        --exactOptionalPropertyTypes --target es2022 --module nodenext --moduleResolution nodenext --lib es2022 \
        calls.ts)
}

# A type that is wrong, and a call that is wrong, are found.
wrong_types_are_found() {
    printf '%s\n' "import { Solver } from 'izh'" 'new Solver(5)' >"$app/wrong.ts"
    (cd "$app" && node "$work/types/node_modules/typescript/bin/tsc" --strict --noEmit --target es2022 \
        --module nodenext --moduleResolution nodenext --lib es2022 wrong.ts) | grep TS2345
}

calls() {
    (cd "$app" && node --expose-gc calls.js)
}

# What index.js exports, index.d.ts declares, and nothing else.
declares_all() {
    for file in index.js index.d.ts; do
        sed -n 's/^export \(declare \)\{0,1\}\(class\|const\|function\) \([A-Za-z0-9]*\).*/\3/p' \
            "$app/node_modules/izh/$file" | LC_ALL=C sort >"$work/$file"
    done
    diff -u "$work/index.js" "$work/index.d.ts"
}

report 'the package builds' builds
report 'it has what it should' has_what_it_should
report 'it is small' small
report 'it installs' installs
report 'it declares what it exports' declares_all
report 'it is golden' is_golden golden
report 'TypeScript comes' brings_typescript
report 'its types are right' types_are_right
report 'wrong ones are found' wrong_types_are_found
report 'calls do what they say' says_well calls
end_part
