/* Saves a flow map as a blob and as a file, and loads it. */
#include "pinn/flow.h"

#include <string.h>

#include "model/check.h"
#include "model/codec.h"
#include "util/file.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"

#define FLOW_MAGIC "izh-flow"
#define FLOW_FORMAT 1

/* What decides what the map computes: neuron and region, then the network. */
static void flow_head(struct izh_codec *c, izh_params *p, struct izh_flow_region *r,
                      uint32_t *units)
{
    izh_codec_params(c, p);
    izh_codec_number(c, &r->I_lo);
    izh_codec_number(c, &r->I_hi);
    izh_codec_number(c, &r->slope);
    izh_codec_number(c, &r->v_lo);
    izh_codec_number(c, &r->u_lo);
    izh_codec_number(c, &r->u_hi);
    izh_codec_u32(c, units);
}

static void net_fields(struct izh_codec *c, struct izh_flow_net *net)
{
    const size_t units = (size_t)net->units;
    for (int d = 0; d < IZH_FLOW_INPUTS; d++)
        izh_codec_numbers(c, net->in[d], units);
    izh_codec_numbers(c, net->shift, units);
    izh_codec_numbers(c, net->out[0], IZH_FLOW_OUTPUTS * (units + 1));
}

#define WORDS_OF_NET(units) \
    ((IZH_FLOW_INPUTS + 1) * (size_t)(units) + IZH_FLOW_OUTPUTS * ((size_t)(units) + 1))

/* How it was trained. */
static void training(struct izh_codec *c, struct izh_flow *flow)
{
    izh_codec_number(c, &flow->residual);
    izh_codec_number(c, &flow->residual_new);
    flow->seed = izh_codec_word(c, flow->seed);
    izh_codec_u32(c, &flow->points);
    izh_codec_u32(c, &flow->iterations);
}

#define WORDS_OF_TRAINING 5

/* A codec that writes does not change the object. */
static void write_map(struct izh_codec *c, struct izh_flow_map *map)
{
    uint32_t units = (uint32_t)map->net.units;
    flow_head(c, &map->model.p, &map->region, &units);
    net_fields(c, &map->net);
}

void izh_flow_seal(struct izh_flow *flow)
{
    struct izh_blob_writer writer;
    struct izh_codec codec = {&writer, NULL, NULL};
    izh_blob_begin(&writer, NULL, 0);
    writer.mixes = true;
    write_map(&codec, &flow->map);
    flow->fingerprint = izh_blob_fingerprint(&writer);
}

size_t izh_flow_save(const izh_flow *flow, void *buffer, size_t capacity)
{
    if (!flow)
        return 0;
    struct izh_blob_writer writer;
    struct izh_codec codec = {&writer, NULL, NULL};
    struct izh_flow *read = (struct izh_flow *)flow;
    izh_blob_begin(&writer, buffer, capacity);
    write_map(&codec, &read->map);
    training(&codec, read);
    return izh_blob_end(&writer, FLOW_MAGIC, FLOW_FORMAT);
}

/* ---- loading ---- */

static bool check_flow_head(const izh_params *p, const struct izh_flow_region *r, uint32_t units,
                            const struct izh_blob_reader *reader)
{
    double value;
    return !reader->failed && !izh_params_fault(p, &value) && izh_isfinite(r->I_lo) &&
           izh_isfinite(r->I_hi) && r->I_lo < r->I_hi && r->slope > 0 && izh_isfinite(r->slope) &&
           izh_isfinite(r->v_lo) && izh_isfinite(r->u_lo) && izh_isfinite(r->u_hi) &&
           r->u_lo <= r->u_hi && units >= IZH_FLOW_UNITS_MIN && units <= IZH_FLOW_UNITS_MAX &&
           units % 2 == 0 && izh_blob_left(reader) == WORDS_OF_NET(units) + WORDS_OF_TRAINING;
}

static bool are_finite(const double *x, size_t n)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite = finite && izh_isfinite(x[i]);
    return finite;
}

static bool finite_flow_net(const struct izh_flow_net *net)
{
    const size_t units = (size_t)net->units;
    bool finite =
        are_finite(net->shift, units) && are_finite(net->out[0], IZH_FLOW_OUTPUTS * (units + 1));
    for (int d = 0; d < IZH_FLOW_INPUTS; d++)
        finite = finite && are_finite(net->in[d], units);
    return finite;
}

static bool check_training(const struct izh_flow *flow)
{
    return flow->residual >= 0 && flow->residual_new >= 0 && flow->seed != 0 &&
           flow->points >= IZH_FLOW_POINTS_MIN && flow->points <= IZH_FLOW_POINTS_MAX &&
           flow->iterations > 0;
}

static bool read_flow(struct izh_flow *flow, struct izh_blob_reader *reader)
{
    struct izh_codec codec = {NULL, reader, NULL};
    izh_params p;
    struct izh_flow_region region;
    uint32_t units = 0;
    flow_head(&codec, &p, &region, &units);
    if (!check_flow_head(&p, &region, units, reader))
        return false;
    izh_flow_set(&flow->map, &p, &region);
    if (izh_flow_fault(&flow->map))
        return false;
    flow->map.net.units = (int)units;
    net_fields(&codec, &flow->map.net);
    training(&codec, flow);
    izh_flow_seal(flow);
    return izh_blob_close(reader) && finite_flow_net(&flow->map.net) && check_training(flow);
}

izh_status izh_flow_load(izh_flow **flow, const void *buffer, size_t length,
                         const izh_allocator *allocator, const izh_log *log)
{
    IZH_FPMODE;
    struct izh_report report;
    struct izh_blob_reader reader;
    izh_allocator own;
    const struct izh_checks c = izh_load_begin(&report, flow, &own, allocator, log);
    if (c.status != IZH_OK)
        return c.status;
    if (!izh_blob_open(&reader, buffer, length, FLOW_MAGIC, FLOW_FORMAT))
        return izh_fail(&report, IZH_E_FORMAT, "load: not a whole, undamaged blob of a flow map");
    struct izh_flow *f = izh_flow_allocate(&own, &report.log);
    if (!f)
        return izh_fail(&report, IZH_E_MEMORY, "load: no memory for the flow map");
    if (!read_flow(f, &reader)) {
        izh_flow_destroy(f);
        return izh_fail(&report, IZH_E_FORMAT, "load: no flow map that could have been trained");
    }
    *flow = f;
    return IZH_OK;
}

/* ---- files ---- */

static size_t save_flow(const void *flow, void *buffer, size_t capacity)
{
    return izh_flow_save(flow, buffer, capacity);
}

izh_status izh_flow_save_file(izh_flow *flow, const char *path)
{
    if (!flow)
        return IZH_E_INVALID;
    if (!path)
        return izh_fail(&flow->report, IZH_E_INVALID, "path is NULL");
    return izh_file_save(&flow->report, &flow->allocator, path, save_flow, flow);
}

izh_status izh_flow_load_file(izh_flow **flow, const char *path, const izh_allocator *allocator,
                              const izh_log *log)
{
    struct izh_report report;
    izh_allocator own;
    void *blob;
    size_t size;
    struct izh_checks c = izh_load_begin(&report, flow, &own, allocator, log);
    IZH_REQUIRE(&c, path, IZH_E_INVALID, "path is NULL");
    if (c.status == IZH_OK)
        c.status = izh_file_read(&report, &own, path, &blob, &size);
    if (c.status != IZH_OK)
        return c.status;
    const izh_status status = izh_flow_load(flow, blob, size, allocator, log);
    izh_release(&own, blob, size, 1);
    return status;
}
