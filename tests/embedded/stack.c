/* The stack that a solver takes on a board, by each of two methods: paints what is free, lets a
 * neuron live, and looks how much of the paint is gone. sizes.sh reads what it prints. */
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include <izh/izh.h>

#include "arena.h"
#include "board.h"

#define PAINT 0xa5a5a5a5u
#define SPARE 64 /* words, that the one who paints needs itself */

extern uint32_t board_bss_end[];

static alignas(max_align_t) unsigned char memory[3072];

static __attribute__((noinline)) void paint(void)
{
    uint32_t *end = (uint32_t *)__builtin_frame_address(0) - SPARE;
    for (uint32_t *word = board_bss_end; word < end; word++)
        *word = PAINT;
}

static __attribute__((noinline)) size_t painted_over(const void *from)
{
    const uint32_t *word = board_bss_end;
    while (*word == PAINT)
        word++;
    return (size_t)((const char *)from - (const char *)word);
}

/* Spikes, kicks, samples and errors, as in a closed loop. */
static __attribute__((noinline)) int live(izh_method method)
{
    struct arena arena = {memory, sizeof memory, 0, 0};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    const double t = 150.5;
    izh_state state;
    izh_solver *s;
    config.method = method;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial = (izh_state){-60, 0};
    config.allocator = arena_allocator(&arena);
    if (izh_solver_create(&s, &config) != IZH_OK)
        return 1;
    izh_status status = izh_solver_set_current(s, 100);
    for (int ms = 1; ms <= 100; ms++)
        status |= izh_solver_run(s, ms);
    status |= izh_solver_kick(s, 3, 1);
    status |= izh_solver_sample(s, &t, 1, &state);
    const int refused = izh_solver_run(s, 0) == IZH_E_INVALID; /* with a message */
    izh_solver_destroy(s);
    return status != IZH_OK || !refused;
}

static int measure(const char *name, izh_method method)
{
    paint();
    const int wrong = live(method);
    board_print("stack ");
    board_print(name);
    board_print(": ");
    board_print_number(painted_over(__builtin_frame_address(0)), 10);
    board_print(wrong ? " bytes, but it went wrong\n" : " bytes\n");
    return wrong;
}

int main(void)
{
    return measure("rk4", IZH_RK4) + measure("taylor", IZH_TAYLOR);
}
