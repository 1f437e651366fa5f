// Lets node import the page's modules: bundles what is exported by them, by the page's own esbuild.
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
/** The build's folder: IZH_VIEWER has viewer.html, izh.wasm and page/. */
export const built = resolve(process.env.IZH_VIEWER ?? 'build')
export const source = resolve(here, '../../examples/viewer/src')
const require = createRequire(join(built, 'page', 'package.json'))

/** What npm installed for the page and its tests. */
export const load = (name) => require(name)

/** Modules of the page's by their names, such as 'engine' or 'views/raster': { engine: ..., raster: ... }, each
 * once. */
export async function pageModules(...names) {
  const file = join(built, 'modules', names.join('-').replaceAll('/', '.') + '.mjs')
  await load('esbuild').build({
    stdin: {
      contents: names.map((name) => `export * as ${basename(name)} from './${name}'`).join('\n'),
      resolveDir: source,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
    nodePaths: [join(built, 'page', 'node_modules')],
    alias: { 'izh.wasm.gz': join(built, 'izh.wasm.gz') },
    loader: { '.gz': 'binary' },
    logLevel: 'error',
  })
  return import(pathToFileURL(file))
}
