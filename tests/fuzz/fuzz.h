/* What the fuzz targets share: bytes turned into values, and demands that abort where they are not
 * met. The targets see the library's insides, to bound their work and to compare solvers. */
#ifndef IZH_TESTS_FUZZ_H
#define IZH_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <izh/izh.h>

#include "solver/solver.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* A target, by libFuzzer's name for it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- demands ---- */

/* Aborts with the text and the solver's whereabouts (NULL: none) unless it holds. */
void fuzz_demand(bool holds, const char *text, const char *file, int line,
                 const izh_solver *solver);
#define demand(condition, solver) fuzz_demand(condition, #condition, __FILE__, __LINE__, solver)

/* The same bits, or both NaN. */
bool fuzz_same(double x, double y);
bool fuzz_same_state(izh_state x, izh_state y);

/* What rounding may make of a time of this solver. */
double fuzz_slack(const izh_solver *s, double t);

/* State and time are finite, and a status that is an error has a message. */
void fuzz_demand_sound(const izh_solver *s, izh_status status);

/* ---- bytes ---- */

/* Gives zeros beyond the end. */
struct bytes {
    const uint8_t *at, *end;
};

uint8_t fuzz_byte(struct bytes *b);
/* Below n, from one byte. */
unsigned fuzz_below(struct bytes *b, unsigned n);
/* Small numbers, fractions, all orders of magnitude, the edges of doubles, and any bits. */
double fuzz_double(struct bytes *b);
/* Two of them. */
izh_state fuzz_state(struct bytes *b);
/* One of n, or any double. */
double fuzz_choice(struct bytes *b, const double *values, unsigned n);
/* A published neuron, scaled a little or with fields replaced, or sixteen doubles. */
izh_params fuzz_params(struct bytes *b);
/* Each method, and with luck a value that names no method. */
/* One that a dialect takes, if it is valid. */
izh_params fuzz_params_2003(struct bytes *b);
/* NULL for a method that is no dialect, or no method. */
const struct izh_dialect *fuzz_dialect(izh_method method);
izh_method fuzz_method(struct bytes *b);

/* ---- hosts ---- */

/* One that lends memory and hears of errors. It must not move. */
struct fuzz_host {
    size_t most;  /* bytes of an allocation */
    bool starved; /* there is no memory */
    bool refused; /* and some was asked for */
    size_t live;  /* allocations */
    izh_status logged;
};
izh_allocator fuzz_allocator(struct fuzz_host *host);
izh_log fuzz_log(struct fuzz_host *host);

/* Does the tasks one after the other, the last first, and not quite all. */
izh_executor fuzz_executor(void);

/* ---- configs ---- */

/* What a config says of its size: its own, or what hosts of other versions and hostile ones say. */
struct claim {
    size_t size;
    uint8_t odd; /* the last byte of a size beyond the struct */
    bool told;   /* whether the config's log hears why it is refused: its size can be trusted */
    bool taken;  /* whether the library has to take such a config; otherwise it refuses */
};

/* For few values of `how`, which the corpus has not, another than its own. */
struct claim fuzz_claim(struct bytes *b, uint8_t how, size_t own);
/* The config of `own` bytes with that claim, and as much memory as a library can believe in; it
 * lives until the next call. */
const void *fuzz_claimed(const void *config, size_t own, const struct claim *claim);

/* ---- saved objects ---- */

#define FUZZ_WORD 8
#define FUZZ_HEAD ((size_t)3 * FUZZ_WORD)

void fuzz_put_word(uint8_t *at, uint64_t word);
/* Makes it another: a double, or a small integer. */
void fuzz_change_word(uint8_t *at, struct bytes *b);
/* Copies the bytes that are left, at most so many; returns how many. */
size_t fuzz_rest(uint8_t *to, const struct bytes *b, size_t most);
/* FNV-1a, over more bytes. */
uint64_t fuzz_hash(uint64_t hash, const void *bytes, size_t count);
/* Makes a blob's frame right, so that what is inside is looked at: lib/util/blob.h says how.
 * Returns its size, in whole words. */
size_t fuzz_seal(uint8_t *blob, size_t size, const char magic[8]);
/* A file of these bytes: its path, which lives until the next call. */
const char *fuzz_file(const uint8_t *bytes, size_t size);

/* ---- solvers ---- */

#define FUZZ_ROOM 8192

struct blob {
    size_t size;
    uint8_t bytes[FUZZ_ROOM];
};

/* Saves; a buffer that is too small is left alone. */
void fuzz_save(const izh_solver *s, struct blob *blob);
/* Aborts with the words that differ, if any does. */
void fuzz_demand_same(const struct blob *x, const struct blob *y, const char *file, int line,
                      const izh_solver *solver);
#define demand_same_blobs(x, y, solver) fuzz_demand_same(x, y, __FILE__, __LINE__, solver)

/* The farthest time that a run may be sent to without taking long, counted in steps. */
double fuzz_horizon(const izh_solver *s);

/* Leaves the solver few short steps until t: an input then takes milliseconds, not seconds. */
void fuzz_hurry(izh_solver *s, double t);

/* Demands that the limit which fuzz_hurry() relies on is the library's. */
void fuzz_check_hurry(void);

/* ---- twins ---- */

/* A call, on `a`, of w->one and of w->twin, which take it alike. Where one of them alone had no
 * memory for it they part: no more ticks are then left. The file has what saves an actor and what
 * holds of twins, and says in `whole` what holds of the call, by its `status` and from `before`. */
#define FUZZ_BOTH(call, whole, ticks_most)                \
    do {                                                  \
        static struct saved before;                       \
        struct actor *a = &w->one;                        \
        save(a, &before);                                 \
        const izh_status status = call;                   \
        whole;                                            \
        if (status == IZH_E_MEMORY)                       \
            break;                                        \
        a = &w->twin;                                     \
        const izh_status again = call;                    \
        demand(again == status || a->host.refused, NULL); \
        if (again != status)                              \
            w->ticks = ticks_most;                        \
        else                                              \
            demand_twins(w);                              \
    } while (0)

#endif
