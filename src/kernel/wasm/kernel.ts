// The hot loops. Everything they touch lies in the imported memory, laid out by ../layout.ts.
export { walkPcap } from './records';
export { decodeCommon } from './decode';
export { ipRows, linkTypeEnd, splitVersions, tickEnd } from './rows';
export { addShifted, countNumbers } from './counters';
export { addFlows4, addFlows6, addQuads, addWords, countRanks } from './tables';
export { addTargets } from './targets';
export { nextMarked } from './marks';
export { wantedRows } from './wanted';
