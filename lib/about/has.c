/* Which features the library has, by name. */
#include <izh/izh.h>

#include <string.h>

#include "methods/method.h"

static const char *const library_parts[] = {"presets",     "inputs",
#ifndef IZH_WITHOUT_POPULATIONS
                                            "populations", "float32",
#endif
#ifndef IZH_EMBEDDED
                                            "networks",    "threads", "metrics", "analysis",
#endif
#ifndef IZH_WITHOUT_PINN
                                            "flow-maps"
#endif
};

#ifndef IZH_WITHOUT_POPULATIONS
static const struct {
    const char *name;
    int32_t isa;
} isas[] = {{"scalar", IZH_ISA_SCALAR},
            {"sse2", IZH_ISA_SSE2},
            {"avx2", IZH_ISA_AVX2},
            {"avx512", IZH_ISA_AVX512},
            {"neon", IZH_ISA_NEON}};

static int32_t has_isa(const char *name)
{
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++)
        if (strcmp(name, isas[i].name) == 0)
            return izh_isa_supported(isas[i].isa);
    return 0;
}
#else /* plain C is the only one */
static int32_t has_isa(const char *name)
{
    return strcmp(name, "scalar") == 0;
}
#endif

static int32_t has_gradients(void)
{
    const struct izh_method_ops *ops = izh_method_ops(IZH_METHOD_DEFAULT);
    return ops && ops->tangents;
}

int32_t izh_has(const char *feature)
{
    izh_method method;
    if (!feature)
        return 0;
    for (size_t i = 0; i < sizeof library_parts / sizeof *library_parts; i++)
        if (strcmp(feature, library_parts[i]) == 0)
            return 1;
    if (strcmp(feature, "gradients") == 0)
        return has_gradients();
    if (izh_method_find(feature, &method) == IZH_OK)
        return izh_method_ops(method) != NULL;
    return has_isa(feature);
}
