# Draws what examples/reward printed into reward.csv: gnuplot reward.gp, where that is.
set encoding utf8
set decimalsign '.'
set datafile separator ','
set border 3 lc rgb '#606060'
set tics nomirror out scale .6 tc rgb '#303030'
set terminal svg size 900,420 dynamic enhanced font 'sans-serif,14' background '#ffffff'
set output 'reward.svg'
set title 'a reward that comes seconds after a pair of spikes lets its synapse grow'
set xlabel 't (minutes)'
set xrange [0:60]
set xtics 10
set ylabel 'weight (mV/ms)'
set yrange [0:4.6]
set key top right horizontal
plot 'reward.csv' using ($1/60):2 every 5::1 with lines lw 2 lc rgb '#c94a00' title 'the synapse between the two', \
     '' using ($1/60):3 every 5::1 with lines lw 2 lc rgb '#0072b2' title 'mean of all others'
