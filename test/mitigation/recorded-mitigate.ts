/** `ddostop mitigate` in this process, on a machine that writes down what would run there and what its firewall would be told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type MitigateAction, runMitigate } from '../../src/app/mitigate/mitigate-command.js';
import type { MitigateOptions } from '../../src/app/mitigate/mitigate-options.js';
import { openMitigation } from '../../src/mitigation/open-mitigation.js';
import { systemClock } from '../../src/platform/clock.js';
import type { Host } from '../../src/platform/host.js';
import { FakeNft } from './fake-nft.js';

export interface RecordedRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Commands of the machine, in order. */
  readonly calls: readonly (readonly string[])[];
  /** What came on their stdin. */
  readonly inputs: readonly string[];
}

export class RecordedMitigate {
  readonly folder = mkdtempSync(join(tmpdir(), 'ddostop-injection-'));

  async run(action: MitigateAction, options: MitigateOptions, stdin = ''): Promise<RecordedRun> {
    const calls: (readonly string[])[] = [];
    const inputs: string[] = [];
    const nft = new FakeNft();
    const host: Host = {
      name: '',
      run: (argv, more) => {
        calls.push(argv);
        if (more?.stdin !== undefined && more.stdin !== '') inputs.push(more.stdin);
        const isText = argv.includes('-f') && !argv.includes('-j'); // nft's own language, which the fake does not speak
        if (argv[0] === 'ss' || isText) return Promise.resolve({ code: 0, signal: null, stdout: '', stderr: '' });
        return nft.run(argv, more);
      },
      follow: () => Promise.reject(new Error('nothing is followed here')),
      readText: () => Promise.resolve(''),
      ownAddresses: () => Promise.resolve([]),
      sshConnections: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
    const [stdout, stderr] = [new TextSink(), new TextSink()];
    const code = await runMitigate(action, options, {
      stdin: Readable.from(stdin === '' ? [] : [stdin]),
      stdout,
      stderr,
      isTerminal: false,
      clock: systemClock,
      open: (wish) => openMitigation({ ...wish, host, auditPath: join(this.folder, 'audit.jsonl') }),
    });
    return { code, stdout: stdout.text, stderr: stderr.text, calls, inputs };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class TextSink extends Writable {
  text = '';

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
