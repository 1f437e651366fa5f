# Draws what examples/polychronization printed into polychronization-SECOND.csv, where those are: gnuplot
# polychronization.gp.
set encoding utf8
set decimalsign '.'
set datafile separator ','
blue = '#0072b2'; orange = '#c94a00'
set border 3 lc rgb '#606060'
set tics nomirror out scale .6 tc rgb '#303030'

# Rasters have some 10000 points each: a megabyte as SVG, and less in few colours.
set terminal png size 1500,1500 enhanced font 'DejaVuSans,21' background '#ffffff'
set output 'polychronization.png'
set multiplot layout 3,1 margins .08,.885,.075,.96 spacing 0,.075
set xrange [0:1000]
set xtics 100
set yrange [0:1000]
set ytics 200
set ylabel 'neuron' offset 1
unset key
do for [s in '1 100 3600'] {
    set title 'second '.s offset 0,-.6
    if (s eq '3600') { set xlabel 't within the second (ms)' offset 0,.4 }
    set label 1 'inhibitory' at 1012,900 left tc rgb orange
    set label 2 'excitatory' at 1012,400 left tc rgb blue
    plot 'polychronization-'.s.'.csv' index 0 using ($1 - (s - 1)*1000):($2 < 800 ? $2 : NaN) with points pt 7 ps .35 lc rgb blue, \
         '' index 0 using ($1 - (s - 1)*1000):($2 < 800 ? NaN : $2) with points pt 7 ps .35 lc rgb orange
}
unset multiplot
unset label

set terminal svg size 900,420 dynamic enhanced font 'sans-serif,14' background '#ffffff'
set output 'polychronization.svg'
set multiplot layout 1,2 margins .085,.97,.17,.9 spacing .115,0
set ylabel offset 0
set xlabel 'weight (mV/ms)' offset 0
set title 'excitatory weights after an hour' offset 0
set xrange [0:10]
set xtics 2
set yrange [0:*]
set ytics autofreq
set ylabel 'thousand synapses'
set style fill solid
plot 'polychronization-3600.csv' index 1 using ($1 + .25):($3/1000) with boxes lc rgb blue
set title 'power of the excitatory rhythm'
set xlabel 'frequency (Hz)'
set xrange [0:100]
set xtics 20
set ylabel 'power (1: independent neurons)'
set yrange [.3:2000]
set logscale y
set format y '10^{%T}'
set key top right
plot 'polychronization-10.csv' using 1:2 with lines lw 2 lc rgb orange title 'seconds 1 to 10', \
     'polychronization-3600.csv' index 2 using 1:2 with lines lw 2 lc rgb blue title 'seconds 3591 to 3600'
unset multiplot
