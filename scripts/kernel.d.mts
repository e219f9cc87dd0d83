import type { Plugin } from 'vitest/config';
export const kernelForVite: Plugin;
export const kernelForEsbuild: { readonly name: string };
export function kernelBytes(): Promise<Uint8Array>;
