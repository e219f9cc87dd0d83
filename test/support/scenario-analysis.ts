/** An analysis of one of the built-in scenario's attacks, against the minutes before it; for screens and tests of the whole path. */
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { RowCollector } from '../../src/pipeline/row-collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { DEFAULT_SEED } from '../../src/scenario/default-seed.js';
import { SCENARIO, scenarioChunks } from '../../src/scenario/scenario.js';
import type { Analysis } from '../../src/signature/analysis.js';
import type { Backend } from '../../src/signature/backend.js';
import { AnalysisSession, type RowSides } from '../../src/signature/session.js';

const START_SEC = 1_760_000_000;
const SEED = 1;
/** The shop under attack. */
export const SHOP = '203.0.113.10';
/** The attack is looked at when it is so old. */
const LOOK_SEC = 15;

export type ScenarioAttack = 'synFlood' | 'dnsAmplification' | 'httpFlood';

export function scenarioSession(attack: ScenarioAttack, backend: Backend | null = null): AnalysisSession {
  const fromSec = START_SEC + SCENARIO[attack].fromSec;
  const toSec = fromSec + LOOK_SEC;
  // Seconds without an attack: behind the one before.
  const goodFromSec = fromSec - (attack === 'synFlood' ? 15 : 30);
  const attacks = new RowCollector({ seed: SEED, target: SHOP, fromSec, toSec });
  const goods = new RowCollector({ seed: SEED, target: SHOP, fromSec: goodFromSec, toSec: fromSec - 1 });
  pushScenario([attacks, goods], toSec);
  const sides = ({ packets, requests, hellos }: RowCollector): RowSides => ({ packets, requests, hellos });
  return new AnalysisSession(
    {
      target: SHOP,
      attack: { ...sides(attacks), fromSec, toSec },
      good: { ...sides(goods), fromSec: goodFromSec, toSec: fromSec - 1, is: 'before' },
      rates: {
        attackPps: attacks.packetsSeen / LOOK_SEC,
        goodPps: goods.packetsSeen / (fromSec - 1 - goodFromSec),
      },
    },
    { backend },
  );
}

export function scenarioAnalysis(attack: ScenarioAttack, backend: Backend | null = null): Analysis {
  return scenarioSession(attack, backend).analyse();
}

/** The frames up to a moment, a second more at most. */
export function pushScenario(collectors: readonly RowCollector[], toSec: number): void {
  const reader = new CaptureReader();
  const batch = new FrameBatch();
  for (const chunk of scenarioChunks(DEFAULT_SEED)) {
    for (let at = 0; at < chunk.length; ) {
      const space = reader.space();
      const piece = chunk.subarray(at, at + space.length);
      space.set(piece);
      reader.wrote(piece.length);
      at += piece.length;
      while (reader.next(batch) === ReadState.frames) {
        for (const collector of collectors) collector.pushFrames(batch);
        if ((batch.sec[0] as number) > toSec) return;
      }
    }
  }
}
