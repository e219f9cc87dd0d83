/** How much one plan may hold; read where a request is only taken in, so that the rest need not be loaded there. */

/** Prefixes of one plan. A spoofed flood has more sources than any list can hold: block those by signature or rate, not one by one. */
export const MAX_PLAN_PREFIXES = 65_536;
export const MAX_WINDOW_SEC = 3600;
