#include "cells/troubles.h"

void izh_troubles_add(struct izh_troubles_list *list, izh_trouble trouble)
{
    const bool full = list->count == IZH_TROUBLES_MAX;
    size_t at = full ? IZH_TROUBLES_MAX - 1 : list->count;
    list->total++;
    list->news = true;
    if (full && list->data[at].i < trouble.i)
        return;
    for (; at > 0 && list->data[at - 1].i > trouble.i; at--)
        list->data[at] = list->data[at - 1];
    list->data[at] = trouble;
    list->count += !full;
}

void izh_troubles_drop(struct izh_troubles_list *list, uint32_t i)
{
    size_t kept = 0;
    list->total--;
    list->news &= list->total > 0;
    for (size_t k = 0; k < list->count; k++)
        if (list->data[k].i != i)
            list->data[kept++] = list->data[k];
    list->count = kept;
}
