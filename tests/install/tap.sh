# Sourced: TAP from shell.
# shellcheck shell=sh
count=0
failed=0

# report NAME COMMAND...: one test; what the command says becomes comments.
report() {
    name=$1
    shift
    count=$((count + 1))
    if said=$("$@" 2>&1); then
        echo "ok $count - $name"
    else
        failed=$((failed + 1))
        echo "not ok $count - $name"
        printf '%s\n' "$said" | sed 's/^/# /'
    fi
}
