/** The compiled library: esbuild puts its bytes here. */
declare module 'izh.deflated' {
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}
