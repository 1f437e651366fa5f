# Draws what examples/analysis printed into phase.csv, bifurcations.csv, f-i.csv and strength-duration.csv:
# gnuplot analysis.gp, where they are.
set encoding utf8
set decimalsign '.'
set datafile separator ','
set datafile missing 'nan'
set border 3 lc rgb '#606060'
set tics nomirror out scale .6 tc rgb '#303030'
set key tc rgb '#303030'
blue = '#0072b2'; orange = '#c94a00'; green = '#00794f'; soft = '#767676'; ink = '#222222'
array colors[8] = ['#0072b2', '#00794f', '#b0508a', '#c94a00', '#222222', '#8a6d00', '#3a9bd0', '#7a3db8']
array names[8] = ['RS', 'IB', 'CH', 'LTS', 'FS', 'LS', 'TC', 'RTN']
array classes[8] = [1, 2, 1, 2, 2, 2, 1, 2]
array most[8] = [400, 800, 600, 400, 400, 400, 200, 200] # pA, as in the program

set terminal svg size 900,640 dynamic enhanced font 'sans-serif,17' background '#ffffff'
set output 'phase-plane.svg'
set title 'the regular spiking cell of 2007 under 20 pA: a kick of 15 mV fades, one of 16 mV fires'
set xlabel 'v (mV)'; set ylabel 'u (pA)'
set xrange [-75:-20]; set yrange [-70:70]
set key bottom center outside horizontal Left reverse samplen 2 maxcols 3
plot 'phase.csv' index 0 using 1:2 with lines lw 2 lc rgb soft title "v' = 0", \
     '' index 0 using 1:3 with lines lw 2 dt 2 lc rgb soft title "u' = 0", \
     '' index 4:5 using 1:2 with lines lw 2.5 lc rgb blue title 'threshold: the saddle''s stable manifold', \
     '' index 2:3 using 1:2 with lines lw 1.5 lc rgb green title 'its unstable manifold', \
     '' index 6:6 using 1:2 with lines lw 2 dt 4 lc rgb orange title 'the weaker kick', \
     '' index 7:7 using 1:2 with lines lw 2 lc rgb orange title 'the stronger one', \
     '' index 1 using 1:2 every ::0::0 with points pt 7 ps 1.3 lc rgb ink title 'stable node', \
     '' index 1 using 1:2 every ::1::1 with points pt 6 ps 1.3 lw 2 lc rgb ink title 'saddle'

set terminal svg size 1000,460 dynamic enhanced font 'sans-serif,17' background '#ffffff'
set output 'bifurcations.svg'
set multiplot layout 1,2
set key default
set key center left tc rgb '#303030'
set xlabel 'I (pA)'; set ylabel 'v at equilibria (mV)'
set title 'RS: rest ends in a saddle-node, class 1'
set xrange [-40:80]; set yrange [-66:-38]
plot 'bifurcations.csv' index 0 using 1:2 with lines lw 2.5 lc rgb blue title 'stable', \
     '' index 1 using 1:2 with lines lw 2 dt 2 lc rgb orange title 'not stable', \
     '' index 2 using 1:2 with points pt 7 ps 1 lc rgb ink title 'bifurcation'
set title 'LTS: rest ends in a Hopf bifurcation, class 2'
set xrange [-40:140]; set yrange [-60:-30]
plot 'bifurcations.csv' index 3 using 1:2 with lines lw 2.5 lc rgb blue title 'stable', \
     '' index 4 using 1:2 with lines lw 2 dt 2 lc rgb orange title 'not stable', \
     '' index 5 using 1:2 with points pt 7 ps 1 lc rgb ink title 'bifurcation'
unset multiplot

set terminal svg size 1200,600 dynamic enhanced font 'sans-serif,17' background '#ffffff'
set output 'f-i.svg'
set multiplot layout 2,4 title 'the book''s cells: rate (1/s) over current (pA), of the first interval and once it is steady'
unset ylabel; unset xlabel
set yrange [0:*]; set xrange [0:*]
do for [i = 1:8] {
    set title sprintf('%s, class %d', names[i], classes[i])
    set xtics 100*ceil(most[i]/400.)
    if (i == 1) { set key default; set key top left tc rgb '#303030' } else { unset key }
    plot 'f-i.csv' index i-1 using 1:2 with lines lw 1.5 lc rgb orange title 'first', \
         '' index i-1 using 1:3 with lines lw 2 lc rgb blue title 'steady'
}
unset multiplot

set terminal svg size 900,500 dynamic enhanced font 'sans-serif,17' background '#ffffff'
set output 'strength-duration.svg'
set title 'the least current of a pulse that fires, as a share of that of 5 s'
set xlabel 'duration of the pulse (ms)'; set ylabel 'I / I(5 s)'
set logscale xy
set xrange [.1:1000]; set yrange [.9:600]
set key default
set key top right tc rgb '#303030'
set xtics auto
plot for [i = 1:8] 'strength-duration.csv' index i-1 using 1:3 with lines lw 2 lc rgb colors[i] title names[i]
