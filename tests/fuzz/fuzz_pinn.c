/* Bytes as a trained solution: refused, or one that can be read, evaluated and saved again. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORD FUZZ_WORD
#define HEAD FUZZ_HEAD
#define ROOM (1 << 16)

/* A solution with a spike and a kink. */
static size_t own(uint8_t *blob)
{
    izh_pinn *pinn;
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    const izh_segment current = {0, 300, 0};
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.params.b_hi = 3;
    config.params.vb = -55;
    config.initial.v = -60;
    config.t_end = 20;
    config.tolerance = 1e-4;
    config.pinn.hidden = 4;
    config.segments = &current;
    config.segment_count = 1;
    demand(izh_pinn_train(&pinn, &config) == IZH_OK, NULL);
    const size_t size = izh_pinn_save(pinn, blob, ROOM);
    demand(size <= ROOM, NULL);
    izh_pinn_destroy(pinn);
    return size;
}

/* Replaces words by doubles, integers and each other, and may drop some at the end. */
static size_t patch(uint8_t *blob, size_t size, struct bytes *b)
{
    const size_t words = size / WORD;
    size -= WORD * (size_t)fuzz_below(b, 4);
    while (b->at < b->end) {
        const size_t word = (fuzz_byte(b) + 256u * fuzz_below(b, 4)) % words;
        const double x = fuzz_double(b);
        if (word < HEAD / WORD)
            continue;
        if (fuzz_below(b, 2))
            memcpy(blob + WORD * word, blob + WORD * (fuzz_byte(b) % words), WORD);
        else if (fuzz_below(b, 2))
            fuzz_put_word(blob + WORD * word, fuzz_byte(b));
        else
            memcpy(blob + WORD * word, &x, WORD);
    }
    return size;
}

/* A file is read as its bytes are. */
static void demand_same_from_file(const uint8_t *blob, size_t size, izh_status expected)
{
    izh_pinn *pinn;
    demand(izh_pinn_load_file(&pinn, fuzz_file(blob, size), NULL, NULL) == expected, NULL);
    demand((expected == IZH_OK) == (pinn != NULL), NULL);
    izh_pinn_destroy(pinn);
}

/* Each window with its losses, and all spikes, can be read; both are in order. */
static void demand_readable(const izh_pinn *pinn)
{
    const izh_pinn_windows windows = izh_pinn_get_windows(pinn);
    const izh_pinn_losses losses = izh_pinn_get_losses(pinn);
    const izh_pinn_spikes spikes = izh_pinn_get_spikes(pinn);
    const double end = izh_pinn_end(pinn);
    double last = windows.count ? windows.data->t : end;
    volatile double loss = 0; /* any bits; a sanitizer sees where they are */
    for (size_t i = 0; i < spikes.count; i++) {
        const izh_spike_event *e = &spikes.data[i];
        demand(e->t >= last && e->t <= end, NULL);
        demand(isfinite(e->before.v) && isfinite(e->before.u), NULL);
        last = e->t;
    }
    for (size_t i = 0; i < windows.count; i++) {
        const izh_pinn_window *w = &windows.data[i];
        demand(w->t <= end && (i == 0 || w->t >= w[-1].t), NULL);
        demand(w->length > 0 && w->trained >= w->length && w->residual >= 0, NULL);
        demand(w->attempts > 0 && w->parameters > 0 && w->reserved == 0, NULL);
        demand(w->first_loss <= losses.count, NULL);
        demand(w->iterations <= losses.count - w->first_loss, NULL);
        for (uint32_t k = 0; k < w->iterations; k++)
            loss = losses.data[w->first_loss + k];
    }
    (void)loss;
}

static void demand_sound(const izh_pinn *pinn, size_t size)
{
    static uint8_t again[ROOM], third[ROOM];
    izh_pinn *back;
    const double end = izh_pinn_end(pinn);
    double t[50], residual[50];
    izh_state y[50], z;
    for (int i = 0; i < 50; i++)
        t[i] = end * (i - 1) / 48;
    izh_pinn_eval(pinn, t, 50, y);
    izh_pinn_residual(pinn, t, 50, residual);
    demand_readable(pinn);
    for (int i = 0; i < 50; i++) {
        izh_pinn_eval(pinn, &t[i], 1, &z);
        demand(fuzz_same_state(y[i], z), NULL);
    }
    /* What the format has no room for, as bits beyond a count's 32, is gone after one more. */
    demand(izh_pinn_save(pinn, again, ROOM) == size, NULL);
    demand(izh_pinn_load(&back, again, size, NULL, NULL) == IZH_OK, NULL);
    demand(izh_pinn_save(back, third, ROOM) == size, NULL);
    demand(memcmp(again, third, size) == 0, NULL);
    izh_pinn_destroy(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t first[ROOM], blob[ROOM];
    static size_t first_size;
    struct bytes b = {data, data + size};
    const unsigned kind = fuzz_below(&b, 3);
    size_t length = (size_t)(b.end - b.at);
    if (!first_size)
        first_size = own(first);
    if (kind == 2) {
        memcpy(blob, first, first_size);
        length = patch(blob, first_size, &b);
    } else {
        memcpy(blob, b.at, length < ROOM ? length : (length = ROOM));
    }
    if (kind > 0)
        length = fuzz_seal(blob, length, "izh-pinn");
    izh_pinn *pinn = NULL;
    const izh_status status = izh_pinn_load(&pinn, blob, length, NULL, NULL);
    demand_same_from_file(blob, length, status);
    demand((status == IZH_OK) == (pinn != NULL), NULL);
    demand(status == IZH_OK || status == IZH_E_FORMAT, NULL);
    if (pinn)
        demand_sound(pinn, length);
    izh_pinn_destroy(pinn);
    return 0;
}
