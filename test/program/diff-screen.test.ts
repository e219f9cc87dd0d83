/** Screen 3 in a real terminal, on the built-in scenario: a rule appears, is edited, written for another backend, copied, and left. */
import { afterEach, expect, test, vi } from 'vitest';
import { PROGRAM } from '../support/program.js';
import { describeWith } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';
import { parseTerminalStream } from '../support/terminal-stream.js';

vi.setConfig({ testTimeout: 120_000 });
/** The first attack begins 15 s into the scenario. */
const ATTACK_WAIT_MS = 60_000;

const sessions: TerminalSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

async function openDemo(columns: number, rows: number): Promise<TerminalSession> {
  const session = new TerminalSession([process.execPath, PROGRAM, 'demo', '--speed', '4'], { columns, rows });
  sessions.push(session);
  await session.waitFor('ATTACK', ATTACK_WAIT_MS);
  return session;
}

/** What the rule drops and harms, as its pane says. */
const figuresOf = (text: string) => /drops +\S+ +harms .*?\)/.exec(text)?.[0] ?? '';

async function expectLeft(session: TerminalSession): Promise<readonly string[]> {
  session.keys('\x03');
  expect(await session.exited).toBe(0);
  // The kernel took a part of a frame, which may end inside a character.
  const whole = session.output.replace(
    /(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})(?=\x18)/g,
    '',
  );
  const { faults, clipboard } = parseTerminalStream(Buffer.from(whole, 'latin1'));
  // Who leaves in the middle of a frame cancels its sequence with CAN (ECMA-48 §8.3.6) before the screen is given back.
  expect(faults.filter((fault) => !/\\u0018\\u001b\[\?2026l/.test(fault))).toEqual([]);
  return clipboard;
}

describeWith(['python3'], 'the diff screen', () => {
  test('d, a rule; Space edits it, b writes it for another backend, y copies the commands, q leaves', async () => {
    const session = await openDemo(120, 40);
    session.keys('d');
    const proposed = await session.waitFor('Rule, as proposed', ATTACK_WAIT_MS);
    expect(proposed).toContain('3 Diff');
    expect(figuresOf(proposed)).toMatch(/^drops/);
    // Down to a value that is in the rule, and out with it.
    session.keys('jj');
    for (let i = 0; i < 30 && !session.screen.text().includes('Rule, as edited'); i += 1) {
      session.keys('j ');
      await session.waitFor((text) => /as edited|no backend/.test(text)).catch(() => '');
    }
    const edited = await session.waitFor((text) => text.includes('Rule, as edited') && !text.includes('measuring'));
    expect(figuresOf(edited)).not.toBe(figuresOf(proposed));
    session.keys(' ');
    await session.waitFor((text) => text.includes('Rule, as edited') && !text.includes('measuring'));
    session.keys('b');
    await session.waitFor('backend: iptables');
    session.keys('\tjjG');
    await session.waitFor(/iptables .*-A ddostop-rule|ddostop-rule/);
    session.keys('y');
    await session.waitFor('Copied');
    session.keys('bby');
    await session.waitFor(/backend: flowspec|Copied/);
    session.keys('q');
    await session.waitFor((text) => !text.includes('3 Diff') || text.includes('1 Overview'));
    const clipboard = await expectLeft(session);
    expect(clipboard[0]).toMatch(/^iptables -w -t raw -N ddostop-rule\n/);
    expect(clipboard[0]).toContain('203.0.113.10');
  });

  test('another size in the middle of it, small and large', async () => {
    const session = await openDemo(120, 40);
    session.keys('d');
    session.resize(80, 24);
    await session.waitFor('Rule, as proposed', ATTACK_WAIT_MS);
    for (const [columns, rows] of [
      [200, 60],
      [30, 8],
      [80, 24],
      [120, 40],
    ] as const) {
      session.resize(columns, rows);
      if (rows > 20) await session.waitFor((text) => text.includes('Rule, as') && text.split('\n').length >= rows);
      session.keys('jjGg\t\t');
    }
    session.keys('d');
    await session.waitFor('Rule, as proposed');
    await expectLeft(session);
  });

  test('= and - mark what is good and what is attack, and the diff says that it is theirs', async () => {
    const session = await openDemo(160, 50);
    session.keys('2');
    await session.waitFor('From ports');
    session.keys('\t=');
    const said = await session.waitFor(/marked good, \d+ as attack|can be marked good/);
    if (/can be marked good/.test(said)) {
      session.keys('\t=');
      await session.waitFor(/1 marked good, 0 as attack/);
    }
    session.keys('j-');
    await session.waitFor(/1 marked good, 1 as attack/);
    session.keys('=');
    await session.waitFor(/2 marked good, 0 as attack/);
    session.keys('d');
    await session.waitFor(/good: rows marked good|rows marked good|No rule is proposed/, ATTACK_WAIT_MS);
    await expectLeft(session);
  });
});
