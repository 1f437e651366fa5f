/** The compiled library: esbuild puts its bytes here. */
declare module 'izh.wasm' {
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}
