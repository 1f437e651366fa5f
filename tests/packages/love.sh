#!/bin/sh
# The toy for LÖVE plays its script, without a screen, with the Lua module from an installation; what it says and draws
# is right. Usage: love.sh BUILD [PICTURE]      PICTURE: where the last frame is kept
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
build=$1
picture=${2-$work/toy.png}
need love luajit xvfb xauth libgl1-mesa-dri meson python3-matplotlib
libraries=$(libraries_of "$build")

# play FRAMES: by the module of the installation alone, and drawn by the processor.
play() {
    (cd / && HOME=$work LUA_CPATH="$libraries/lua/5.1/?.so" LIBGL_ALWAYS_SOFTWARE=1 SDL_AUDIODRIVER=dummy \
        timeout 300 xvfb-run -a -s '-screen 0 1280x800x24' love "$root/examples/love" --frames "$1" \
        --picture "$picture") >"$work/said" && cat "$work/said"
}

# The script holds a current of 10 for 300 ms, from rest on, and kicks later: what the module says of that.
says_what_happens() {
    # shellcheck disable=SC2016
    LUA_CPATH="$libraries/lua/5.1/?.so" luajit -e '
        local izh = require "izh"
        local s = izh.Solver(izh.params_2003(.02, .2, -65, 8))
        local n, first = 0, nil
        s:on_spike(function(event) n, first = n + 1, first or event.t end)
        s:set_current(10)
        s:run(300)
        print(("274 frames, %d spikes\nfirst spike %.9f ms after the current\n1 by the kick"):format(n + 1, first))
    ' >"$work/expected" && diff -u "$work/expected" "$work/said"
}

# The trace has its spikes, the plane its lines and the dot, and the cell its flash: counted by their colours.
shows_what_happens() {
    /usr/bin/python3 - "$picture" <<'END'
import sys
import matplotlib.image
picture = matplotlib.image.imread(sys.argv[1])[..., :3]
height, width = picture.shape[:2]

def count(colour, x0, x1, y0, y1):
    part = picture[int(y0 * height):int(y1 * height), int(x0 * width):int(x1 * width)]
    return int((abs(part - colour).max(axis=2) < .08).sum())

BLUE, RED, GREEN, GOLD = (.12, .42, .7), (.82, .2, .18), (.15, .55, .35), (.95, .72, .2)
trace = picture[int(.14 * height):int(.16 * height), int(.34 * width):int(.97 * width)]
columns = (abs(trace - BLUE).max(axis=2) < .25).any(axis=0).nonzero()[0]
spikes = 1 + int((columns[1:] > columns[:-1] + 5).sum()) if len(columns) else 0
seen = {
    'spikes at the top of the trace, right of the texts': (spikes, spikes == 7),
    'trace': (count(BLUE, .06, .97, .08, .5), count(BLUE, .06, .97, .08, .5) > 2000),
    'current': (count(GREEN, .06, .97, .08, .5), count(GREEN, .06, .97, .08, .5) > 500),
    'nullclines': (count(GOLD, .06, .5, .58, .92), count(GOLD, .06, .5, .58, .92) > 300),
    'dot': (count(RED, .06, .5, .58, .92), count(RED, .06, .5, .58, .92) > 30),
}
halo = picture[int(.75 * height), int((.77 - .13 * 1.3 * height / width) * width)]
seen['flash'] = (halo.round(2).tolist(), halo[0] - halo[2] > .2)
print(seen)
sys.exit(0 if all(good for _, good in seen.values()) else 1)
END
}

report 'the module is installed' install_from "$build"
report 'the toy plays' play 274
report 'it says what happens' says_what_happens
report 'it shows what happens' shows_what_happens
end_part
