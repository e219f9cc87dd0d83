/** The built kernel (scripts/kernel.mjs); bundlers and the test runner resolve it. */
declare module 'kernel:wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** What we use of the WebAssembly JavaScript interface, which is in no library of ours (they are the browser's). */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: object;
  }
}
declare var WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.Module;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WebAssembly.Memory;
  readonly Instance: new (
    module: WebAssembly.Module,
    imports: { readonly env: { readonly memory: WebAssembly.Memory } },
  ) => WebAssembly.Instance;
};
