/* What a network holds. */
#ifndef IZH_LIB_NETWORK_H
#define IZH_LIB_NETWORK_H

#include "network/sources.h"
#include "population/population.h"

/* Sums of a part and tick that stay in a core's second cache: 1 MiB. */
#define IZH_SUMS_MOST ((size_t)1 << 17)

/* A worker's room for what arrives at a part in some ticks. */
struct izh_workspace {
    union izh_arriving *rows;
    int64_t tick; /* of the first row */
    size_t first; /* the part's first neuron */
};

/* What slices have agreed on. */
struct izh_agreed {
    bool delays, rest; /* whether they have agreed on these */
    uint32_t delay_least, delay_most;
};

/* What the last exchange has told, which the host keeps. */
struct izh_told {
    bool here; /* it is still to be taken */
    const izh_sent *all;
    size_t total;
};

struct izh_network {
    struct izh_population *population; /* its report is the network's, too */
    uint32_t neurons;
    izh_exchange exchange;
    size_t in_flight;
    struct izh_receptors receptors;
    struct izh_wiring wiring;
    struct izh_sources sources;
    struct izh_arrivals arrivals;
    struct izh_plastic plastic; /* empty where no group is plastic */
    int side;      /* which of two sides holds the states and arrivals before the next block */
    size_t before; /* the spikes on their way before the sources of the block under way */

    /* Once built. */
    uint32_t period; /* the most ticks of a block: nothing that happens in one acts in it */
    int piece;       /* ticks for which there is room in a workspace */
    struct izh_workspace *workspace;
    size_t workspace_size; /* sums of each */
    struct izh_follower follower;
    uint8_t *dues;        /* how often each neuron spikes, being due, at dues_tick */
    int64_t dues_tick;    /* 0: not counted yet */
    const char *built_by; /* the name of the function that built, for messages */
    uint64_t structure;   /* a fingerprint; 0: not built */

    izh_sent *mine; /* of a slice: its spikes that no exchange has told yet */
    size_t mine_count, mine_room;
    bool owed; /* whether an exchange is due */
    struct izh_agreed agreed;
    struct izh_told told;

    izh_allocator allocator;
};

static inline const struct izh_cells *izh_network_cells(const struct izh_network *net)
{
    return &net->population->cells;
}

static inline const struct izh_cells_shape *izh_network_shape(const struct izh_network *net)
{
    return &net->population->cells.shape;
}

/* Whether a block is under way: then parts of the network are at different ticks. */
static inline bool izh_network_in_block(const struct izh_network *net)
{
    return izh_network_cells(net)->work.block.under_way;
}

/* ---- build.c ---- */

/* Builds where that is not done, for a function of the host's, whose floating-point mode is
 * `fpmode`. */
izh_status izh_network_ready(struct izh_network *net, const char *what, uint64_t fpmode);
void izh_network_release_build(struct izh_network *net);

/* ---- run.c ---- */

/* What the population asks of its network. */
void izh_network_attach(struct izh_network *net);
/* Calls the host's exchange. */
izh_status izh_network_exchange(struct izh_network *net, const char *what, const izh_sent *mine,
                                size_t count, const izh_sent **all, size_t *total);
/* Makes room for so many spikes of a slice that no exchange has told. Returns false if memory is
 * missing. */
bool izh_network_reserve_mine(struct izh_network *net, size_t count);

/* ---- network.c ---- */

/* IZH_OK, or IZH_E_BUSY inside a callback, or after one that did not return. */
izh_status izh_network_check_free(struct izh_network *net, const char *what);

/* Says what is wrong with a weight. */
izh_status izh_network_refuse_weight(struct izh_network *net, const char *where,
                                     const struct izh_receptor_law *law, double w);

#endif
