/** Whom a refused document concerns: errors name the path to a node, or say nothing about it. */
import type { ApiFailure } from '../../../src/platform/cloudflare/api-failure.js';
import type { AnalyticsDocument, AskedNode } from './analytics-document.js';

export interface NodeFailure {
  readonly asked: AskedNode;
  readonly why: string;
  readonly isForbidden: boolean;
}

const FORBIDDEN = /not authorized|does not have access|authz|unauthorized|forbidden|permission/i;

/** Empty: no node is named. */
export function failedNodes({ remarks }: ApiFailure, { scopes }: AnalyticsDocument): NodeFailure[] {
  const failures = new Map<AskedNode, NodeFailure>();
  for (const { message, pointer } of remarks) {
    const steps = pointer.split('/');
    const isForbidden = FORBIDDEN.test(message);
    const named = [...scopes.keys()].filter(({ planned }) => steps.includes(planned.node.id));
    const meant =
      named.length > 0 ? named : [...scopes].filter(([, scope]) => steps.includes(scope)).map(([one]) => one);
    for (const asked of meant) failures.set(asked, { asked, why: message, isForbidden });
  }
  return [...failures.values()];
}

export function isForbidden({ remarks, status }: ApiFailure): boolean {
  return status === 403 || remarks.some(({ message }) => FORBIDDEN.test(message));
}
