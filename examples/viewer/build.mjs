// Builds the viewer: libizh for WebAssembly, by clang, and the page with everything in one file.
//
//   node build.mjs OUT     OUT/izh.wasm and OUT/viewer.html
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const out = resolve(process.argv[2] ?? 'build')

/** A solver needs all of the library but populations: those have threads. */
const folders = ['events', 'methods', 'model', 'pinn', 'solver', 'util']

function sources() {
  return folders.flatMap((folder) =>
    readdirSync(join(root, 'lib', folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(root, 'lib', folder, name)),
  )
}

/** The floating-point flags are those of meson.build: the page's bits are the native library's. */
function compile(wasm) {
  execFileSync(
    process.env.WASM_CC ?? 'clang',
    [
      '--target=wasm32-wasi', '-mexec-model=reactor', '-std=c11', '-O2', '-DNDEBUG', '-msimd128',
      '-mnontrapping-fptoint', '-ffp-contract=off', '-fno-math-errno', '-fno-slp-vectorize',
      '-fvisibility=hidden', '-ffunction-sections', '-Wall', '-Wextra', '-Werror',
      '-DIZH_EVAL_NAME=izh_eval_scalar', '-DIZH_TRIG_BYTES=16',
      '-I' + join(root, 'include'), '-I' + join(root, 'lib'),
      ...sources(), join(here, 'bridge.c'),
      '-Wl,--gc-sections,--strip-all,-z,stack-size=1048576', '-o', wasm,
    ],
    { stdio: 'inherit' },
  )
}

async function bundle(wasm) {
  const result = await build({
    entryPoints: [join(here, 'src/main.ts'), join(here, 'style.css')],
    bundle: true,
    minify: true,
    write: false,
    outdir: out,
    target: 'es2022',
    format: 'iife',
    legalComments: 'none',
    alias: { 'izh.wasm': wasm },
    loader: { '.wasm': 'binary' },
  })
  const [script, style] = ['.js', '.css'].map(
    (end) => result.outputFiles.find((file) => file.path.endsWith(end)).text,
  )
  const page = readFileSync(join(here, 'index.html'), 'utf8')
    .replace('<link rel="stylesheet" href="style.css" />', () => `<style>${style}</style>`)
    .replace('<script src="main.js"></script>', () => `<script>${script.replaceAll('</script', '<\\/script')}</script>`)
  writeFileSync(join(out, 'viewer.html'), page)
}

mkdirSync(out, { recursive: true })
const wasm = join(out, 'izh.wasm')
rmSync(join(out, 'viewer.html'), { force: true })
compile(wasm)
await bundle(wasm)
