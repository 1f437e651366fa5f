// izh.hpp: owners, errors, callbacks that capture and throw, spans. In C++17.
#include <izh/izh.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace
{

struct Thrown {
    int code;
};

izh_solver_config report()
{
    izh_solver_config config = izh::solver_config();
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial = {-60, 0};
    return config;
}

izh_population_config firing(std::uint32_t n)
{
    izh_population_config config = izh::population_config(n);
    config.threads = 2;
    return config;
}

bool same(double x, double y)
{
    return !(x < y) && !(x > y);
}

// The first spike of the report's scenario, in quadruple precision.
bool a_lambda_hears_of_spikes()
{
    std::vector<double> times;
    izh::solver neuron(report());
    neuron.set_stimulus({{101, 70, 0}});
    neuron.on_spike([&](const izh_spike_event &e, izh_state &) { times.push_back(e.t); });
    return neuron.run(1000) == IZH_OK && times.size() == 6 &&
           std::fabs(times[0] - 201.0224709569527) < 1e-9;
}

bool callbacks_follow_their_owner()
{
    int spikes = 0;
    std::vector<izh::solver> neurons;
    for (int i = 0; i < 10; i++) {
        neurons.emplace_back(report());
        neurons.back().on_spike([&](const izh_spike_event &, izh_state &) { spikes++; });
    }
    for (izh::solver &neuron : neurons) {
        neuron.set_current(70);
        neuron.run(1000);
    }
    izh::solver other(std::move(neurons[0]));
    other.run(2000);
    neurons[1] = std::move(other);
    const int before = spikes;
    neurons[1].run(3000);
    neurons[1].on_spike(nullptr);
    const int after = spikes;
    neurons[1].run(4000);
    return before > 60 && after > before && spikes == after;
}

bool errors_are_exceptions()
{
    izh::solver neuron(report());
    int caught = 0;
    try {
        neuron.run(std::nan(""));
    } catch (const izh::error &e) {
        caught += e.status() == IZH_E_INVALID && std::string(e.what()) == neuron.message();
    }
    izh_solver_config config = report();
    config.dt = -1;
    try {
        izh::solver bad(config);
    } catch (const izh::error &e) { // the message is there though the object is not
        caught +=
            e.status() == IZH_E_INVALID && std::string(e.what()).find("-1") != std::string::npos;
    }
    try {
        izh::population bad(izh::population_config(0));
        bad.set_current(5, 1, 10.);
    } catch (const izh::error &e) {
        caught += e.status() == IZH_E_INVALID;
    }
    return caught == 3 && neuron.run(std::nan(""), std::nothrow) == IZH_E_INVALID &&
           neuron.set_current(std::nan(""), std::nothrow) == IZH_E_INVALID;
}

bool an_exception_is_carried_out_of_run()
{
    izh::solver neuron(report());
    int throws = 2, caught = 0;
    neuron.set_current(70);
    neuron.on_spike([&](const izh_spike_event &, izh_state &) {
        if (throws-- > 0)
            throw Thrown{throws};
    });
    try {
        neuron.run(1000);
    } catch (const Thrown &thrown) {
        caught += thrown.code == 1;
    }
    const bool news = neuron.run(1000, std::nothrow) == IZH_STOPPED;
    try {
        neuron.rethrow();
    } catch (const Thrown &thrown) {
        caught += thrown.code == 0;
    }
    neuron.run(1000); // and it goes on as if nothing had been
    izh::solver plain(report());
    plain.set_current(70);
    plain.run(1000);
    return news && caught == 2 && same(neuron.state().v, plain.state().v);
}

bool threads_carry_one_exception()
{
    izh::population neurons(firing(20000));
    int caught = 0;
    neurons.on_current([](double, std::uint32_t first, izh::span<double> I) {
        for (double &x : I)
            x = 10;
        if (first > 0)
            throw Thrown{7};
    });
    try {
        neurons.run(10);
    } catch (const Thrown &thrown) {
        caught += thrown.code == 7;
    }
    neurons.on_current(nullptr);
    neurons.set_current(0, 20000, 10.);
    std::size_t heard = 0;
    neurons.on_spikes([&](izh::span<const izh_spike> spikes) {
        heard += spikes.size();
        return heard > 100 ? IZH_STOP : IZH_CONTINUE;
    });
    return caught == 1 && neurons.run(1000) == IZH_STOPPED && heard > 100;
}

bool samples_end_with_the_run()
{
    izh::solver neuron(report()), stopped(report());
    const std::array<double, 4> times{150, 200, 250, 300};
    for (izh::solver *s : {&neuron, &stopped})
        s->set_stimulus({{101, 70, 0}});
    stopped.on_spike([](const izh_spike_event &, izh_state &) { return IZH_STOP; });
    const std::vector<izh_state> all = neuron.sample(times), some = stopped.sample(times);
    return all.size() == 4 && some.size() == 2 && same(all[1].v, some[1].v) &&
           std::fabs(all[2].v - -54.61144118857747917) < 1e-9;
}

bool a_population_resumes()
{
    izh::population whole(firing(100)), half(firing(100)), rest(firing(100));
    std::vector<double> I(100);
    for (std::size_t i = 0; i < I.size(); i++)
        I[i] = 4 + .1 * static_cast<double>(i);
    for (izh::population *p : {&whole, &half})
        p->set_current(0, I);
    whole.run(200);
    half.run(100);
    rest.load(half.save());
    rest.run(200);
    return whole.hash() == rest.hash() && whole.hash() != half.hash() &&
           same(whole.state(3, 1)[0].v, rest.state(3, 1)[0].v);
}

bool a_network_connects()
{
    const izh_receptor receptor = {IZH_JUMP, 0, 0, 0, 0, 64};
    izh::network pair(izh::population_config(2), receptor);
    const std::uint32_t group = pair.group();
    pair.connect(group, {{0, 1, 5, 0, 60}});
    pair.build();
    pair.neurons().set_current(0, {10});
    std::vector<izh_spike> heard;
    pair.neurons().on_spikes([&](izh::span<const izh_spike> spikes) {
        heard.insert(heard.end(), spikes.begin(), spikes.end());
    });
    izh::network moved(std::move(pair));
    moved.run(50);
    bool found = false;
    for (const izh_spike &spike : heard)
        found = found || spike.i == 1;
    return found && moved.count(group) == 1 && same(moved.weights(group)[0], 60) &&
           moved.synapses(group)[0].delay == 5;
}

} // namespace

int main()
{
    const struct {
        const char *name;
        bool (*run)();
    } tests[] = {
        {"a lambda hears of spikes", a_lambda_hears_of_spikes},
        {"callbacks follow their owner", callbacks_follow_their_owner},
        {"errors are exceptions", errors_are_exceptions},
        {"an exception is carried out of run", an_exception_is_carried_out_of_run},
        {"threads carry one exception", threads_carry_one_exception},
        {"samples end with the run", samples_end_with_the_run},
        {"a population resumes", a_population_resumes},
        {"a network connects", a_network_connects},
    };
    int number = 0;
    std::printf("1..%zu\n", sizeof tests / sizeof *tests);
    for (const auto &test : tests) {
        bool passed = false;
        try {
            passed = test.run();
        } catch (const std::exception &e) {
            std::printf("# %s\n", e.what());
        }
        std::printf("%sok %d - %s\n", passed ? "" : "not ", ++number, test.name);
    }
}
