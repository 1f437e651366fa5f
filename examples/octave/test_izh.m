% Tests of the MEX file, against loops that know nothing of libizh. Prints TAP.
function test_izh()
    tests = {@one_neuron, @steps_of_a_loop, @populations, @the_paper, @conductances, @wrong_things};
    printf('1..%d\n', numel(tests));
    for k = 1:numel(tests)
        try
            tests{k}();
            printf('ok %d - %s\n', k, func2str(tests{k}));
        catch problem
            printf('not ok %d - %s\n# %s\n', k, func2str(tests{k}), problem.message);
        end
    end
end

function one_neuron() % the first spikes of the quickstart
    h = izh('solver', [.02 .2 -65 8], struct('initial', [-65 -13]));
    izh('set_current', h, 10);
    S = izh('run', h, 100);
    assert(S(:, 1), [3.127055303877; 26.226024634148; 71.057097328210], -1e-11);
    assert(S(:, 2), [1; 1; 1]);
    assert(izh('time', h), 100);
    izh('delete', h);
end

function steps_of_a_loop() % of the 2007 form, by forward Euler
    C = 100; k = .7; vr = -60; vt = -40; vpeak = 35; a = .03; b = -2; c = -50; d = 100; dt = .05;
    v = vr; u = 0; spikes = [];
    for n = 1:round(300 / dt)
        [v, u] = deal(v + dt * (k * (v - vr) * (v - vt) - u + 100) / C, u + dt * a * (b * (v - vr) - u));
        if v >= vpeak
            spikes(end + 1, 1) = n * dt; v = c; u = u + d;
        end
    end
    h = izh('solver', [C k vr vt vpeak a b c d], struct('initial', [vr 0], 'method', 'euler', 'events', 'grid', 'dt', dt));
    izh('set_current', h, 100);
    S = izh('run', h, 300);
    assert(numel(spikes) > 2);
    assert(S(:, 1), spikes, 1e-9);
    assert(izh('state', h), [v u], 1e-6);
    izh('delete', h);
end

function populations() % each neuron is the solver of its parameters
    P = [.02 .2 -65 8; .1 .2 -65 2; .02 .25 -50 2];
    h = izh('population', 3, struct('method', 'rk4', 'dt', .1));
    izh('set_params', h, P);
    izh('set_state', h, [-65 -13]);
    izh('set_current', h, [10 8 12]);
    S = izh('run', h, 200);
    for i = 1:3
        one = izh('solver', P(i, :), struct('method', 'rk4', 'dt', .1, 'initial', [-65 -13]));
        izh('set_current', one, [10 8 12](i));
        alone = izh('run', one, 200);
        assert(rows(alone) > 3 && isequal(S(S(:, 2) == i, 1), alone(:, 1)));
        izh('delete', one);
    end
    izh('delete', h);
end

function the_paper() % spike for spike what the listing of 2003 gives, with its own loop
    rand('twister', 1); randn('twister', 2);
    firings = net(300);
    rand('twister', 1); randn('twister', 2);
    Ne = 800; Ni = 200;
    [params, S] = paper_network(Ne, Ni);
    a = params(:, 1); b = params(:, 2); c = params(:, 3); d = params(:, 4);
    v = -65 * ones(Ne + Ni, 1); u = b .* v; fired = []; expected = [];
    for t = 1:300
        I = [5 * randn(Ne, 1); 2 * randn(Ni, 1)] + sum(S(:, fired), 2);
        v = v + 0.5 * (0.04 * v .^ 2 + 5 * v + 140 - u + I);
        v = v + 0.5 * (0.04 * v .^ 2 + 5 * v + 140 - u + I);
        u = u + a .* (b .* v - u);
        fired = find(v >= 30);
        expected = [expected; t + 0 * fired, fired];
        v(fired) = c(fired); u(fired) = u(fired) + d(fired);
    end
    assert(rows(expected) > 1000);
    assert(isequal(firings, expected));
end

function conductances() % a source's spike onto a neuron at rest
    h = izh('network', 2, struct('method', 'rk4', 'dt', .1, 'sources', 1, ...
            'receptors', struct('kind', {'jump', 'conductance'}, 'tau', {0, 5}, 'E', {0, 0}, 'range', {0, 1})));
    izh('set_params', h, [.02 .2 -65 8]);
    izh('set_state', h, [-70 -14]);
    izh('connect', h, 3, [1 2], [5 3], 1);
    izh('connect', h, 3, 1, .05, 2, 2);
    izh('send', h, [10 20], 1);
    izh('run', h, 11);
    before = izh('state', h);
    izh('run', h, 11.1);
    after = izh('state', h);
    assert(after(:, 1) - before(:, 1), [5; 3], .2);
    izh('run', h, 14);
    after = izh('state', h);
    assert(after(1, 1) > after(2, 1) + 4);
    assert(isempty(izh('run', h, 19)));
    izh('delete', h);
end

function wrong_things()
    h = izh('population', 2);
    refused(@() izh('set_current', h, [1 2 3]), 'one for each neuron');
    refused(@() izh('run', h, NaN), 'nan');
    refused(@() izh('connect', h, 1, 2, 3, 0), 'connect is not for a population');
    refused(@() izh('set_params', h, [1 2 3]), '4 columns');
    refused(@() izh('population', 1.5), 'no whole number');
    refused(@() izh('population', 2, struct('method', 'none')), 'method = ''none''');
    refused(@() izh('solver', [0 0 0 0 0 0 0 0 0]), '');
    refused(@() izh('fly'), 'is no command');
    refused(@() izh(), 'the command is missing');
    izh('delete', h);
    refused(@() izh('run', h, 1), 'is no object');
end

function refused(call, text)
    try
        call();
    catch problem
        assert(strncmp(problem.identifier, 'izh:', 4));
        assert(isempty(text) || ~isempty(strfind(lower(problem.message), text)), problem.message);
        return;
    end
    error('%s was not refused', func2str(call));
end
