/**
 * What is always there while anything of ours is, the same in iptables and ip6tables. Table raw, PREROUTING (priority -300): before connection tracking,
 * so that Docker's published ports are covered, and a flood fills no table. ACCEPT ends the raw table only: the filter table is asked all the same.
 *   PREROUTING: DDOSTOP first
 *   DDOSTOP:    lo | neighbour discovery | guards | allows | DDOSTOP-GROUPS | blocks | targets
 * Each rule is known by its comment.
 */
import { type Family, GROUPS_CHAIN, MAIN_CHAIN, MAIN_ROLES, mainSet, ND_CHAIN } from './names.js';

/** Elements that each of our sets holds, at most; hash:net grows up to it by itself. 262 144 of some 200 B are 50 MB of kernel memory. */
export const MAX_ELEMENTS = 262_144;

export const JUMP = `-m comment --comment ddostop:jump -j ${MAIN_CHAIN}`;

/** Neighbour discovery and router advertisements (RFC 4861): without them IPv6 is cut off altogether. */
const ND_TYPES = [133, 134, 135, 136, 137];
/** RFC 4861 §6.1, §7.1: valid only with a hop limit no router has touched, so nobody off the link can use this as a way past our drops. */
const ND_HOP_LIMIT = 255;

/** A rule of DDOSTOP: what it says, and by what it is known again whatever the program that lists it makes of the words. */
export interface FixedRule {
  readonly comment: string;
  readonly text: string;
  readonly target: string;
  readonly set: string | null;
}

export function mainRules(family: Family): FixedRule[] {
  const set = (role: Parameters<typeof mainSet>[0]) => mainSet(role, family);
  const nd = fixed('ddostop:nd', `-p ipv6-icmp -m hl --hl-eq ${ND_HOP_LIMIT}`, ND_CHAIN);
  return [
    fixed('ddostop:lo', '-i lo', 'ACCEPT'),
    ...(family === 6 ? [nd] : []),
    fixed('ddostop:guard', `-p tcp -m set --match-set ${set('guard')} src,dst`, 'ACCEPT', set('guard')),
    fixed('ddostop:allow', `-m set --match-set ${set('allow')} src`, 'ACCEPT', set('allow')),
    fixed('ddostop:groups', '', GROUPS_CHAIN),
    fixed('ddostop:block', `-m set --match-set ${set('block')} src`, 'DROP', set('block')),
    fixed('ddostop:target', `-m set --match-set ${set('target')} dst`, 'DROP', set('target')),
  ];
}

export function ndRules(): string[] {
  return ND_TYPES.map(
    (type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m comment --comment ddostop:nd -j ACCEPT`,
  );
}

/** `create` lines of the eight sets; there already is no error. */
export function mainSetLines(): string[] {
  return ([4, 6] as const).flatMap((family) =>
    MAIN_ROLES.map((role) =>
      createLine(mainSet(role, family), role === 'guard' ? 'hash:ip,port' : 'hash:net', family, MAX_ELEMENTS),
    ),
  );
}

export function createLine(name: string, type: string, family: Family, most: number, flags = TIMED): string {
  return `create ${name} ${type} family ${family === 4 ? 'inet' : 'inet6'} maxelem ${most}${flags} -exist`;
}

/** A timeout of 0 is none: each element brings its own. */
const TIMED = ' timeout 0 counters comment';

function fixed(comment: string, match: string, target: string, set: string | null = null): FixedRule {
  const words = [match, `-m comment --comment ${comment}`, `-j ${target}`].filter((word) => word !== '');
  return { comment, text: words.join(' '), target, set };
}
