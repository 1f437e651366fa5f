# Sourced by the examples' commands, after need.sh and with root, build and report set: a report is made
# beside the last one and replaces it when it is whole. Whatever stops a command, the last report stays.
# shellcheck shell=sh disable=SC2034,SC2154
new=$report.new
old=$report.old

drop_new() {
    rm -rf "$new"
}

[ ! -e "$report" ] || remark="the last report is as it was: $report"

begin_report() {
    # A run that was killed between the two moves of end_report has left the last report under this name.
    [ -e "$report" ] || [ ! -e "$old" ] || mv "$old" "$report"
    drop_new
    trap 'drop_new' EXIT
    mkdir "$new"
}

# Whether there is a new report: options may have sent all of it elsewhere.
made() {
    [ -n "$(ls -A "$new")" ]
}

# draw SCRIPT: gnuplot draws the data of the new report.
draw() {
    cp "$1" "$new/"
    (cd "$new" && LC_ALL=C.UTF-8 gnuplot -d "${1##*/}")
}

# The new report becomes the last one.
end_report() {
    trap '' INT TERM HUP
    rm -rf "$old"
    [ ! -e "$report" ] || mv "$report" "$old"
    mv "$new" "$report"
    rm -rf "$old"
    catch_signals
}
