/* Calls all that a solver has, but what is in no closed loop: the names of things and, without
 * ROOM_SAVES, saving. What it takes is measured by sizes.sh; it is not run. */
#include <izh/izh.h>

#include "arena.h"

static _Alignas(max_align_t) unsigned char memory[3072];

static int32_t on_spike(const izh_spike_event *event, izh_state *after, void *user)
{
    (void)event, (void)after, (void)user;
    return IZH_CONTINUE;
}

static int32_t on_stimulus(izh_segment *segment, double *until, izh_state state, void *user)
{
    (void)segment, (void)until, (void)state, (void)user;
    return IZH_CONTINUE;
}

int main(void)
{
    struct arena arena = {memory, sizeof memory, 0, 0};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    const izh_segment segment = {1, 2, 3};
    const izh_input input = {1, 2, 3, 4, 5};
    const izh_noise noise = {.dt = 1, .sigma = 1};
    izh_state state = {0, 0};
    double t = 1;
    izh_solver *s;
    config.allocator = arena_allocator(&arena);
    izh_status status = izh_solver_create(&s, &config);
    status |= izh_solver_set_current(s, 1);
    status |= izh_solver_set_stimulus(s, &segment, 1);
    status |= izh_solver_set_inputs(s, &input, 1);
    status |= izh_solver_set_noise(s, &noise);
    status |= izh_solver_on_stimulus(s, on_stimulus, &t);
    status |= izh_solver_on_spike(s, on_spike, &t);
    status |= izh_solver_run(s, t);
    status |= izh_solver_sample(s, &t, 1, &state);
    status |= izh_solver_next_spike(s, 2, &t);
    status |= izh_solver_set_params(s, &config.params);
    status |= izh_solver_set_state(s, izh_solver_state(s));
    status |= izh_solver_kick(s, izh_solver_time(s), izh_solver_spike_error_bound(s));
    status |= izh_solver_statistics(s, &statistics);
    status |= *izh_solver_message(s);
#ifdef ROOM_SAVES
    static unsigned char blob[1024];
    status |= (izh_status)izh_solver_save(s, blob, sizeof blob);
    status |= izh_solver_load(s, blob, sizeof blob);
#endif
    izh_solver_destroy(s);
    return status;
}
