import { describe, expect, test } from 'vitest';
import { RecordingSink } from '../../test/support/recording-sink.js';
import { RingCollector, type RingOptions, ringShape } from './ring-collector.js';

test.each([
  [128, 2, 64],
  [192, 3, 64],
  [256, 2, 128],
  [512, 2, 256],
  [65_536, 256, 256],
  [1_048_576, 4096, 256],
])('%d KiB of ring: %d blocks of %d KiB', (bufferKib, blocks, blockKib) => {
  expect(ringShape(bufferKib)).toMatchObject({ blocks, blockLen: blockKib * 1024 });
});

const OPTIONS: RingOptions = {
  device: 'lo',
  filter: '',
  snapLen: 256,
  direction: 'in',
  bufferKib: 1024,
  fanout: null,
  keepTrying: true,
  loadKoffi: () => {
    throw new Error('not called');
  },
};

describe.skipIf(process.platform !== 'linux')('no ring', () => {
  const missing = Object.assign(new Error("Cannot find module 'koffi'\nRequire stack:"), { code: 'MODULE_NOT_FOUND' });
  test.each([
    ['not installed', missing, 'no koffi', "no koffi: Cannot find module 'koffi'"],
    ['no binary for this system', new Error('Cannot find the native'), 'koffi does not load', 'koffi does not load: '],
  ])('%s: said in a few words, at once, whatever is to be retried', async (_name, error, short, message) => {
    const loadKoffi = () => {
      throw error;
    };
    const collector = new RingCollector({ ...OPTIONS, loadKoffi });
    const sink = new RecordingSink();
    await expect(collector.run(sink, new AbortController().signal)).rejects.toMatchObject({
      short,
      message: expect.stringContaining(message),
    });
    expect(sink.states).toEqual(['connecting']);
  });

  test('a module that is not what it says', async () => {
    const collector = new RingCollector({ ...OPTIONS, loadKoffi: () => ({}) });
    await expect(collector.run(new RecordingSink(), new AbortController().signal)).rejects.toMatchObject({
      short: 'koffi does not load',
    });
  });

  test('nothing is opened when it is over before it began', async () => {
    const collector = new RingCollector(OPTIONS);
    expect(await collector.run(new RecordingSink(), AbortSignal.abort())).toEqual({ kind: 'stopped' });
  });
});

test('a name that is none', () => {
  expect(() => new RingCollector({ ...OPTIONS, device: '../x' })).toThrow(
    expect.objectContaining({ code: 'INTERFACE_NAME' }),
  );
});
