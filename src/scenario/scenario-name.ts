/** attacks: three of them. crowd: five times the visitors, coming over a minute and a half. http-flood: as many requests, of programs. */
export const SCENARIO_NAMES = ['attacks', 'crowd', 'http-flood'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];
