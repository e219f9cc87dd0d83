/** What the analytics of an account say while a target is flooded with DNS answers: rows of the last minutes, made when they are asked for. */
import type { AnswererPlace, FlatRow } from './analytics-answerer.js';

export const FLOODED = '203.0.113.9';
const STEP_SEC = 10;
const BACK_SEC = 600;
const FLOOD_SEC = 200;

/** `nowSec`: epoch seconds. */
export function floodedAccount(id: string, nowSec: number): AnswererPlace {
  const newest = Math.floor(nowSec / STEP_SEC) * STEP_SEC - 2 * STEP_SEC;
  const packets: FlatRow[] = [];
  for (let sec = newest - BACK_SEC; sec <= newest; sec += STEP_SEC) {
    packets.push(goodRow(sec));
    if (sec > newest - FLOOD_SEC) packets.push(floodRow(sec));
  }
  const attack = {
    sec: newest - FLOOD_SEC,
    endSec: nowSec,
    attackId: 'a1b2c3',
    attackVector: 'DNS Amplification',
    destinationIp: FLOODED,
    ipProtocolName: 'UDP',
    ruleName: 'Large DNS answers',
    mitigationType: 'Drop',
    packets: 6e7,
    bits: 6e11,
    droppedPackets: 5.98e7,
    droppedBits: 5.98e11,
  };
  return {
    id,
    rows: {
      magicTransitNetworkAnalyticsAdaptiveGroups: packets,
      dosdNetworkAnalyticsAdaptiveGroups: packets.filter(({ outcome }) => outcome === 'drop'),
      dosdAttackAnalyticsGroups: [attack],
    },
    settings: {},
  };
}

const base = (sec: number): FlatRow => ({
  sec,
  ipDestinationAddress: FLOODED,
  sourceAsn: 64_500 + (sec % 5),
  sourceAsnName: 'Example Transit',
  coloCode: 'FRA',
});

const goodRow = (sec: number): FlatRow => ({
  ...base(sec),
  outcome: 'pass',
  ipProtocol: 6,
  ipProtocolName: 'TCP',
  sourcePort: 40_000 + (sec % 9000),
  destinationPort: 443,
  ipTotalLength: 1200,
  ipTtl: 57,
  packets: 20_000,
  bits: 20_000 * 1200 * 8,
  ipSourceAddress: `192.0.2.${sec % 250}`,
  sourceCountry: 'DE',
});

const floodRow = (sec: number): FlatRow => ({
  ...base(sec),
  outcome: 'drop',
  ipProtocol: 17,
  ipProtocolName: 'UDP',
  sourcePort: 53,
  destinationPort: 1024 + (sec % 5000),
  ipTotalLength: 1400,
  ipTtl: 244,
  packets: 3e6,
  bits: 3e6 * 1400 * 8,
  ipSourceAddress: `198.51.100.${sec % 250}`,
  sourceCountry: 'BR',
  attackId: 'a1b2c3',
  attackVector: 'DNS Amplification',
  mitigationSystem: 'dosd',
});
