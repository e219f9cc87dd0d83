/** Which column of a log each role of texts is counted from, and how. Clients, networks and statuses are numbers. */
import type { EdgeRole } from '../../records/edge-role.js';
import { type LogText, LogTextAt } from '../../records/http-log-batch.js';

export type TextEdgeRole = Exclude<EdgeRole, 'edgeClients' | 'edgeAsns' | 'edgeStatuses'>;

/** whole: as logged; template: a path; host: of a URL; items: of a list. */
export type TextForm = 'whole' | 'template' | 'host' | 'items';

export interface TextRoleInfo {
  readonly role: TextEdgeRole;
  readonly column: number;
  readonly form: TextForm;
  /** A header that was not sent says something, a field without a value does not. */
  readonly countsEmpty: boolean;
}

const info = (role: TextEdgeRole, text: LogText, form: TextForm = 'whole', countsEmpty = false): TextRoleInfo => ({
  role,
  column: LogTextAt[text],
  form,
  countsEmpty,
});

export const TEXT_EDGE_ROLES: readonly TextRoleInfo[] = [
  info('edgeHosts', 'host'),
  info('edgePaths', 'path', 'template'),
  info('edgeCountries', 'country'),
  info('edgeUserAgents', 'userAgent', 'whole', true),
  info('edgeJa4', 'ja4'),
  info('edgeJa3', 'ja3'),
  info('edgeMethods', 'method'),
  info('edgeCacheStatuses', 'cacheStatus'),
  info('edgeSecurityActions', 'securityAction'),
  info('edgeSecuritySources', 'securitySources', 'items'),
  info('edgeRules', 'securityRuleIds', 'items'),
  info('edgeReferers', 'referer', 'host', true),
  info('edgeProtocols', 'protocol'),
  info('edgeColos', 'colo'),
];

const BY_ROLE = new Map<EdgeRole, TextRoleInfo>(TEXT_EDGE_ROLES.map((each) => [each.role, each]));

/** Null: a role of numbers. */
export function textRoleInfo(role: EdgeRole): TextRoleInfo | null {
  return BY_ROLE.get(role) ?? null;
}
