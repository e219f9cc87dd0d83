import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withTexts } from '../../../test/support/hostile-stored.js';
import { ALL_HOSTILE, HIDDEN } from '../../../test/support/hostile-strings.js';
import {
  makeBareStored,
  makeIncident,
  makeKnownStored,
  makeStored,
  OPENED_AT,
} from '../../../test/support/incident-fixture.js';
import { cellWidth } from '../../format/cell-text.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { type RenderOptions, renderIncident } from './render-incident.js';

const nowSec = OPENED_AT + 600;
const related = [{ id: 'fnm-x', target: '203.0.113.7', origin: 'fastnetmon' }];
const render = (stored: StoredIncident, options: Partial<RenderOptions> = {}) =>
  renderIncident(stored, { format: 'text', ascii: false, nowSec, related, ...options });

const FORMATS = ['text', 'markdown', 'html', 'json', 'nladc', 'misp'] as const;
const AUDIENCES = ['engineer', 'customer', 'management'] as const;

/** What a browser, a page of tickets and a terminal would make something of. */
const BREAKERS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '</style></title></textarea></pre>',
  '<!--',
  '&lt;',
  '&#x3c;',
  '`${1}`',
  '| x |',
  '](javascript:alert(1))',
  '@everyone',
  'www.evil.example',
  '```',
  '\n# x',
  '\x1b[2J',
  '\u202e',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...BREAKERS), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 4 })
  .map((pieces) => pieces.join(''));

