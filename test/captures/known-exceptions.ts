/** Captures whose report rightly differs from the ground truth, each with the reason. Keyed by file name. */
export const KNOWN_EXCEPTIONS: ReadonlyMap<string, string> = new Map([]);
