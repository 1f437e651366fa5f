"""Makes one file of the library and one of its public headers, izh.c and izh.h, for programs that would rather
compile libizh than install it; and izh.hpp, which includes that izh.h.

    amalgamate.py FOLDER [DEPFILE]

lib/meson.build lists the sources, and methods.def names the methods. A header stands where it is first included.
The kernels of populations are a template at the end of izh.c. izh.c includes itself once for each kernel, and each
time the template's names become names of that kernel."""
import re
import sys
from pathlib import Path

LIB = Path(__file__).resolve().parent
ROOT = LIB.parent
INCLUDE = re.compile(r'^#include (?:"([\w./]+)"|<(izh/[\w.]+)>)[^\n]*\n', re.M)
SYSTEM = re.compile(r'^#include <(?!izh/)[\w./]+>\n', re.M)
FEATURE = re.compile(r'^#define (_\w+_SOURCE|_CRT_\w+|WIN32_LEAN_AND_MEAN)( \w+)?[^\n]*\n', re.M)
GUARD = re.compile(r'\s*(?:/\*.*?\*/\s*)?#ifndef IZH_\w+_H\n', re.S)
CONDITION = re.compile(r'^#(if|endif)', re.M)
COMMENT = re.compile(r'/\*.*?\*/', re.S)
ATTRIBUTE = re.compile(r' *__attribute__\(\(\w+(?:\([^()]*\))?\)\)')

# The files of the two templates, kernels and the evaluation of nets, and those that they include without having them
# as parts.
KERNELS = ['util/philox.h', 'drive/noise.h', 'util/real.h', 'util/vec_scalar.h', 'util/vec_sse2.h', 'util/vec_avx2.h',
           'util/vec_avx512.h', 'util/vec_x86.h', 'util/vec_neon.h', 'util/pack.h', 'methods/schemes.h', 'methods/phi.h',
           'methods/closed_schemes.h', 'cells/blend.h', 'cells/vectors_tmpl.c', 'cells/kernel_tmpl.c']
EVALUATION = ['util/trig.h', 'pinn/eval_tmpl.c']
OUTSIDE = ['cells/kernel.h', 'methods/hump.h', 'util/float.h']
OUTSIDE_OF_EVALUATION = ['pinn/eval.h', 'util/float.h']

# The instruction sets that every processor has, and those that IZH_WIDE adds: what the compiler calls their parts, and
# the length of the vectors that evaluate nets.
BASE = ['sse2', 'neon']
WIDE = {'avx2': ('avx2', 32), 'avx512': ('avx512f,avx512dq,avx512bw,avx512vl', 64)}

HEADER = """\
/* libizh {version}: its public headers in one file. Made by lib/amalgamate.py. */
#if !defined(IZH_SHARED) && !defined(IZH_STATIC)
#define IZH_STATIC
#endif

{system}
"""

HEAD = """\
/* libizh {version} in one file. Compile it with your program, which includes izh.h:
 *
 *     cc -O2 program.c izh.c -lm -pthread
 *
 * Its name must stay izh.c, since it includes itself: once for each kernel of populations. Its functions are
 * hidden in whatever it is linked into. With -DIZH_SHARED, for both, they are exported: for a shared library of
 * its own.
 *
 * -DIZH_WITHOUT_PINN leaves out pinn and flow maps. -DIZH_WIDE makes populations faster, on x86-64 by AVX2 and
 * AVX-512 where the processor has them, and compiling slower. -DIZH_EMBEDDED is the profile for microcontrollers,
 * which needs no heap, threads, files and standard I/O; -DIZH_WITHOUT_POPULATIONS leaves populations out of it.
 *
 * Made by lib/amalgamate.py of libizh: change it there.
 *
{license} */
#ifndef IZH_INSTANCE
#if defined(IZH_SHARED) && defined(_WIN32)
#define IZH_API __declspec(dllexport)
#endif

{features}#ifdef __MINGW32__
#define __USE_MINGW_ANSI_STDIO 1
#endif
#if defined(__SSE2__)
#define IZH_HAVE_SSE2
#define IZH_SCALAR sse2
#elif defined(__aarch64__)
#define IZH_HAVE_NEON
#define IZH_SCALAR neon
#endif
#ifndef IZH_WIDE
#define IZH_KERNEL_SMALL
#elif defined(__x86_64__) && !defined(_WIN32)
#define IZH_HAVE_AVX2
#define IZH_HAVE_AVX512
#endif
#if defined(IZH_EMBEDDED) && !defined(IZH_WITHOUT_PINN)
#define IZH_WITHOUT_PINN
#endif
#if defined(IZH_WITHOUT_POPULATIONS) && !defined(IZH_EMBEDDED)
#error "IZH_WITHOUT_POPULATIONS needs IZH_EMBEDDED: networks have populations"
#endif

{system}
#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* Each operation is rounded by itself, or the bits would depend on the compiler and the processor. GCC fuses
 * products and sums unless it is told not to, and has no pragma of the standard's for that. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-tree-slp-vectorize")
#endif
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
/* What is the library's is hidden, and what is the system's is not. */
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility push(hidden)
#define IZH_SYSTEM_BEGIN _Pragma("GCC visibility push(default)")
#define IZH_SYSTEM_END _Pragma("GCC visibility pop")
#else
#define IZH_SYSTEM_BEGIN
#define IZH_SYSTEM_END
#endif

#include "izh.h"
"""

