/** What a request asks for, in a few words; not cleaned. */
import { limitWords } from './limit-words.js';
import type { MitigationRequest } from './types.js';

const TOLD = 3;

export function requestWords(request: MitigationRequest): string {
  const { blockSources, blockTargets, signature, limits = [], sampleOnly, countSenders = [], synProxy = [] } = request;
  const parts = [
    ...(sampleOnly === undefined ? [] : ['count only']),
    ...listed('from', blockSources),
    ...listed('to', blockTargets),
    ...listed('senders to', countSenders),
    ...synProxy.slice(0, TOLD).map(({ prefix, port }) => `SYN proxy for ${prefix ?? 'anywhere'} port ${port}`),
    ...(signature == null ? [] : [signature.words]),
    ...limits.slice(0, TOLD).map(limitWords),
  ];
  return parts.join(', ');
}

function listed(word: string, prefixes: readonly string[]): string[] {
  const more = prefixes.length - TOLD;
  if (prefixes.length === 0) return [];
  return [`${word} ${prefixes.slice(0, TOLD).join(' ')}${more > 0 ? ` and ${more} more` : ''}`];
}
