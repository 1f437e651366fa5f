# Draws what the README shows first: v of a chattering neuron, which izh-patterns --data wrote, and the spikes
# that examples/network printed into raster.csv. gnuplot overview.gp, where they are.
set encoding utf8
set decimalsign '.'
blue = '#0072b2'; orange = '#c94a00'; ink = '#222222'
set terminal pngcairo size 1600,640 enhanced font 'sans,20' background '#ffffff'
set output 'overview.png'
set border 3 lc rgb '#606060'
set tics nomirror out scale .6 tc rgb '#303030'
unset key
set multiplot layout 1,2
set lmargin 8; set rmargin 3; set bmargin 3.5; set tmargin 2.5
set xlabel 'ms' tc rgb ink
set title 'one neuron, chattering: v in mV' tc rgb ink
set xrange [0:150]; set yrange [-85:35]
plot '2003-CH-exact.dat' using 1:2 with lines lw 2.5 lc rgb blue
set datafile separator ','
set title '1000 neurons: each dot a spike; the top 200 inhibit' tc rgb ink
set xrange [0:1000]; set yrange [0:1000]
plot 'raster.csv' using 1:($2 < 800 ? $2 : 1/0) with points pt 7 ps .35 lc rgb blue, \
     '' using 1:($2 < 800 ? 1/0 : $2) with points pt 7 ps .35 lc rgb orange
unset multiplot