TAIL = """
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility pop
#endif

#else /* the template, for IZH_INSTANCE */

{template}
#endif
"""

LOCAL = """
#define IZH_LOCAL_JOINED(name, instance) name##_##instance
#define IZH_LOCAL_OF(name, instance) IZH_LOCAL_JOINED(name, instance)
#define IZH_LOCAL(name) IZH_LOCAL_OF(name, IZH_INSTANCE)
"""

read_files = set()


def read(path):
    read_files.add(path)
    return path.read_text()


class Expander:
    """Expands includes: a header once, a list (.def) each time. Takes out what goes to the top of the file: the
    system's headers, except those that depend on the target, and the macros that ask the system for features."""

    def __init__(self, seen=()):
        self.seen, self.system, self.features = set(seen), set(), {}
        self.conditional = False  # in a part that some targets leave out

    def file(self, name):
        path = ROOT / 'include' / name if name.startswith('izh/') else LIB / name
        if path in self.seen:
            return ''
        if path.suffix != '.def':
            self.seen.add(path)
        return self.expand(read(path))

    def files(self, names):
        return ''.join(f'\n/* ==== {name} ==== */\n{self.file(name)}' for name in names)

    def part(self, names):
        """Files that some builds leave out: what they include may have to be included again."""
        return self.under_condition(lambda: self.files(names))

    def under_condition(self, expand):
        before = self.conditional, set(self.seen)
        self.conditional = True
        text = expand()
        self.conditional, self.seen = before
        return text

    def expand(self, text):
        text = FEATURE.sub(self.take_feature, text)
        text = SYSTEM.sub(self.take_system, text)
        return INCLUDE.sub(self.take_own, text)

    def take_feature(self, match):
        self.features[match[1]] = match[2] or ''
        return ''

    def take_system(self, match):
        if self.conditional or is_conditional(match):
            return f'IZH_SYSTEM_BEGIN\n{match[0]}IZH_SYSTEM_END\n'
        self.system.add(match[0])
        return ''

    def take_own(self, match):
        """A header that is included under a condition may have to be included again; its guard allows that."""
        name = match[1] or match[2]
        if self.conditional or not is_conditional(match):
            return self.file(name)
        return self.under_condition(lambda: self.file(name))


def is_conditional(match):
    """Whether a line is under another condition than its file's guard."""
    depth = sum(1 if word == 'if' else -1 for word in CONDITION.findall(match.string[:match.start()]))
    return depth > bool(GUARD.match(match.string))


