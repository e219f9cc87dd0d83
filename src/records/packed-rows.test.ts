import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { pushScenario, SHOP } from '../../test/support/scenario-analysis.js';
import { RowCollector } from '../pipeline/row-collector.js';
import type { Contrast } from '../signature/contrast.js';
import { helloContrast, packetContrast, requestContrast } from '../signature/table/contrast-of.js';
import { HelloSamples } from './hello-samples.js';
import { columnsOf } from './owned-columns.js';
import { type PackedRows, packRows, transferOf, unpackRows } from './packed-rows.js';
import { PacketSamples } from './packet-samples.js';
import { RequestSamples } from './request-samples.js';
import type { SampledRows } from './sampled-rows.js';

const collector = new RowCollector({ seed: 3, target: SHOP, rows: 2000 });
pushScenario([collector], 1_760_000_000 + 20);

/** Through a port, as to a worker: what is transferred is gone here. */
function posted(packed: PackedRows): PackedRows {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(packed, transferOf(packed));
  const received = receiveMessageOnPort(port2) as { message: PackedRows };
  port1.close();
  return received.message;
}

/** Every other row, the last first: neither all of them nor in order. */
function some<Samples>({ samples, rows, weights, texts }: SampledRows<Samples>): SampledRows<Samples> {
  const picked = rows.filter((_, i) => i % 2 === 0).reverse();
  return { samples, rows: picked, weights: Float64Array.from(picked, (row) => (weights[row] as number) + row), texts };
}

/** What an analysis sees of the rows, written out. */
function valuesOf(contrast: Contrast): unknown {
  const { weights, sec, columns } = contrast;
  const values = columns.map(({ attribute, codes, ...column }) => [
    attribute.name,
    Array.from(codes, (code) => (code === 0 ? null : column.valueOf(code))),
  ]);
  return { weights, sec, values };
}

/** Columns of the samples, and of the details in them. */
const allColumns = (samples: object) =>
  [samples, ...Object.values(samples).filter((field) => typeof field === 'object' && !ArrayBuffer.isView(field))]
    .flatMap((record) => columnsOf(record as object))
    .map((column) => column.slice());

const { packets, requests, hellos } = collector;

describe('rows through a port', () => {
  const ofPackets = { rows: some(packets), from: PacketSamples.from, contrast: packetContrast } as const;
  const ofRequests = { rows: some(requests), from: RequestSamples.from, contrast: requestContrast } as const;
  const ofHellos = { rows: some(hellos), from: HelloSamples.from, contrast: helloContrast } as const;

  function expectSame<Samples extends Parameters<typeof packRows>[0]['samples']>(
    rows: SampledRows<Samples>,
    from: (buffers: readonly ArrayBuffer[]) => Samples,
    contrast: (attack: SampledRows<Samples>, good: null) => Contrast,
  ): void {
    expect(rows.rows.length).toBeGreaterThan(30);
    const before = [allColumns(rows.samples), rows.weights.slice(), rows.rows.slice()];
    const seen = valuesOf(contrast(rows, null));
    const packed = packRows(rows);
    const received = posted(packed);
    expect(valuesOf(contrast(unpackRows(received, from), null))).toEqual(seen);
    // The rings they came from go on; what was packed is on the other side.
    expect([allColumns(rows.samples), rows.weights, rows.rows]).toEqual(before);
    expect(packed.weights.length).toBe(0);
    expect(packed.buffers.every(({ byteLength }) => byteLength === 0)).toBe(true);
    // And once more: a copy of a copy, by structuredClone.
    const again = structuredClone(packRows(unpackRows(received, from)));
    expect(valuesOf(contrast(unpackRows(again, from), null))).toEqual(seen);
  }

  test('packets', () => expectSame(ofPackets.rows, ofPackets.from, ofPackets.contrast));
  test('requests', () => expectSame(ofRequests.rows, ofRequests.from, ofRequests.contrast));
  test('hellos', () => expectSame(ofHellos.rows, ofHellos.from, ofHellos.contrast));

  test('the texts travel with them, and no others', () => {
    const all = packRows(requests);
    const one = packRows({ ...requests, rows: requests.rows.slice(0, 1), weights: requests.weights.slice(0, 1) });
    const told = [...all.texts.values()];
    expect(told).toEqual(expect.arrayContaining(['GET', 'shop.example', '/']));
    expect(one.texts.size).toBeLessThan(40);
    expect(told).toEqual(expect.arrayContaining([...one.texts.values()]));
  });

  test('no rows at all', () => {
    const none = { ...requests, rows: new Int32Array(0), weights: new Float64Array(0) };
    const { samples, rows, weights, texts } = unpackRows(posted(packRows(none)), RequestSamples.from);
    expect([samples.rows, rows.length, weights.length, texts.textOf(1)]).toEqual([0, 0, 0, null]);
  });
});
