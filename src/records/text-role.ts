/** What a text found in a payload is: one table each. */
export const TEXT_ROLES = [
  'dnsQueries',
  'dnsResponses',
  'dnsMulticast',
  'httpMethods',
  'httpHosts',
  'httpUris',
  'httpUserAgents',
  'httpHeaderOrders',
  'httpCookies',
  'tlsServerNames',
  'tlsJa4',
  'tlsJa3',
  'tcpSynSignatures',
] as const;

export type TextRole = (typeof TEXT_ROLES)[number];