def listed():
    """The sources by what leaves them out: nothing; -DIZH_WITHOUT_POPULATIONS; -DIZH_EMBEDDED, and the sources that it
    has in their place; -DIZH_WITHOUT_PINN."""
    text = read(LIB / 'meson.build')
    plain = re.findall(r"^ +'(\w+/\w+\.c)',$", text, re.M)
    for kind, name in re.findall(r'^(KERNEL_|WING_|)METHOD\(\w+, "[^"]+", (\w+)', methods(), re.M):
        plain.append(f'{name}/method.c' if kind == 'WING_' else f'methods/{name}.c')

    def inside(form):
        names = re.findall(r"'(\w+/\w+\.c)'", ''.join(re.findall(form + r'files\((.*?)\)', text, re.S)))
        if not names:
            sys.exit(f'lib/meson.build: no sources at {form}')
        return names

    populations = inside(r'if with_populations\n  sources \+= ')
    small = inside(r'embedded \? ')
    full = inside(r'embedded \? files\([^)]*\) : ') + inside(r'if not embedded\n  sources \+= ')
    pinn = [name for name in plain if name.startswith('pinn/')]
    plain = [name for name in plain if name not in {*populations, *full, *pinn}]
    return plain, populations, full, small, pinn


def methods():
    return read(LIB / 'methods/methods.def')


def code_of(files):
    return ATTRIBUTE.sub('', COMMENT.sub('', ''.join(read(LIB / name) for name in files)))


def local_functions(text):
    return set(re.findall(r'^(?:\w*_INLINE|static)\b[^;{}()=]*?\b(\w+)\(', text, re.M))


def check_names():
    """The templates' functions have names of their own: an instance would hide that another file has one, too."""
    templates = KERNELS + EVALUATION
    others = [name for name in (str(path.relative_to(LIB)) for path in LIB.rglob('*.[ch]')) if name not in templates]
    clashes = local_functions(code_of(templates)) & local_functions(code_of(others))
    if clashes:
        sys.exit(f'lib: a template and another file each define {", ".join(sorted(clashes))}')


def local_names(files):
    """The names that a template's files define, which its instances must not share."""
    text = code_of(files)
    names = local_functions(text)
    names.update(re.findall(r'^(?:struct|enum) (\w+) \{', text, re.M))
    names.update(re.findall(r'^(?:typedef\b[^;{]*?|\} )\b(\w+)(?:\([^;]*?\))?;', text, re.M))
    for constants in re.findall(r'^enum(?: \w+)? \{(.*?)\}', text, re.M | re.S):
        names.update(re.findall(r'\b[A-Z_]+\b', constants))
    for exact, form in re.findall(r'^KERNEL\((\d), (\w+)\)', text, re.M):
        names.update((f'part_{exact}_{form}', f'kernel_{exact}_{form}'))
    return sorted(names)


def template():
    """Both templates: an instance's macros say which of them it is, with which vectors."""
    text = ''.join(read(LIB / name) for name in KERNELS + EVALUATION)
    made = [f'#undef {name}\n' for name in sorted({*re.findall(r'^# *define (\w+)', text, re.M),
                                                   *local_names(KERNELS), *local_names(EVALUATION)})]
    made += ['#ifdef IZH_EVAL_NAME\n', *map(as_local, local_names(EVALUATION)),
             '#define IZH_TRIG_BYTES IZH_EVAL_BYTES\n', outside(OUTSIDE_OF_EVALUATION).file('pinn/eval_tmpl.c'),
             '#else\n', *map(as_local, local_names(KERNELS))]
    kernels = outside(OUTSIDE)
    made += [kernels.file('util/real.h'), '#if 0\n']
    for isa in *BASE, *WIDE:
        made += [f'#elif defined(IZH_KERNEL_{isa.upper()})\n', outside(OUTSIDE).file(f'util/vec_{isa}.h')]
    made += ['#else\n', outside(OUTSIDE).file('util/vec_scalar.h'), '#endif\n', '#ifdef IZH_VECTORS_NAME\n',
             kernels.file('cells/vectors_tmpl.c'), '#else\n', kernels.file('cells/kernel_tmpl.c'), '#endif\n#endif\n']
    return ''.join(made).replace('#include IZH_KERNEL_VEC\n', '')


def as_local(name):
    return f'#define {name} IZH_LOCAL({name})\n'


def outside(names):
    return Expander(LIB / name for name in names)


def instance(name, macros):
    """Makes izh.c include itself, with some macros."""
    macros = {'IZH_INSTANCE': name, **macros}
    return ''.join([*(f'#define {macro} {value}\n' for macro, value in macros.items()), '#include "izh.c"\n',
                    *(f'#undef {macro}\n' for macro in macros)])


