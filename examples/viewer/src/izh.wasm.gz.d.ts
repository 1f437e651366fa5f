/** The compiled library: esbuild puts its bytes here. */
declare module 'izh.wasm.gz' {
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}
