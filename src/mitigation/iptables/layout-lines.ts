/** Lines of iptables-restore that make or take out chains of ours, given what is there. */
import type { IptablesGroup } from './group-state.js';
import { JUMP, mainRules, ndRules } from './layout.js';
import { type Family, GROUPS_CHAIN, MAIN_CHAIN, ND_CHAIN } from './names.js';
import type { IptablesState } from './read-state.js';

/** Nothing when all is there. The jump is put in the first place, once. */
export function layoutLines({ layout }: IptablesState, family: Family): string[] {
  const { isWired, isFirst, jumps, chains } = layout[family];
  const place = [...Array.from({ length: jumps }, () => `-D PREROUTING ${JUMP}`), `-I PREROUTING 1 ${JUMP}`];
  if (isWired) return isFirst && jumps === 1 ? [] : place;
  return [
    ...(chains.includes(GROUPS_CHAIN) ? [] : [declare(GROUPS_CHAIN)]),
    ...(family === 6 ? [declare(ND_CHAIN), ...ndRules().map((text) => `-A ${ND_CHAIN} ${text}`)] : []),
    declare(MAIN_CHAIN),
    ...mainRules(family).map(({ text }) => `-A ${MAIN_CHAIN} ${text}`),
    ...place,
  ];
}

/** All of ours in this family. */
export function removeLayoutLines({ layout }: IptablesState, family: Family): string[] {
  const { jumps, chains } = layout[family];
  return [
    ...Array.from({ length: jumps }, () => `-D PREROUTING ${JUMP}`),
    ...chains.map((name) => `-F ${name}`),
    ...chains.map((name) => `-X ${name}`),
  ];
}

export function removeGroupLines({ parts }: IptablesGroup, family: Family): string[] {
  const { jumps, chains } = parts[family];
  return [
    ...jumps.map((text) => `-D ${GROUPS_CHAIN} ${text}`),
    ...chains.flatMap((name) => [`-F ${name}`, `-X ${name}`]),
  ];
}

/** Makes it, or empties it. */
function declare(name: string): string {
  return `:${name} - [0:0]`;
}
