/* What a network holds. */
#ifndef IZH_LIB_NETWORK_H
#define IZH_LIB_NETWORK_H

#include "network/sources.h"
#include "population/population.h"

/* The most sums of a part and tick, so that they stay in a core's second cache: 1 MiB. */
#define IZH_SUMS_MOST ((size_t)1 << 17)

/* A worker's room for what arrives at a part in some ticks. */
struct izh_workspace {
    union izh_arriving *rows;
    int64_t tick; /* of the first row */
    size_t first; /* the part's first neuron */
};

/* What the slices have agreed on. */
struct izh_agreed {
    bool delays, rest; /* whether they have agreed on these */
    uint32_t delay_least, delay_most;
};

/* What the last exchange has told. The host keeps the memory. */
struct izh_told {
    bool here; /* it was not taken yet */
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
    struct izh_plastic plastic; /* empty if no group is plastic */
    int side;      /* which of two sides holds the states and arrivals before the next block */
    size_t before; /* number of spikes on their way before the sources of the block under way */

    /* Set when the network is built. */
    uint32_t period; /* the most ticks of a block: what happens in a block does not act in it */
    int piece;       /* the ticks for which a workspace has room */
    struct izh_workspace *workspace;
    size_t workspace_size; /* number of sums in each */
    struct izh_follower follower;
    uint8_t *dues;        /* how often each neuron spikes at dues_tick because it is due */
    int64_t dues_tick;    /* 0: not counted yet */
    const char *built_by; /* the name of the function that built, for messages */
    uint64_t structure;   /* a fingerprint; 0: not built */

    izh_sent *mine; /* a slice's spikes that no exchange has told yet */
    size_t mine_count, mine_room;
    bool owed; /* an exchange is due */
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

/* Builds the network if that is not done, for the host's function `what`, whose caller has the
 * floating-point mode `fpmode`. */
izh_status izh_network_ready(struct izh_network *net, const char *what, uint64_t fpmode);
void izh_network_release_build(struct izh_network *net);

/* ---- run.c ---- */

/* Sets what the population asks of its network. */
void izh_network_attach(struct izh_network *net);
/* Calls the host's exchange. */
izh_status izh_network_exchange(struct izh_network *net, const char *what, const izh_sent *mine,
                                size_t count, const izh_sent **all, size_t *total);
/* Makes room for so many of a slice's spikes that no exchange has told. Returns false if memory is
 * missing. */
bool izh_network_reserve_mine(struct izh_network *net, size_t count);

/* ---- network.c ---- */

/* Returns IZH_E_BUSY, with a message, inside a callback or after one that did not return. */
izh_status izh_network_check_free(struct izh_network *net, const char *what);

/* Reports what is wrong with a weight. */
izh_status izh_network_refuse_weight(struct izh_network *net, const char *where,
                                     const struct izh_receptor_law *law, double w);

#endif