describe('texts of others', () => {
  test('are nothing but text in HTML: the marks are those of harmless texts', () => {
    const marks = (html: string) => html.match(/<[^>]*>/g) ?? [];
    // Bars and classes depend on lengths, and anchors on nothing: only what a text may add is compared.
    const names = (html: string) => marks(html).map((mark) => mark.replace(/ class="[^"]*"/, ''));
    const harmless = names(
      render(
        withTexts(() => 'x'),
        { format: 'html' },
      ),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const page = render(
          withTexts(() => `x${text.replaceAll('\n', ' ')}`),
          { format: 'html' },
        );
        expect(names(page)).toEqual(harmless);
        expect(page.replaceAll('\n', '')).not.toMatch(HIDDEN);
      }),
      { numRuns: 60 },
    );
  });

  test.each(FORMATS)('hide nothing in %s', (format) => {
    for (const audience of AUDIENCES) {
      const page = render(
        withTexts((text) => `${text}${ALL_HOSTILE}`),
        { format, audience },
      );
      expect(page.replaceAll('\n', '')).not.toMatch(HIDDEN);
      expect(page.endsWith('\n')).toBe(true);
    }
  });

  test('are ASCII where only that is wanted', () => {
    const stored = withTexts((text) => `${text}é${ALL_HOSTILE}`);
    expect(render(stored, { ascii: true })).toMatch(/^[\x20-\x7e\n]*$/);
    expect(render(makeKnownStored(), { ascii: true })).toContain('#');
  });

  test('keep to the width, but for texts for machines', () => {
    for (const width of [68, 80, 120]) {
      const lines = render(
        withTexts((text) => text.replace(/ /g, 'ー')),
        { width },
      ).split('\n');
      const wide = lines.filter((line) => !line.startsWith('  ') && cellWidth(line) > width);
      expect(wide).toEqual([]);
    }
  });

  test('end no fence, row, link or mention in Markdown', () => {
    const page = render(
      withTexts((text) => `${text} ${BREAKERS.join(' ')}`),
      { format: 'markdown' },
    );
    const outside = page.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replace(/(?<!\\)`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/<|(?<!\\)[[\]*~!]\S*\(|@|www\.|:\/\//);
    // Headings in bold are ours.
    const tables = outside.split('\n').filter((line) => line.startsWith('|'));
    for (const block of tables.join('\n').split(/\n(?=\|[^\n]*\n\|[-:|]+\|)/)) {
      const cells = block.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});

describe('audiences', () => {
  const SECRET = 'qzx';
  /** Everything but the target, the id, the words of the program and the ids of vectors is somebody's own. */
  const marked = () => {
    let n = 0;
    const stored = withTexts((text, field) => `${SECRET}${(n += 1)}${field === 'id' ? '' : text}`);
    const { vectors } = makeIncident();
    return {
      ...stored,
      incident: {
        ...stored.incident,
        id: 'i1',
        target: '203.0.113.7',
        vectors: stored.incident.vectors.map((vector, i) => ({ ...vector, id: vectors[i]!.id })),
      },
    };
  };

  test.each(['customer', 'management'] as const)('nothing internal for %s', (audience) => {
    for (const format of ['text', 'markdown', 'html', 'json'] as const) {
      const page = render(marked(), { format, audience });
      expect(page).not.toContain(SECRET);
      expect(page).not.toMatch(/198\.51\.100|2001:db8|eth0|nft|ada|jump1|pager|\/var/);
      expect(page).toContain('203.0.113.7');
    }
  });

  test('a customer is told what happened, what was done, what to expect', () => {
    expect(render(makeKnownStored(), { audience: 'customer', width: 200 })).toMatchInlineSnapshot(`
      "Update on the traffic to 203.0.113.7

      What happened
      ─────────────
      On 2026-02-03 14:00:25Z an attack on 203.0.113.7 began; it ended after 3m00s. Its kind was SYN flood and DNS amplification, its peak 410 Mbit/s and 91.2k pps.

      What was done
      ─────────────
      We detected it 1s after it began. A filter against it was in place 1m45s after it began. Since then 0.1% of the attack reaches you. Measured after that: good traffic is not less than before the
      filter.

      What to expect
      ──────────────
      The attack is over and you need not do anything. We go on watching it; attacks of this kind often come back, and we will tell you if this one does.

      Reference i1, 2026-02-03 14:10:25Z. All times are UTC.
      "
    `);
    expect(render(makeBareStored(), { audience: 'customer', width: 200 })).toMatchInlineSnapshot(`
      "Update on the traffic to 203.0.113.7

      What happened
      ─────────────
      On 2026-02-03 14:00:25Z an attack on 203.0.113.7 began and has gone on for 10m00s. Its kind was unusual traffic, its peak 70.1k pps.

      What was done
      ─────────────
      We were told of it. No filter of ours had to be put in place so far.

      What to expect
      ──────────────
      Your service may be slow or hard to reach while it lasts. We will write again when it is over or anything changes.

      Reference fnm-abcdefgh, 2026-02-03 14:10:25Z. All times are UTC.
      "
    `);
  });

  test('management is told one line', () => {
    const line = (stored: StoredIncident) => render(stored, { audience: 'management', width: 200 }).trim();
    expect(line(makeKnownStored())).toMatchInlineSnapshot(
      `"203.0.113.7: SYN flood and DNS amplification; peak 410 Mbit/s and 91.2k pps; lasted 3m00s; detected in 1s; mitigated in 1m45s; good traffic is not less than before the filter."`,
    );
    expect(line(makeBareStored())).toMatchInlineSnapshot(
      `"203.0.113.7: unusual traffic; peak 70.1k pps; going on for 10m00s; time to detect not known; not mitigated from here; effect on good traffic not measured."`,
    );
  });

  test('what is not seen is said to be', () => {
    const effect = {
      at: OPENED_AT + 9,
      mitigationId: 'k1',
      seconds: 10,
      attackBeforePps: 9000,
      attackAfterPps: null,
      goodBeforePps: null,
      goodAfterPps: null,
      droppedPackets: null,
    };
    const page = render(makeStored({ effects: [effect] }), { width: 200 });
    expect(page).toContain('The attack had 9.00k pps before; after it is not seen from here.');
    expect(page.match(/not seen from here/g)?.length).toBeGreaterThan(4);
  });
});
