// Builds the npm package of libizh for WebAssembly: `npm pack` of what this leaves in OUT/package, which is
// OUT/izh-VERSION.tgz. Needs clang with lld and wasi-libc, node and npm.
//
//   .packaging/build-npm OUT
import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const out = resolve(process.argv[2] ?? 'build-npm')
const objects = join(out, 'objects')
const made = join(out, 'package')
const cc = (process.env.WASM_CC || 'clang').split(' ')
const version = readFileSync(join(root, 'meson.build'), 'utf8').match(/version: '([0-9.]+)'/)[1]

/** A solver and a population need these rooms but files, which WebAssembly lacks; the crew is that of builds without threads. */
const rooms = ['about', 'cells', 'drive', 'events', 'methods', 'model', 'pinn', 'population', 'solver', 'util']
const left = ['util/file.c', 'pinn/absent.c', 'cells/kernel_tmpl.c', 'cells/vectors_tmpl.c']

/** The floating-point flags are those of meson.build: the bits are the native library's. */
const flags = [
  '--target=wasm32-wasi', '-std=c11', '-O2', '-DNDEBUG', '-msimd128', '-mnontrapping-fptoint', '-ffp-contract=off',
  '-fno-math-errno', '-fno-slp-vectorize', '-fvisibility=hidden', '-ffunction-sections', '-Wall', '-Wextra', '-Werror',
  '-I' + join(root, 'include'), '-I' + join(root, 'lib'),
]

/** [source, object, flags] of each object: the sources as meson.build has them, and the scalar kernels. */
function units() {
  const sources = rooms.flatMap((room) =>
    readdirSync(join(root, 'lib', room))
      .map((name) => join(room, name))
      .filter((path) => path.endsWith('.c') && !left.includes(path)),
  )
  const all = sources.map((path) => [
    join(root, 'lib', path),
    path.replaceAll('/', '_'),
    ['-DIZH_EVAL_NAME=izh_pinn_eval_scalar', '-DIZH_TRIG_BYTES=16'],
  ])
  all.push([join(here, 'bridge.c'), 'bridge', []], [join(root, 'lib/threads/alone.c'), 'alone', ['-DIZH_EMBEDDED']])
  const methods = readFileSync(join(root, 'lib/methods/methods.def'), 'utf8').matchAll(/^KERNEL_METHOD\((.*)\)/gm)
  const kernels = [...methods].map((match) => match[1].split(',').map((word) => word.trim()))
  for (const precision of ['f64', 'f32']) {
    const name = 'scalar_' + precision
    const how = ['-DIZH_KERNEL_VEC="util/vec_scalar.h"', '-DIZH_KERNEL_SMALL']
    if (precision === 'f32') how.push('-DIZH_KERNEL_F32')
    all.push([join(root, 'lib/cells/vectors_tmpl.c'), 'vectors_' + name, [...how, `-DIZH_VECTORS_NAME=izh_vectors_${name}`]])
    for (const [, , file, kind] of kernels)
      all.push([
        join(root, 'lib/cells/kernel_tmpl.c'),
        `kernels_${name}_${file}`,
        [...how, `-DIZH_KERNEL_NAME=izh_kernels_${name}_${file}`, `-DIZH_KERNEL_SCHEME=${file}`, `-DIZH_KERNEL_${kind.toUpperCase()}`],
      ])
  }
  return all
}

const run = promisify(execFile)

/** As many at once as there are processors. */
async function compile() {
  const waiting = units()
  const done = waiting.map(([, name]) => join(objects, name + '.o'))
  const worker = async () => {
    for (let unit = waiting.pop(); unit; unit = waiting.pop()) {
      const [source, name, how] = unit
      await run(cc[0], [...cc.slice(1), ...flags, ...how, '-c', source, '-o', join(objects, name + '.o')])
    }
  }
  await Promise.all(cpus().map(worker))
  execFileSync(
    cc[0],
    [...cc.slice(1), '--target=wasm32-wasi', '-mexec-model=reactor', ...done, '-Wl,--gc-sections,--strip-all,-z,stack-size=1048576', '-o', join(made, 'izh.wasm')],
    { stdio: 'inherit' },
  )
}

process.on('uncaughtException', (error) => {
  console.error(`build-npm: ${error.stderr || error.message}`)
  process.exitCode = 1
})

rmSync(made, { recursive: true, force: true })
for (const folder of [objects, made]) mkdirSync(folder, { recursive: true })
for (const name of ['index.js', 'index.d.ts', 'README.md']) copyFileSync(join(here, name), join(made, name))
copyFileSync(join(root, 'LICENSE'), join(made, 'LICENSE'))
const description = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
writeFileSync(join(made, 'package.json'), JSON.stringify({ ...description, version }, null, 2) + '\n')
await compile()
execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: made, stdio: ['ignore', 'inherit', 'inherit'] })
