/** Ends one bench with a message for the reader; anything else that is thrown is a bug. */
export class BenchError extends Error {}
