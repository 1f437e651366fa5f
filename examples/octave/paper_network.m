% The neurons and the weights of the 2003 paper: rows a b c d, and S(i, j) from j to i.
function [params, S] = paper_network(Ne, Ni)
    re = rand(Ne, 1); ri = rand(Ni, 1);
    params = [0.02 * ones(Ne, 1), 0.2 * ones(Ne, 1), -65 + 15 * re .^ 2, 8 - 6 * re .^ 2
              0.02 + 0.08 * ri, 0.25 - 0.05 * ri, -65 * ones(Ni, 1), 2 * ones(Ni, 1)];
    S = [0.5 * rand(Ne + Ni, Ne), -rand(Ne + Ni, Ni)];
    S = round(S * 2 ^ 20) / 2 ^ 20; % no finer than libizh's weights are
end
