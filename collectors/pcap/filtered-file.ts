/** A capture file through `tcpdump -r FILE -w - FILTER`: the pcap-filter language is libpcap's, and stays there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from '../../src/errors.js';
import { tcpdumpMissing } from './tcpdump-messages.js';

const MAX_STDERR_CHARS = 4096;

/** Bytes of the filtered capture. Rejects with UserError when tcpdump is missing or refuses the file or the filter. */
export async function* filteredChunks(path: string, filter: string): AsyncGenerator<Uint8Array, void, void> {
  // A file named -x must not become an option; the filter stands behind "--".
  const file = path.startsWith('-') ? `./${path}` : path;
  const child = spawn('tcpdump', ['-r', file, '-w', '-', '-U', '--', filter], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARS);
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw tcpdumpMissing(error);
  }
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const [code] = await closed;
    if (code === 0) return;
    const reason = stderr.split('\n').find((line) => line.startsWith('tcpdump:')) ?? `it ended with ${code}`;
    throw new UserError(
      'TCPDUMP_FILTER',
      `tcpdump cannot filter "${path}": ${reason}`,
      'See pcap-filter(7) for the filter language.',
    );
  } finally {
    child.kill('SIGTERM');
  }
}
