/** A crowd of people and as many requests of programs, each built in, over ten seeds: one is no attack, the other is. */
import { expect, test } from 'vitest';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { scenarioChunks } from '../../src/scenario/scenario.js';
import type { ScenarioName } from '../../src/scenario/scenario-name.js';
import { IS_WHOLE } from '../support/whole.js';

const START_SEC = 1_760_000_000;

function play(name: ScenarioName, seed: number): Pipeline {
  const pipeline = new Pipeline({ windows: true, seed: 3 });
  const reader = new CaptureReader(null);
  const batch = new FrameBatch();
  for (const chunk of scenarioChunks(seed, START_SEC, name)) {
    for (let at = 0; at < chunk.length; ) {
      const space = reader.space();
      const part = chunk.subarray(at, at + space.length);
      space.set(part);
      reader.wrote(part.length);
      at += part.length;
      while (reader.next(batch) === ReadState.frames) pipeline.pushFrames(batch);
    }
  }
  pipeline.finish();
  return pipeline;
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

test.skipIf(!IS_WHOLE).each(seeds)('seed %i: five times the visitors are no attack', (seed) => {
  expect(play('crowd', seed).alarms).toBe(0);
});

test.skipIf(!IS_WHOLE).each(seeds)('seed %i: as many requests of programs are one', (seed) => {
  const pipeline = play('http-flood', seed);
  expect(pipeline.alarms).toBe(1);
  const [incident] = pipeline.incidents();
  expect(incident?.vectors.map(({ id }) => id)).toContain('app-http-get');
  expect(incident?.votes.reduce((sum, { vote }) => sum + vote, 0)).toBeGreaterThanOrEqual(3);
});
