/* What a solver holds. */
#ifndef IZH_LIB_SOLVER_H
#define IZH_LIB_SOLVER_H

#include <izh/solver.h>

#include "events/flight.h"
#include "util/report.h"

struct izh_solver {
    struct izh_flight flight;
    izh_method method; /* IZH_METHOD_DEFAULT resolved */
    uint64_t fpmode;   /* the caller's, while a run is under way */
    struct izh_report report;
    izh_allocator allocator;
    size_t max_segments;
};

/* Checks that parameters are valid and have a form that the method takes: dialects take only
 * some. */
void izh_solver_check_params(struct izh_checks *c, izh_method method, const izh_params *params);

/* What does not go with conductances, for a message; NULL: nothing. */
const char *izh_solver_unfoldable(const struct izh_solver *s);

/* Takes the step under way again, for a flight that was put there without the method's memory of
 * it. Returns IZH_E_FORMAT if the step ends elsewhere. */
izh_status izh_solver_take_again(struct izh_solver *s);

/* Makes room for n segments. If that succeeds, the present ones may be lost. */
void izh_solver_reserve_segments(struct izh_checks *c, struct izh_solver *s, size_t n);

#endif
