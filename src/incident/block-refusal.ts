/** Requests that may be those of people are not blocked, whatever their number: challenge or limit them (Jung, Krishnamurthy, Rabinovich 2002). */
import type { Incident } from './incident.js';

/** Votes that must be left for an attack when those for a crowd are taken off. */
const LEAST_NET_VOTES = 2;

/** Why nothing may be blocked; null: it may, or there is no such question. */
export function blockRefusal({ votes }: Pick<Incident, 'votes'>): string | null {
  if (votes.length === 0) return null;
  const net = votes.reduce((sum, { vote }) => sum + vote, 0);
  if (net >= LEAST_NET_VOTES) return null;
  const attack = votes.filter(({ vote }) => vote > 0).length;
  const crowd = votes.filter(({ vote }) => vote < 0).length;
  return `This may be a crowd (${attack} votes for an attack, ${crowd} for a crowd): it is not blocked. Challenge or rate-limit it.`;
}
