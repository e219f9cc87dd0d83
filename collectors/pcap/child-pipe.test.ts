import { spawn } from 'node:child_process';
import { closeSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeWith } from '../../test/support/system.js';
import { openChildPipe } from './child-pipe.js';
import { PipeSource } from './pipe-source.js';

describeWith(['mkfifo', 'seq'], 'pipe of a child', () => {
  test('carries what the child writes, and ends with it', async () => {
    const pipe = openChildPipe();
    if (pipe === null) throw new Error('no pipe');
    const child = spawn('seq', ['50000'], { stdio: ['ignore', pipe.writeFd, 'ignore'] });
    closeSync(pipe.writeFd);
    const source = new PipeSource(pipe.readFd, 'seq');
    const into = new Uint8Array(100_000);
    let text = '';
    for (let got = await source.read(into); got > 0; got = await source.read(into)) {
      text += Buffer.from(into.subarray(0, got)).toString('latin1');
    }
    source.close();
    expect(text.trimEnd().split('\n').map(Number)).toEqual(Array.from({ length: 50_000 }, (_, i) => i + 1));
    expect(child.pid).toBeGreaterThan(0);
  });

  test.skipIf(process.platform !== 'linux')('has no name once it is open', () => {
    const pipe = openChildPipe();
    if (pipe === null) throw new Error('no pipe');
    expect(readlinkSync(`/proc/self/fd/${pipe.readFd}`)).toContain('(deleted)');
    closeSync(pipe.readFd);
    closeSync(pipe.writeFd);
  });
});
