% IZH  Izhikevich neurons, solved right: libizh for GNU Octave and MATLAB.
%
%   Build it here, with libizh installed:  mkoctfile --mex izh.c -lizh     (MATLAB: mex izh.c -lizh)
%
%   h = izh('solver', params)             one neuron; params: [a b c d], or [C k vr vt vpeak a b c d]
%   h = izh('solver', params, options)    options: struct with initial [v u], method, events, dt
%   h = izh('population', n, options)     n neurons; options: method, events, dt, noise_sigma, seed, threads
%   h = izh('network', n, options)        besides: sources, and receptors, a struct array with kind ('jump',
%                                         'current', 'conductance'), tau, rise, E and range
%   izh('set_params', h, P)               rows as above: one, or one for each neuron
%   izh('set_state', h, X)                rows [v u]: one, or one for each neuron
%   izh('set_current', h, I)              a number, or one for each neuron
%   izh('connect', h, source, target, weight, delay, receptor)
%                                         numbers from 1; sources count on after the neurons; delay in ms;
%                                         receptor: which of them. Default: 1
%   izh('send', h, t, i)                  source i spikes at t, ms
%   S = izh('run', h, t_end)              runs to a time; the spikes: rows [t i], neurons from 1
%   X = izh('state', h)                   rows [v u]
%   t = izh('time', h)
%   izh('delete', h)
%
%   Units: ms, mV, pA, nS, pF; of the 2003 form currents are mV/ms. Errors have the library's message, and
%   identifiers such as izh:IZH_E_INVALID.
error('izh:build', 'izh is not built: mkoctfile --mex izh.c -lizh, in the folder of izh.c');
