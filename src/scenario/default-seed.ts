/** Seed of the scenario that is shown when nobody asks for another; apart, since the command line tells it and needs no more. */
export const DEFAULT_SEED = 20;
