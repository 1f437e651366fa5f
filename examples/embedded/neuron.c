/* A neuron without a system: no heap, no standard I/O, an array for memory. It fires under a
 * constant current; each millisecond the program could read a sensor and set the next current, as
 * examples/closed_loop.c does. Prints the spikes' times in microseconds, and what memory they took.
 */
#include <stdalign.h>
#include <stdint.h>

#include <izh/izh.h>

#include "arena.h"
#include "board.h"

static alignas(max_align_t) unsigned char memory[3072];

static int32_t on_spike(const izh_spike_event *event, izh_state *after, void *user)
{
    (void)after, (void)user;
    board_print("spike at ");
    board_print_number((unsigned long long)(event->t * 1000 + .5), 10);
    board_print(" us\n");
    return IZH_CONTINUE;
}

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    board_print(izh_status_name(status));
    board_print(": ");
    board_print(message);
    board_print("\n");
}

int main(void)
{
    struct arena arena = {memory, sizeof memory, 0, 0};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_TAYLOR;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    config.allocator = arena_allocator(&arena);
    config.log.write = on_error;

    izh_solver *solver;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return 1;
    izh_solver_on_spike(solver, on_spike, NULL);
    for (int ms = 1; ms <= 100; ms++) {
        izh_solver_set_current(solver, 10);
        if (izh_solver_run(solver, ms) != IZH_OK)
            return 1;
    }
    izh_solver_destroy(solver);
    board_print_number(arena.most, 10);
    board_print(" bytes\n");
    return 0;
}
