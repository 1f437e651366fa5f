-- izh.metric_...: the numbers of C, and what is refused.
local izh, tap = require "izh", require "tap"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

test("two trains are compared", function()
    local a, b = {10, 20, 30}, izh.buffer {10.5, 21, 45}
    close(izh.metric_van_rossum({30}, {40}, 5), math.sqrt(1 - math.exp(-2)), 1e-15)
    close(izh.metric_victor_purpura(a, b, .1), .05 + .1 + 1.5, 1e-14)
    local chance = 2 * 3 / 100 * .6
    close(izh.metric_coincidence(a, b, .6, 100), (1 - chance * 3) / 3 / (1 - chance), 1e-14)
    same(izh.metric_spike(a, a, 0, 100), 0)
    -- One spike in the middle against none: S = 100 t/(2 75^2) up to it, and falls as it rose.
    close(izh.metric_spike({50}, {}, 0, 100), 2 / 9, 1e-14)
end)

test("intervals are described", function()
    local of = izh.metric_intervals {0, 1, 3}
    same(of.count, 2)
    same(of.mean, 1.5)
    close(of.rate, 1000 / 1.5, 1e-10)
    close(of.lv, 1 / 3, 1e-15)
    close(of.adaptation, 1 / 3, 1e-15)
    close(of.cv, math.sqrt(.5) / 1.5, 1e-15)
    of = izh.metric_intervals {1}
    check(of.count == 0 and of.rate == nil and of.cv == nil)
end)

test("what is no train is refused", function()
    same(izh.metric_check {1, 2, 2}, true)
    local fine, at = izh.metric_check {1, 3, 2}
    check(fine == false and at == 3)
    same(select(2, izh.metric_check(izh.buffer {1, 3, 2})), 2)
    raises("model[2] = 0 is not finite", izh.metric_coincidence, {1}, {1, 0}, 1, 100)
    raises("a[1] = 1 is not finite", izh.metric_van_rossum, izh.buffer {2, 1}, {}, 1)
    raises("tau = 0 must be above 0", izh.metric_van_rossum, {}, {}, 0)
    raises("q = -1 must be at least 0", izh.metric_victor_purpura, {}, {}, -1)
    raises("precision = 25", izh.metric_coincidence, {1}, {1, 2}, 25, 100)
    raises("end = 1 must be above", izh.metric_spike, {}, {}, 1, 1)
    raises("a is a train", izh.metric_spike, 3, {}, 0, 1)
end)

tap.done()
