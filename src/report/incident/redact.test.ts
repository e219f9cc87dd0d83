import { describe, expect, test } from 'vitest';
import { makeKnownStored, OPENED_AT } from '../../../test/support/incident-fixture.js';
import { redactText } from './redact-text.js';
import { renderIncident } from './render-incident.js';

const redaction = { kept: new Set(['203.0.113.7', 'shop.example.org']), hosts: ['jump1'], target: null };

describe('redaction', () => {
  test.each([
    ['from 198.51.100.77 and 198.51.100.78/32', 'from 198.51.100.0/24 and 198.51.100.0/24'],
    ['to 203.0.113.7, 203.0.113.8', 'to 203.0.113.7, 203.0.113.0/24'],
    ['10.0.0.0/8 stays', '10.0.0.0/8 stays'],
    ['version 1.2.3.4.5', 'version 1.2.3.4.5'],
    ['2001:db8:1:2::9, fe80::1.', '2001:db8:1::/48, fe80::/48.'],
    ['at 12:30:05 and 14:00:25Z', 'at 12:30:05 and 14:00:25Z'],
    ['ada.lovelace@jump1 on jump1', 'A.L. on [host]'],
    ['mail a@b.example', 'mail A.'],
    ['see /var/lib/x.pcap or ~/notes/x', 'see [path] or [path]'],
    ['C:\\evidence\\x.pcap', '[path]'],
    ['at https://graphs.example/d/7?x=1', 'at [link]'],
    ['shop.example.org, not db1.internal.example.org', 'shop.example.org, not [host]'],
    ['ip.ttl = 64 and http.host = "x"', 'ip.ttl = 64 and http.host = "x"'],
    ['90k pps, 4.5 times; 78.0% of 1.10 GB', '90k pps, 4.5 times; 78.0% of 1.10 GB'],
    ['yes/no and 71 % of the /24', 'yes/no and 71 % of the /24'],
  ])('%s', (text, expected) => {
    expect(redactText(text, redaction)).toBe(expected);
  });

  test('the target and its network go where it may not be named', () => {
    const without = { kept: new Set<string>(), hosts: [], target: { text: '203.0.113.7', instead: '[target]' } };
    expect(redactText('203.0.113.7:443, 203.0.113.70, 198.51.100.7', without)).toBe(
      '[target]:443, [network of the target], 198.51.100.0/24',
    );
  });

  test.each(['text', 'markdown', 'html', 'json', 'misp', 'nladc'] as const)('of a whole report: %s', (format) => {
    const page = renderIncident(makeKnownStored(), { format, ascii: false, nowSec: OPENED_AT, redact: true });
    expect(page).not.toMatch(/198\.51\.100\.7\b|2001:db8::7|ada|jump1|\/var\/lib|graphs\.example|pagerduty\.test/);
    if (format !== 'nladc') expect(page).toContain('203.0.113.7');
    const hidden = renderIncident(makeKnownStored(), {
      format,
      ascii: false,
      nowSec: OPENED_AT,
      redactTarget: true,
      related: [{ id: 'x', target: '203.0.113.7', origin: 'fastnetmon' }],
    });
    expect(hidden).not.toMatch(/203\.0\.113/);
  });
});
