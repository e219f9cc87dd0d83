/** The HTML report in a real browser: it asks for nothing, complains of nothing, prints on A4, and what came from outside is text. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredIncident } from '../../src/incident/stored-incident.js';
import { renderIncident } from '../../src/report/incident/render-incident.js';
import { withTexts } from '../support/hostile-stored.js';
import { makeBareStored, makeKnownStored, OPENED_AT } from '../support/incident-fixture.js';
import { Chromium, findChromium, type Page, type Sight } from './chromium.js';

const path = findChromium();
if (path === null) console.warn('skipped: the HTML report in a browser, no chromium is installed');

/** Points of 1/72 inch; browsers round to pixels of 1/96. */
const A4 = { width: 595.28, height: 841.89 };

/** Ways out of a text of HTML, of an attribute, of a style sheet, of SVG; each would call, load or add something. */
const ATTACKS = [
  '<script>alert(1)</script>',
  '<img src="http://127.0.0.1:9/x.png" onerror="alert(1)">',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></textarea></pre></code><h1>owned</h1>',
  '<style>@import "http://127.0.0.1:9/x.css";</style>',
  '}*{background:url(http://127.0.0.1:9/y.png)}',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
  '<a href="javascript:alert(1)">x</a>',
  ']]><!--',
  '&lt;b&gt;&#x3c;i&#x3e;',
  '\u202eevil\u2066',
].join(' ');

describe.skipIf(path === null)('the HTML report in chromium', () => {
  let chromium: Chromium;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ddostop-report-'));
    chromium = await Chromium.start(path as string);
  });

  afterAll(async () => {
    await chromium?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open<Result>(name: string, stored: StoredIncident, use: (page: Page, url: string) => Promise<Result>) {
    const file = join(folder, `${name}.html`);
    await writeFile(file, renderIncident(stored, { format: 'html', ascii: false, nowSec: OPENED_AT + 600 }));
    const url = pathToFileURL(file).href;
    return chromium.withPage(url, (page) => use(page, url));
  }

  test.each([
    ['known', makeKnownStored()],
    ['bare', makeBareStored()],
  ])('%s: no complaint, no request but the file, A4', async (name, stored) => {
    await open(name, stored, async (page, url) => {
      const pdf = (await page.printed()).toString('latin1');
      const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
      expect(boxes.length).toBeGreaterThan(0);
      for (const [, width, height] of boxes) {
        expect(Math.abs(Number(width) - A4.width)).toBeLessThan(1);
        expect(Math.abs(Number(height) - A4.height)).toBeLessThan(1);
      }
      const { requests, complaints } = await page.look();
      expect(complaints).toEqual([]);
      expect(requests).toEqual([url]);
    });
  });

  test('the browser would tell', async () => {
    const page = renderIncident(makeBareStored(), { format: 'html', ascii: false, nowSec: OPENED_AT });
    const file = join(folder, 'bad.html');
    // But for the one that would lead to another page.
    const staying = ATTACKS.replace(/<meta[^>]*>/, '');
    await writeFile(file, page.replace('</main>', `${staying}</main>`));
    const sight = await chromium.withPage(pathToFileURL(file).href, (opened) => opened.look());
    expect(sight.elements['script']).toBeGreaterThan(0);
    // The policy of the page keeps what got in from running, and says so.
    expect(sight.complaints.join('\n')).toContain('Content Security Policy');
    expect(sight.text).not.toContain('<script>alert(1)</script>');
  });

  test('hostile texts in every field are text: no element more, no dialog, no request', async () => {
    const see = (name: string, text: string) =>
      open(
        name,
        withTexts((own) => `${own} ${text}`),
        async (page, url): Promise<Sight> => {
          const sight = await page.look();
          expect(sight.requests).toEqual([url]);
          expect(sight.complaints).toEqual([]);
          return sight;
        },
      );
    const harmless = await see('harmless', 'nothing to see here, but long enough');
    const hostile = await see('hostile', ATTACKS);
    expect(hostile.elements).toEqual(harmless.elements);
    expect(hostile.elements['script']).toBeUndefined();
    expect(hostile.text).toContain('<script>alert(1)</script>');
    expect(hostile.text).toContain('\\u{202e}evil');
  });

  test('nothing is wider than the paper, whatever is in it', async () => {
    const long = withTexts((text) => `${text}${'x'.repeat(400)}`);
    await open('long', long, async (page) => {
      // A4 less its margins, in pixels of 1/96 inch.
      await page.as({ media: 'print', scheme: 'light' }, 680);
      expect(await page.measure('document.documentElement.scrollWidth')).toBeLessThanOrEqual(680);
      expect(
        await page.measure(
          'Math.max(...[...document.querySelectorAll("table, pre, dl, svg")].map((one) => one.getBoundingClientRect().right))',
        ),
      ).toBeLessThanOrEqual(680);
    });
  });
});