def instances(isa):
    """All kernels of an instruction set."""
    text = f'\n/* ==== the kernels: {isa} ==== */\n'
    for precision in 'f64', 'f32':
        common = {f'IZH_KERNEL_{isa.upper()}': '1', f'IZH_KERNEL_{precision.upper()}': '1'}
        name = f'izh_vectors_{isa}_{precision}'
        text += instance(name, {'IZH_VECTORS_NAME': name, **common})
        for scheme, kind in re.findall(r'^KERNEL_METHOD\(\w+, "[^"]+", (\w+), (\w+)\)', methods(), re.M):
            name = f'izh_kernels_{isa}_{precision}_{scheme}'
            text += instance(name, {'IZH_KERNEL_NAME': name, 'IZH_KERNEL_SCHEME': scheme,
                                    f'IZH_KERNEL_{kind.upper()}': '1', **common})
    return text


def wide_instances(isa, target, length):
    """Those, and the evaluation of nets, for processors that have the target's parts."""
    name = f'izh_pinn_eval_{isa}'
    return ''.join([
        f'\n#ifdef IZH_HAVE_{isa.upper()}\n',
        '#ifdef __clang__\n',
        f'#pragma clang attribute push(__attribute__((target("{target}"))), apply_to = function)\n',
        f'#else\n#pragma GCC push_options\n#pragma GCC target("{target}")\n#endif\n',
        instances(isa),
        '#ifndef IZH_WITHOUT_PINN\n', instance(name, {'IZH_EVAL_NAME': name, 'IZH_EVAL_BYTES': length}), '#endif\n',
        '#ifdef __clang__\n#pragma clang attribute pop\n#else\n#pragma GCC pop_options\n#endif\n#endif\n'])


def body(own):
    plain, populations, full, small, pinn = listed()
    return ''.join([
        own.files(plain),
        '\n#ifndef IZH_WITHOUT_POPULATIONS\n', own.part(populations), '\n#endif\n',
        '\n#ifdef IZH_EMBEDDED\n', own.part(small), '\n#else\n', own.part(full),
        '\n#ifdef IZH_WITHOUT_PINN\n', own.part(['pinn/absent.c']), '\n#else\n', own.part(pinn),
        '\n#define IZH_EVAL_NAME izh_pinn_eval_scalar\n', own.part(['pinn/eval_tmpl.c']),
        '\n#undef IZH_EVAL_NAME\n#endif\n#endif\n',
        '\n#ifndef IZH_WITHOUT_POPULATIONS\n', own.files(OUTSIDE), LOCAL,
        '#if defined(IZH_HAVE_SSE2)\n', instances('sse2'), '#elif defined(IZH_HAVE_NEON)\n', instances('neon'),
        '#else\n', instances('scalar'), '#endif\n', *(wide_instances(isa, *how) for isa, how in WIDE.items()),
        '#endif\n'])


def source(version, seen):
    own = Expander(seen)
    text = body(own)
    features = ''.join(f'#ifndef {name}\n#define {name}{value}\n#endif\n'
                       for name, value in sorted(own.features.items()))
    words = ''.join(f' * {line}'.rstrip() + '\n' for line in read(ROOT / 'LICENSE').splitlines())
    return (HEAD.format(version=version, license=words, features=features, system=''.join(sorted(own.system))) +
            text + TAIL.format(template=template()))


def main(folder, depfile=None):
    version = re.search(r"version: '([\d.]+)'", read(ROOT / 'meson.build'))[1]
    check_names()
    folder, public = Path(folder), Expander()
    folder.mkdir(parents=True, exist_ok=True)
    text = public.file('izh/izh.h')
    (folder / 'izh.h').write_text(HEADER.format(version=version, system=''.join(sorted(public.system))) + text)
    (folder / 'izh.c').write_text(source(version, public.seen))
    (folder / 'izh.hpp').write_text(read(ROOT / 'include/izh/izh.hpp').replace('<izh/izh.h>', '"izh.h"'))
    if depfile:
        Path(depfile).write_text(f'{folder / "izh.c"}: ' + ' '.join(sorted(map(str, read_files))) + '\n')


main(*sys.argv[1:])
