% The network of E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14 (2003):
% 800 excitatory and 200 inhibitory neurons, each connected to each, for a second. What the paper's listing does
% in its loop, libizh does: by the same steps of 1 ms, with spikes counted at their ends.
%
%   firings = net()          rows [t i], as the listing has them
%   firings = net(duration)  for so many ms
function firings = net(duration = 1000)
    Ne = 800; Ni = 200;
    [params, S] = paper_network(Ne, Ni);

    options = struct('method', 'published-2003', 'events', 'grid', ...
                     'receptors', struct('kind', 'current'));     % all at once, in the next ms
    h = izh('network', Ne + Ni, options);
    izh('set_params', h, params);
    izh('set_state', h, [-65 * ones(Ne + Ni, 1), -65 * params(:, 2)]);
    [target, source] = ndgrid(1:Ne + Ni, 1:Ne + Ni);
    izh('connect', h, source(:), target(:), S(:), 0);

    firings = [];
    for t = 1:duration
        izh('set_current', h, [5 * randn(Ne, 1); 2 * randn(Ni, 1)]); % thalamic input
        firings = [firings; izh('run', h, t)]; %#ok<AGROW>
    end
    izh('delete', h);
end
