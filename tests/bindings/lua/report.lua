-- The report's scenario, and its spikes from quadruple precision (tests/reference/spikes.csv).
local izh = require "izh"
return {
    params = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100),
    initial = {-60, 0},
    stimulus = {{101, 70}},
    spikes = {201.0224709569527329, 348.8095578693403655, 496.6640773642638478, 644.5185823306922809,
              792.3730873002390488, 940.2275922697851474},
    v_end = -53.76179615316104863,
    u_end = 1.910006056031906362,
}
