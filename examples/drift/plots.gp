# Draws what izh-drift --data wrote, in the folder it wrote to: gnuplot plots.gp. SVG and PNG.
set encoding utf8
set decimalsign '.'
set datafile missing '?'
set border 3 lc rgb '#606060'
set tics nomirror out scale .6 tc rgb '#303030'
load 'about.gp'
if (exact == 0) {
    print 'No picture: the exact train has no spikes to compare with.'
    exit
}

# Colours that stay apart for colour-blind readers (Okabe and Ito; the last after Tol).
array colour[8] = ['#e69f00', '#d55e00', '#0072b2', '#56b4e9', '#cc79a7', '#999933', '#009e73', '#882255']
array point[8] = [5, 7, 9, 12, 11, 13, 4, 6]
width(i) = i == 2 ? 6 : 1.8 # below genn, which has the same scheme

# A column's heading, such as "figure1 0.25 ms: 23".
head(file, i) = system(sprintf("head -1 %s | cut -d '\"' -f %d", file, 2 * i))
columns(file) = system(sprintf("head -1 %s | tr -cd '\"' | wc -c", file)) / 2
fine_count = columns('fine.dat')
# Which row a column of the finer steps belongs to: not every program has them.
array row_of[8]
do for [i = 1:rows] {
    do for [j = 1:fine_count] {
        if (word(head('usual.dat', i), 1) eq word(head('fine.dat', j), 1)) { row_of[j] = i }
    }
}
array legend[8]
do for [i = 1:rows] { legend[i] = head('usual.dat', i).' spikes' }
do for [j = 1:fine_count] {
    legend[row_of[j]] = legend[row_of[j]].'; '.substr(head('fine.dat', j), strlen(word(head('fine.dat', j), 1)) + 2, 99)
}

tall = 985.
do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,tall dynamic enhanced font 'sans-serif,14' background '#ffffff'
    } else {
        set terminal pngcairo size 1100,tall enhanced font 'sans,10' background '#ffffff'
    }
    set output 'drift.'.format
    set multiplot

    # The trains: the exact one's spikes go down as lines, so that the eye sees who leaves them.
    set lmargin at screen .165; set rmargin at screen .975
    set tmargin at screen .925; set bmargin at screen .61
    set title "spikes at the times that each program gives them, over the exact ones (grey)\n".about
    set xrange [0:until]; set yrange [rows + .6:-.6]
    set xlabel 't (ms)' offset 0,.3; unset ylabel; unset grid; unset key; unset label
    unset ytics
    set ytics scale 0
    set ytics add ('exact' 0)
    do for [i = 1:rows] {
        name = head('usual.dat', i)
        set ytics add (substr(name, 1, strstrt(name, ':') - 1) i)
    }
    plot 'trains.dat' index 0 using 2:(-.4):(0):(rows + .8) with vectors nohead lw 1 lc rgb '#d0d0d0', \
         'trains.dat' index 0 using 2:(-.4):(0):(.8) with vectors nohead lw 2.5 lc rgb '#000000', \
         for [i = 1:rows] 'trains.dat' index i using 2:(i - .36):(0):(.72) with vectors nohead lw 2.5 \
             lc rgb colour[i]

    # How late each spike is.
    set xrange [0:exact + 1]; set autoscale y
    unset ytics; set ytics nomirror out autofreq scale .6; set xlabel 'number of the spike'
    set grid lc rgb '#e4e4e4' lt 1
    set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead lw 1.5 lc rgb '#606060'
    set tmargin at screen .515; set bmargin at screen .215
    set lmargin at screen .07; set rmargin at screen .515
    set ylabel 'late (ms)' offset 1
    set title sprintf('as the programs are mostly used; the exact train has %d spikes', exact)
    set offsets 0, 0, graph .08, 0
    # The one that ends the farthest off says so.
    worst = 0
    do for [i = 1:rows] {
        D_records = 0
        stats 'usual.dat' using 1:(column(i + 1)) skip 1 name 'D' nooutput
        last = D_records > 0 && abs(D_max_y) > abs(D_min_y) ? D_max_y : D_records > 0 ? D_min_y : 0
        if (abs(last) > abs(worst)) { worst = last; place = D_records }
    }
    if (worst != 0) {
        set label 1 sprintf('%+.0f ms at spike %d', worst, place) at place, worst center offset 0, .9
    }
    plot for [i = 1:rows] 'usual.dat' using 1:(column(i + 1)) skip 1 with linespoints lw width(i) ps .7 \
             pt point[i] lc rgb colour[i]
    unset label 1; unset offsets
    set lmargin at screen .57; set rmargin at screen .975
    set title 'with finer steps (mind the scale)'
    unset ylabel
    plot for [j = 1:fine_count] 'fine.dat' using 1:(column(j + 1)) skip 1 with linespoints \
             lw width(row_of[j]) ps .7 pt point[row_of[j]] lc rgb colour[row_of[j]]
    unset arrow 1

    # One legend for both, for they have the same colours.
    unset border; unset tics; unset title; unset xlabel; unset grid
    set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen .14; set bmargin at screen .01
    set key at screen .07, .135 left top vertical maxrows 4 Left reverse samplen 2 spacing 1.15 width 2
    set xrange [0:1]; set yrange [0:1]
    plot for [i = 1:rows] NaN with linespoints lw width(i) ps .7 pt point[i] lc rgb colour[i] title legend[i]
    unset multiplot
    set border 3 lc rgb '#606060'; set tics nomirror out scale .6 tc rgb '#303030'
    unset output
}
