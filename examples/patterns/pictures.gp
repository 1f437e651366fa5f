# Draws what izh-patterns --data wrote, in the folder it wrote to, a picture a family, SVG and PNG:
# gnuplot pictures.gp. Blue: the equations; orange: the publication's program; grey below: the current, with
# its scale. The bar at the left of each panel is 50 mV high.
set encoding utf8
set decimalsign '.'
blue = '#0072b2'; sky = '#7cc3f0'; orange = '#c94a00'; ink = '#222222'; soft = '#767676'

array names[32]; array labels[32]; array titles[32]; array T[32]; array low[32]; array high[32]
array published[32]; array exact[32]; array away[32]

# family, columns, width and height of a panel, range of v, what the picture is
array families[4] = ['2003', '2004', '2007', 'report']
array columns[4] = [4, 4, 4, 1]
array units[4] = ['mV/ms', 'mV/ms', 'pA', 'pA'] # of the current
array floors[4] = [-95., -95., -85., -75.]
array tops[4] = [34., 34., 54., 40.]
array about[4] = ['Izhikevich 2003, figure 2:{/:Bold  eight neurons}', \
    'Izhikevich 2004, figure 1:{/:Bold  twenty patterns}', \
    'Izhikevich 2007, chapter 8:{/:Bold  cells of the book}', \
    'The report''s{/:Bold  regular spiking neuron}']

array programs[4] = ['the publication''s program', 'the publication''s program', \
    'Euler, 1 ms, the book''s for RS', 'Euler, 1 ms, the report''s']

# The step of the time axis: 1, 2 or 5 times a power of ten, four or so a panel.
step(t) = (d = 10.**floor(log10(t/4)), r = t/4/d, r < 1.5 ? d : r < 3.5 ? 2*d : r < 7.5 ? 5*d : 10*d)
is_there(name) = system('test -s '.name.' && echo 1 || echo 0') + 0

do for [f = 1:4] {
    file = 'panels-'.families[f].'.gp'
    if (is_there(file)) {
        n = 0
        load file
        rows = (n + columns[f] - 1)/columns[f]
        wide = columns[f] == 1 ? 900. : 1320.
        head = 74.
        tall = head + rows*(columns[f] == 1 ? 300. : 196.)
        floor_v = floors[f]; top_v = tops[f]
        span = top_v - floor_v
        bottom = floor_v - .24*span   # the current's graph takes the lowest sixth
        ground = floor_v - .20*span; roof = floor_v - .06*span
        do for [format in "svg png"] {
            if (format eq "svg") {
                set terminal svg size wide,tall enhanced font 'sans-serif,13' background '#ffffff'
            } else {
                set terminal pngcairo size 1.5*wide,1.5*tall enhanced font 'sans,9' fontscale 1.5 \
                    linewidth 1.5 background '#ffffff'
            }
            set output 'patterns-'.families[f].'.'.format
            set multiplot
            # The head.
            unset border; unset tics; unset key; unset xlabel
            set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
            set origin 0,0; set size 1,1
            set xrange [0:1]; set yrange [0:1]
            y = 1 - 24./tall
            set label 1 about[f] at .012,y left tc rgb ink font ',19'
            set label 2 'v over t in ms; in grey the current, its scale at the right in '.units[f].'; above, how many spikes' at .012,y - 26./tall left tc rgb soft font ',13'
            set label 3 '{/:Bold ━━}  the equations, exact' at columns[f] == 1 ? .46 : .57,y left tc rgb blue font ',15'
            set label 4 published[1] < 0 ? '' : '{/:Bold ━━}  '.programs[f] at columns[f] == 1 ? .71 : .77,y left tc rgb orange font ',15'
            plot 1/0 notitle
            unset label
            do for [i = 1:n] {
                c = (i - 1)%columns[f]; r = (i - 1)/columns[f]
                pw = 1./columns[f]; ph = (1 - head/tall)/rows
                x0 = c*pw; y0 = 1 - head/tall - (r + 1)*ph
                # Room for the bar of 50 mV, and for the current's values: 24 and 26 px.
                set lmargin at screen x0 + 24./wide; set rmargin at screen x0 + pw - 32./wide
                set bmargin at screen y0 + .15*ph; set tmargin at screen y0 + .86*ph
                set xrange [0:T[i]]; set yrange [bottom:top_v]
                set border 1 lc rgb '#a8a8a8' lw .8
                set xtics step(T[i]) nomirror out scale .45 tc rgb soft font ',11.5' offset 0,.45 \
                    format '%g'
                unset ytics
                set label 1 '{/:Bold '.labels[i].'}  '.titles[i] at graph 0,1.075 left tc rgb ink font ',13.5'
                same = published[i] == exact[i]
                set label 2 (same || published[i] < 0 ? sprintf('%d', exact[i]) : away[i] > 0 ? '∞' : \
                    sprintf('%d', exact[i])) at graph 1,1.075 right tc rgb blue font ',13.5'
                if (!same && published[i] >= 0) {
                    set label 3 sprintf('{/:Bold %d}', published[i]) at graph 1,1.075 right offset -3.2,0 tc rgb orange font ',13.5'
                } else {
                    unset label 3
                }
                if (away[i] > 0) {
                    set arrow 1 from away[i],floor_v to away[i],top_v nohead lc rgb blue lw .8 dt (4,3)
                    set label 4 "the equations\nrun away" at graph .995,.93 right tc rgb blue font ',11.5'
                } else {
                    unset arrow 1; unset label 4
                }
                reach = high[i] - low[i] > 0 ? high[i] - low[i] : 1
                level(I) = ground + (roof - ground)*(I - low[i])/reach
                set arrow 2 from graph 0,first floor_v to graph 0,first floor_v + 50 nohead lc rgb ink lw 2
                set label 5 '50 mV' at graph 0,first floor_v + 25 center rotate by 90 offset -.8,0 tc rgb soft font ',10.5'
                set label 6 sprintf('%g', high[i]) at graph 1,first level(high[i]) left offset .3,0 tc rgb soft font ',11.5'
                if (high[i] > low[i]) {
                    set label 7 sprintf('%g', low[i]) at graph 1,first level(low[i]) left offset .3,0 tc rgb soft font ',11.5'
                } else {
                    unset label 7
                }
                plot names[i].'-current.dat' using 1:(level($2)):(level(0)) with filledcurves fc rgb '#d9d9d9' notitle, \
                    '' using 1:(level($2)) with lines lc rgb '#8c8c8c' lw 1 notitle, \
                    names[i].'-exact.dat' using 1:2 with lines lc rgb sky lw 2.8 notitle, \
                    (published[i] < 0 ? names[i].'-exact.dat' : names[i].'-published.dat') \
                        using 1:(published[i] < 0 || $2 < floor_v ? 1/0 : $2) with lines lc rgb orange lw 1.2 notitle
                unset label; unset arrow
            }
            unset multiplot
            unset output
        }
    }
}
