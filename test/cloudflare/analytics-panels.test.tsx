/** The panels of the edge's network, drawn into a terminal: what they say, at every size, with hostile names. */
import { PassThrough } from 'node:stream';
import { render } from 'ink';
import type { ReactElement } from 'react';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EdgeAttacksPanel } from '../../components/panels/EdgeAttacksPanel.js';
import { EdgeNetworkPanel } from '../../components/panels/EdgeNetworkPanel.js';
import { DARK_THEME } from '../../components/theme/theme.js';
import type { EdgeNetworkView } from '../../src/snapshot/edge-network-view.js';
import { ScreenWriter } from '../../src/terminal/screen-writer.js';
import { VirtualStdout } from '../../src/terminal/virtual-stdout.js';
import { AnalyticsLab } from '../support/cloudflare/analytics-lab.js';
import { ALL_HOSTILE, HIDDEN } from '../support/hostile-strings.js';
import { XtermScreen } from '../support/xterm-screen.js';

let lab: AnalyticsLab;
let empty: EdgeNetworkView;
let view: EdgeNetworkView;

beforeAll(async () => {
  lab = await AnalyticsLab.start({}, (one) => {
    empty = one.view;
    fill(one);
  });
  ({ view } = lab);
});
afterAll(() => lab.close());

function fill({ account, nowSec }: AnalyticsLab): void {
  const ten = Math.floor(nowSec / 10) * 10;
  const rows = Array.from({ length: 80 }, (_, i) => i).flatMap((i) => {
    const sec = ten - 20 - i * 10;
    const base = {
      sec,
      ipProtocol: 17,
      destinationPort: 443,
      sourceAsn: 64_500 + (i % 5),
      sourceAsnName: 'Example Transit',
      coloCode: 'FRA',
    };
    const good = {
      ...base,
      outcome: 'pass',
      packets: 20_000 + 900 * (i % 7),
      bits: 2e8,
      ipSourceAddress: '192.0.2.10',
      ipDestinationAddress: '203.0.113.9',
      sourceCountry: 'DE',
    };
    const flood = {
      ...base,
      outcome: 'drop',
      packets: 3e6,
      bits: 3e10,
      ipSourceAddress: `198.51.100.${i}`,
      ipDestinationAddress: '203.0.113.9',
      sourceCountry: 'BR',
      attackId: 'a1',
      attackVector: 'DNS Amplification',
      mitigationSystem: 'dosd',
    };
    return i < 20 ? [good, flood] : [good];
  });
  account.rows['magicTransitNetworkAnalyticsAdaptiveGroups'] = rows;
  account.rows['dosdNetworkAnalyticsAdaptiveGroups'] = rows.filter(({ outcome }) => outcome === 'drop');
  account.rows['magicFirewallNetworkAnalyticsAdaptiveGroups'] = rows
    .slice(0, 9)
    .map((row) => ({ ...row, ruleId: 'f174e90afafe4643', verdict: 'drop' }));
  account.rows['dosdAttackAnalyticsGroups'] = [
    {
      sec: ten - 220,
      endSec: ten - 20,
      attackId: 'a1',
      attackVector: 'DNS Amplification',
      destinationIp: '203.0.113.9',
      destinationPort: 443,
      ipProtocolName: 'UDP',
      ruleName: 'Large DNS answers',
      mitigationType: 'Drop',
      packets: 6e7,
      bits: 6e11,
      droppedPackets: 5.8e7,
      droppedBits: 5.8e11,
    },
    {
      sec: ten - 4000,
      endSec: ten - 3700,
      attackId: 'a2',
      attackVector: ALL_HOSTILE,
      destinationIp: '2001:db8::9',
      destinationPort: 80,
      ipProtocolName: 'TCP',
      ruleName: ALL_HOSTILE,
      mitigationType: 'Monitor',
      packets: 1e6,
      bits: 1e9,
      droppedPackets: 1e5,
      droppedBits: 1e8,
    },
  ];
  account.rows['magicTransitTunnelHealthChecksAdaptiveGroups'] = ['gre-fra', `gre-${ALL_HOSTILE}`].map(
    (tunnelName, i) => ({ sec: ten - 60, tunnelName, edgeColoCode: 'fra', tunnelState: i === 0 ? 1 : 0 }),
  );
  account.rows['magicTransitTunnelTrafficAdaptiveGroups'] = [
    { sec: Math.floor(nowSec / 300) * 300 - 300, tunnelName: 'gre-fra', direction: 'ingress', bits: 3e11, packets: 1 },
  ];
}

async function drawn(panel: ReactElement, width: number, height: number): Promise<string> {
  const stdout = new VirtualStdout(width, height);
  const nowhere = new PassThrough();
  const ink = render(panel, {
    stdout: stdout.asWriteStream(),
    stdin: nowhere as unknown as NodeJS.ReadStream,
    stderr: nowhere as unknown as NodeJS.WriteStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  const { frame } = stdout;
  ink.unmount();
  const screen = new XtermScreen(width, height);
  const capabilities = { depth: 'truecolor', unicode: true, sync: false, remote: false } as const;
  const writer = new ScreenWriter(width, height, capabilities, (text) => void screen.terminal.write(text));
  writer.show(frame);
  await screen.write('');
  expect(writer.overflowRows).toBe(0);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => screen.cell(row, column).text).join(''),
  ).join('\n');
}

const attacks = (of: EdgeNetworkView, width: number, height: number) =>
  drawn(
    <EdgeAttacksPanel
      view={of}
      unit="bps"
      offset={0}
      selected={0}
      isFocused
      width={width}
      height={height}
      theme={DARK_THEME}
    />,
    width,
    height,
  );
const network = (of: EdgeNetworkView, width: number, height: number) =>
  drawn(<EdgeNetworkPanel view={of} unit="pps" width={width} height={height} theme={DARK_THEME} />, width, height);

test.each([
  [80, 10],
  [80, 24],
  [120, 20],
  [120, 40],
  [200, 50],
])('%i x %i: attacks, and what passed and was dropped', async (width, height) => {
  const [ofAttacks, ofNetwork] = [await attacks(view, width, height), await network(view, width, height)];
  if (process.env['SHOW'] !== undefined) console.log(`${ofAttacks}\n${ofNetwork}`);
  for (const word of ['ongoing', 'DNS Amplification', '203.0.113.9:443/udp', '10s behind'])
    expect(ofAttacks).toContain(word);
  for (const word of ['Magic Transit', 'DDoS protection', 'DROPPED', 'TARGETS']) expect(ofNetwork).toContain(word);
  if (height >= 20) expect(ofNetwork).toContain('down');
  expect(HIDDEN.test(`${ofAttacks}${ofNetwork}`.replaceAll('\n', ''))).toBe(false);
});

test('before the first word, and after the last', async () => {
  expect(await attacks(empty, 80, 10)).toContain('asking what is there');
  expect(await network(empty, 80, 10)).toContain('no packets of networks');
  const silent = { ...view, silentSec: 400, state: 'retrying' as const, remarks: [ALL_HOSTILE, 'not on this plan'] };
  expect(await attacks(silent, 80, 10)).toContain('no data for 6m40s: figures are old');
  const shown = await network(silent, 80, 24);
  expect(shown).toContain('not on this plan');
  expect(HIDDEN.test(shown.replaceAll('\n', ''))).toBe(false);
});
