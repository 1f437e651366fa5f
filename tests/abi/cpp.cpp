// libizh from C++11: the header, the initializers, a callback, exceptions out of callbacks, an
// owner that moves.
#include <izh/izh.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

struct Spikes {
    std::vector<double> times;
};

extern "C" std::int32_t record(const izh_spike_event *e, izh_state *, void *user)
{
    static_cast<Spikes *>(user)->times.push_back(e->t);
    return IZH_CONTINUE;
}

// What an exception has to destroy on its way.
int alive = 0;
struct Guard {
    Guard() { alive++; }
    Guard(const Guard &) = delete;
    Guard &operator=(const Guard &) = delete;
    ~Guard() { alive--; }
};

int throws = 0; // how many are due

void may_throw(const char *what)
{
    Guard guard;
    if (throws > 0) {
        throws--;
        throw std::runtime_error(what);
    }
}

extern "C" std::int32_t throw_at_spike(const izh_spike_event *, izh_state *, void *)
{
    may_throw("spike");
    return IZH_CONTINUE;
}

extern "C" std::int32_t throw_when_asked(izh_segment *segment, double *until, izh_state, void *)
{
    segment->I = 10;
    *until = segment->t + 7;
    may_throw("stimulus");
    return IZH_CONTINUE;
}

extern "C" std::int32_t throw_at_spikes(const izh_spike *, std::size_t, void *)
{
    may_throw("spikes");
    return IZH_CONTINUE;
}

extern "C" void throw_at_current(double, std::uint32_t, std::uint32_t count, double *I, void *)
{
    for (std::uint32_t i = 0; i < count; i++)
        I[i] = 10;
    may_throw("current");
}

// Calls until nothing is thrown any more; how often something was.
template <class Run, class Abandon> int insist(const char *what, Run run, Abandon abandon)
{
    for (int n = 0;; n++)
        try {
            Guard guard;
            if (run() < 0)
                return -1;
            return alive == 1 ? n : -2;
        } catch (const std::runtime_error &error) {
            if (error.what() != std::string(what) || alive != 0 || run() != IZH_E_BUSY ||
                abandon() != IZH_OK)
                return -3;
        }
}

bool solver_throws(bool at_spike)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial.v = -65;
    config.initial.u = -13;
    izh_state end[2] = {};
    for (int i = 0; i < 2; i++) {
        izh_solver *solver = nullptr;
        if (izh_solver_create(&solver, &config) != IZH_OK)
            return false;
        izh_solver_on_spike(solver, at_spike ? throw_at_spike : nullptr, nullptr);
        izh_solver_on_stimulus(solver, throw_when_asked, nullptr);
        izh_solver_run(solver, 5);
        throws = 0;
        if (at_spike)
            izh_solver_set_current(solver, 10);
        throws = i * 3;
        const int n = insist(
            at_spike ? "spike" : "stimulus", [&] { return izh_solver_run(solver, 100); },
            [&] { return izh_solver_abandon(solver); });
        end[i] = izh_solver_state(solver);
        izh_solver_destroy(solver);
        if (n != i * 3)
            return false;
    }
    return !(end[0].v < end[1].v) && !(end[0].v > end[1].v) && !(end[0].u < end[1].u) &&
           !(end[0].u > end[1].u);
}

bool population_throws(int way, std::int32_t events)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1000;
    config.events = events;
    config.noise_sigma = 1;
    config.block = 100; // so that spikes are delivered several times
    std::uint64_t hash[2] = {};
    for (int i = 0; i < 2; i++) {
        izh_population *population = nullptr;
        const double I = 10;
        if (izh_population_create(&population, &config) != IZH_OK)
            return false;
        izh_population_set_current(population, 0, config.n, &I, 0);
        if (way == 0)
            izh_population_on_spikes(population, throw_at_spikes, nullptr);
        else
            izh_population_on_current(population, throw_at_current, nullptr, way == 1);
        throws = i * 3;
        const int n = insist(
            way == 0 ? "spikes" : "current", [&] { return izh_population_run(population, 100); },
            [&] { return izh_population_abandon(population); });
        hash[i] = izh_population_hash(population);
        izh_population_destroy(population);
        if (n != i * 3)
            return false;
    }
    return hash[0] == hash[1];
}

bool throws_pass()
{
    bool pass = solver_throws(false) && solver_throws(true);
    for (int way = 0; way < 3; way++)
        pass = pass && population_throws(way, IZH_EVENTS_EXACT) &&
               population_throws(way, IZH_EVENTS_GRID);
    return pass && alive == 0;
}

// Owns a solver and hears of its errors, wherever it moves.
class Neuron
{
  public:
    explicit Neuron(izh_solver_config config)
    {
        config.log = log();
        izh_solver_create(&solver, &config);
    }
    Neuron(Neuron &&other) noexcept : text(std::move(other.text)), solver(other.solver)
    {
        other.solver = nullptr;
        const izh_log own = log();
        izh_solver_set_log(solver, &own);
    }
    Neuron(const Neuron &) = delete;
    Neuron &operator=(const Neuron &) = delete;
    ~Neuron() { izh_solver_destroy(solver); }

    std::string text;
    izh_solver *solver = nullptr;

  private:
    static void write(void *user, izh_status, const char *message)
    {
        static_cast<Neuron *>(user)->text = message;
    }
    izh_log log() { return izh_log{write, this}; }
};

bool owner_moves()
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    std::vector<Neuron> neurons;
    for (int i = 0; i < 10; i++)
        neurons.push_back(Neuron(config));
    for (Neuron &neuron : neurons)
        if (!neuron.solver || izh_solver_run(neuron.solver, -1) != IZH_E_INVALID ||
            neuron.text != izh_solver_message(neuron.solver) || neuron.text.empty())
            return false;
    return true;
}

} // namespace

int main()
{
    if (!throws_pass()) {
        std::printf("exceptions do not pass\n");
        return 1;
    }
    if (!owner_moves()) {
        std::printf("the log does not follow its owner\n");
        return 1;
    }
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial.v = -60;
    izh_solver *solver = nullptr;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return 1;
    Spikes spikes;
    const izh_segment current = {101, 70, 0};
    const izh_status status = izh_solver_on_spike(solver, record, &spikes) |
                              izh_solver_set_stimulus(solver, &current, 1) |
                              izh_solver_run(solver, 1000) |
                              izh_solver_statistics(solver, &statistics);
    izh_solver_destroy(solver);
    if (status != IZH_OK || spikes.times.size() != 6 || statistics.spikes != 6 ||
        !(std::fabs(spikes.times[0] - 201.0224709569527) < 1e-9)) {
        std::printf("status %d, %zu spikes\n", static_cast<int>(status), spikes.times.size());
        return 1;
    }
    const izh_preset *preset = izh_preset_find("report-RS");
    return preset && preset->params.vpeak == 35 && preset->segments[1].I == 70 ? 0 : 1;
}
