# Draws what izh-pinn --data wrote, in the folder it wrote to: gnuplot plots.gp. SVG and PNG.
set encoding utf8
set decimalsign '.'
set border 3 lc rgb '#606060'
set tics nomirror out scale .6 tc rgb '#303030'
set grid lc rgb '#e4e4e4' lt 1
set lmargin 10
set style line 1 lc rgb '#c4c4c4' lw 5
set style line 2 lc rgb '#0072b2' lw 1.6
set style line 3 lc rgb '#d55e00' lw 1.6 dt (6,3)
voltage = system("test -s voltage.dat && echo 1 || echo 0") + 0
flow = system("test -s flow.dat && echo 1 || echo 0") + 0

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,860 dynamic enhanced font 'sans-serif,14' background '#ffffff'
    } else {
        set terminal pngcairo size 1100,860 enhanced font 'sans,10' background '#ffffff'
    }

    set output 'v.'.format
    set multiplot layout 2,1
    unset logscale; set format y '%g'
    set ylabel 'v (mV)'; set xlabel 't (ms)'
    set key tmargin right horizontal
    set title 'the whole second'
    if (voltage) {
        plot 'exact.dat' using 1:2 with lines ls 1 t 'exact', \
             'pinn.dat' using 1:2 with lines ls 2 t 'networks of the phase', \
             'voltage.dat' using 1:2 with lines ls 3 t 'one network of v'
    } else {
        plot 'exact.dat' using 1:2 with lines ls 1 t 'exact', \
             'pinn.dat' using 1:2 with lines ls 2 t 'networks of the phase'
    }
    set title 'the first spike'; unset key
    if (voltage) {
        plot [185:215] 'exact.dat' using 1:2 with lines ls 1 t 'exact', \
             'pinn.dat' using 1:2 with lines ls 2 t 'networks of the phase', \
             'voltage.dat' using 1:2 with lines ls 3 t 'one network of v'
    } else {
        plot [185:215] 'exact.dat' using 1:2 with lines ls 1 t 'exact', \
             'pinn.dat' using 1:2 with lines ls 2 t 'networks of the phase'
    }
    unset multiplot

    unset mytics
    set output 'residual.'.format
    set multiplot layout 2,1
    set logscale y; set format y '10^{%T}'
    unset key
    set title 'residual of the equation, per window; where it is zero, nothing is drawn'
    set ylabel 'residual'
    plot [0:1000] 'residual.dat' using 1:($2 > 0 ? $2 : NaN) with lines ls 2
    set title 'length of the windows'
    set ylabel 'length (ms)'; set format y '%g'
    plot [0:1000] 'windows.dat' using ($1 + $2/2):2 with points pt 7 ps .5 lc rgb '#0072b2'
    unset multiplot

    set output 'loss.'.format
    set format y '10^{%T}'
    set xlabel 'iteration'; set ylabel 'loss'
    if (voltage) {
        set multiplot layout 2,1
    }
    set title 'networks of the phase: each sawtooth is a window; a loss of zero is not drawn'
    plot 'loss.dat' using 1:($2 > 0 ? $2 : NaN) with lines ls 2
    if (voltage) {
        set title 'one network of v: Adam, then L-BFGS'
        plot 'voltage-loss.dat' using 1:($2 > 0 ? $2 : NaN) with lines ls 3
        unset multiplot
    }
    unset logscale; set format y '%g'

    if (flow) {
        set output 'flow.'.format
        set multiplot layout 2,1
        set xlabel 't (ms)'; set ylabel 'v (mV)'
        set key tmargin right horizontal
        set title 'a flow map under a current drawn after training'
        plot [0:1000] 'flow-exact.dat' using 1:2 with lines ls 1 t 'exact', \
             'flow.dat' using 1:2 with lines ls 2 t 'flow map'
        unset key
        set title 'the current'
        set ylabel 'I (pA)'
        plot [0:1000] 'flow-current.dat' using 1:2 with lines ls 2
        unset multiplot
    }
    unset output
}
