/* What the kernels work on: neurons in columns, one array for each variable, padded to whole
 * groups. */
#ifndef IZH_LIB_KERNEL_H
#define IZH_LIB_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Columns are padded to a multiple of this many neurons, the most that a kernel takes at once. */
#define IZH_GROUP 128

/* The columns that hold a neuron's parameters: k2, k1, k0 and w are divided by cm. A quadratic
 * neuron with one straight U(v) needs only the first IZH_PLAIN_COLUMNS; its b_lo is also its
 * b_hi. */
enum izh_column_name {
    IZH_K2,
    IZH_K1,
    IZH_K0,
    IZH_W,
    IZH_A,
    IZH_R,
    IZH_B_LO,
    IZH_VB,
    IZH_VPEAK,
    IZH_C,
    IZH_D,
    IZH_PLAIN_COLUMNS,
    IZH_B_HI = IZH_PLAIN_COLUMNS,
    IZH_B3,
    IZH_VPEAK_U,
    IZH_C_U,
    IZH_U_MAX,
    IZH_CONSTANT_I, /* not a parameter, but stored like one */
    IZH_COLUMNS
};

/* Reals: one for each neuron (stride 1), or one for all (stride 0). */
struct izh_column {
    const void *values;
    size_t stride;
};

/* The noise's normals for some neurons and ticks. */
struct izh_normals {
    void *reals;    /* a row for each tick, of `width` blocks of four neurons each */
    uint64_t block; /* the first block of a row: that of the neurons 4 block ... 4 block + 3 */
    uint64_t tick;  /* of the first row */
    uint64_t width;
};

/* Currents that are known ahead for some neurons and ticks, without the noise. */
struct izh_flows {
    const void *reals; /* each part has a row for each tick; NULL: not known ahead */
    size_t at, ticks;  /* the first neuron, and the number of a part's rows */
    uint64_t tick;     /* of the first row */
};

/* What comes from outside to some neurons in a tick, a number for each. */
struct izh_kernel_input {
    const void *v, *u; /* reals, only if the job sees: the states after the tick's jumps */
    double *I;         /* currents: those of the column at first */
    double *G;         /* conductances, zero at first; NULL unless the job conducts */
};

/* A step of one neuron that may meet an event. */
struct izh_kernel_event {
    uint64_t tick;
    size_t i;
    double I, G;
    double start_v, start_u; /* the state at the tick, before its jump */
    double from_v, from_u;   /* after it */
    double v, u;             /* in: after the step without events; out: at the step's end */
    bool jumped; /* the neuron reached the peak by its jump; `from` is after that reset */
    bool beyond; /* the step without events is beyond the limit of stability */
};

/* Steps of a block for any group. `real` is the population's precision. */
struct izh_kernel_job {
    const void *from_v, *from_u; /* reals: the states before the block */
    void *v, *u;                 /* and after it: the same arrays, or others with exact events */
    struct izh_column columns[IZH_COLUMNS];
    double h;       /* the step, ms */
    uint64_t tick;  /* at which the block starts */
    uint64_t first; /* global index of neuron 0 */
    double sigma;   /* 0: no noise */
    struct izh_normals normals;
    uint32_t n; /* neurons, without padding */
    /* Grid events: a row of bits for each step, with a bit for each neuron. With jumps, a row for
     * the neurons that spiked by them comes before each of these rows. */
    unsigned char *bits;
    size_t row; /* bytes */
    /* Gives by how many mV each v jumps at the tick, before the step; NULL: no jumps. `dv` is zero
     * at first. A neuron that reaches the peak by its jump spikes, is reset, and takes the step. */
    void (*jump)(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                 double *dv);
    struct izh_flows flows; /* if it is there, the kernels read it and do not call `drive` */
    /* Gives what flows in the tick; NULL: the currents of the column flow. */
    void (*drive)(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                  struct izh_kernel_input *input);
    bool conducts; /* `drive` gives conductances: k1 - w G takes the place of k1 */
    bool sees;     /* `drive` reads states */
    /* Exact events: takes a neuron that may have met an event over the step. */
    void (*event)(const struct izh_kernel_job *job, struct izh_kernel_event *event);
    /* A step is beyond the method's limit of stability if -h (2 k2 v + k1) > stable > 0 at a v at
     * which it evaluates v'. If no v is below `least` and nothing conducts, no step is beyond the
     * limit, and no v is below the range of numbers. */
    double stable, least;
    /* Reports each step beyond the limit, except those that `event` takes. */
    void (*unstable)(const struct izh_kernel_job *job, uint64_t tick, size_t i);
    void *context;
};

/* Takes `part` neurons from `at` on, of which at least one is no padding, over some steps. With
 * grid events, returns false if a state may have left the range of numbers at any step; then
 * nothing is stored. (With exact events the event function reports that.) If `lost` is given, one
 * step is taken, the states are stored, and `lost` gets the bits of the neurons that did leave the
 * range; returns false if there are any. */
typedef bool izh_kernel(const struct izh_kernel_job *job, size_t at, int steps,
                        unsigned char *lost);

/* What traces add to neurons of a part over some ticks: rows of a part's width, one for each
 * tick. */
struct izh_blend {
    const double *means;      /* of each tick, one after another, for the first trace; */
    size_t row;               /* distance from one trace's means to the next one's */
    const uint32_t *channels; /* each neuron's trace */
    const double *gains;      /* and the factor of that trace */
    size_t count, ticks;      /* numbers of neurons and of rows */
    double *I;                /* rows of currents, to which the traces are added */
    const double *start;      /* NULL, or what each of these rows holds at first */
    double *G;                /* rows of conductances; NULL: traces of current */
    double E;                 /* of conductances, mV */
};

typedef void izh_blend_fn(const struct izh_blend *blend);

/* Makes the normals of the first `blocks` blocks. There must be room for IZH_NORMALS_SPARE more
 * reals. */
typedef void izh_normals_fn(const struct izh_normals *normals, uint64_t seed, size_t blocks);

#define IZH_NORMALS_SPARE 128

/* What a kernel may assume of all its neurons. */
enum izh_form {
    IZH_FORM_PLAIN,   /* no other terms than the quadratic ones and a straight U(v) */
    IZH_FORM_SPECIAL, /* nothing */
    IZH_FORM_2003,    /* plain, and w = r = 1, vb = 0: fewer operations, the same bits */
    IZH_FORMS
};

/* The kernels of a method, instruction set and precision. */
struct izh_kernels {
    bool shortens; /* a step may have to be shortened, so the event function is called with grid
                      events, too */
    izh_kernel *kernel[2][IZH_FORMS]; /* [exact events][form] */
};

/* What all kernels of an instruction set and precision share. */
struct izh_vectors {
    size_t part; /* neurons that a kernel takes at once */
    izh_normals_fn *make_normals;
    izh_blend_fn *blend;
    void (*round)(const double *from, size_t count, float *to); /* whole rows */
};

/* Beyond this a population counts a state as lost, as a solver does: its square times a parameter
 * would overflow. */
#define IZH_F64_STATE_MAX 1e100
#define IZH_F32_STATE_MAX 1e18f

/* The lowest `least`. A v below it needs a closer look, since floats do not range much further. */
#define IZH_LEAST_V (-1e17)

#endif
