/* Lua's allocator fails: at each allocation of a script in turn, once and from then on. The module
 * raises Lua's own error, and neither crashes nor leaks then or later; the script goes on with what
 * there is. Prints TAP. Usage: test_allocator SCRIPT */
#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

int luaopen_izh(lua_State *L);

struct memory {
    long next;  /* allocations that have been asked for */
    long first; /* the first that fails, */
    long last;  /* and the last */
    size_t used;
};

static void *allocate(void *user, void *old, size_t old_size, size_t size)
{
    struct memory *m = user;
    const size_t had = old ? old_size : 0; /* without an old one, the size is a kind of object */
    if (size > had) {
        const long k = m->next++;
        if (k >= m->first && k <= m->last)
            return NULL;
    }
    void *memory = size ? realloc(old, size) : NULL;
    if (size == 0)
        free(old);
    if (size == 0 || memory)
        m->used += size - had;
    return memory;
}

static int run(lua_State *L)
{
    const char *script = lua_touserdata(L, 1);
    luaL_openlibs(L);
    lua_pushcfunction(L, luaopen_izh);
    lua_call(L, 0, 1);
    lua_setglobal(L, "izh");
    if (luaL_loadfile(L, script))
        return lua_error(L);
    lua_call(L, 0, 0);
    return 0;
}

static int protected_call(lua_State *L, lua_CFunction function, void *argument)
{
#if LUA_VERSION_NUM < 502 /* where even to push a function allocates */
    return lua_cpcall(L, function, argument);
#else
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, argument);
    return lua_pcall(L, 1, 0, 0);
#endif
}

/* Runs the script in a Lua of its own. Whether all memory came back; *status is the script's. */
static int try(struct memory *m, const char *script, int *status)
{
    m->next = LONG_MIN; /* not yet: LuaJIT itself does not survive it */
    lua_State *L = lua_newstate(allocate, m);
    m->next = 0;
    *status = LUA_ERRMEM;
    if (L) {
        *status = protected_call(L, run, (void *)script);
        if (*status && *status != LUA_ERRMEM && m->first > m->next)
            printf("# %s\n", lua_tostring(L, -1));
        lua_close(L);
    }
#ifdef LUA_LJDIR /* LuaJIT itself loses the array of a table that gets no memory for its hash */
    return 1;
#else
    return m->used == 0;
#endif
}

/* Lua asks once more after it has collected garbage; `more` is how many fail after the first. */
static int fails_well(const char *script, long count, long more)
{
    int fine = 1, status;
    for (long k = 0; k < count; k++) {
        struct memory m = {0, k, k + more, 0};
        if (!try(&m, script, &status)) {
            printf("# %zu bytes are lost where allocation %ld fails\n", m.used, k);
            fine = 0;
        }
    }
    return fine;
}

int main(int argc, char **argv)
{
    struct memory m = {0, 1L << 60, 1L << 60, 0};
    int status;
    if (argc != 2)
        return 1;
    lua_State *L = lua_newstate(allocate, &m);
    if (!L) { /* LuaJIT, where it must have an allocator of its own */
        puts("1..0 # SKIP this Lua takes no allocator");
        return 0;
    }
    lua_close(L);
    const int whole = try(&m, argv[1], &status) && status == 0;
    printf("%sok 1 - %ld allocations, all well\n", whole ? "" : "not ", m.next);
    printf("%sok 2 - each fails once\n", fails_well(argv[1], m.next, 1) ? "" : "not ");
    printf("%sok 3 - all from each on fail\n", fails_well(argv[1], m.next, 1L << 60) ? "" : "not ");
    puts("1..3");
    return 0;
}
