// libizh from C++11: the header, the initializers, a callback.
#include <izh/izh.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
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

} // namespace

int main()
{
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
