/** Two network namespaces joined by a veth pair, without IPv6, so that nothing but the sender sends. */
import { spawn, spawnSync } from 'node:child_process';
import { BenchError } from './bench-error.mjs';
import { compiled } from './compile.mjs';

/** Of the receiving end and of the sending end; the root namespace is not touched. */
export const INTERFACE = 'bench0';
const PEER = 'bench1';
const FRAME_BYTES = 60;

export class VethPair {
  #receiver = `ddostop-bench-rx-${process.pid}`;
  #sender = `ddostop-bench-tx-${process.pid}`;
  #index = 0;

  constructor() {
    process.once('exit', () => this.close());
    try {
      for (const name of [this.#receiver, this.#sender]) {
        ip('netns', 'add', name);
        for (const which of ['all', 'default'])
          ip('netns', 'exec', name, 'sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${which}/disable_ipv6`);
      }
      ip('-n', this.#receiver, 'link', 'add', INTERFACE, 'type', 'veth', 'peer', 'name', PEER, 'netns', this.#sender);
      ip('-n', this.#receiver, 'link', 'set', INTERFACE, 'up');
      ip('-n', this.#sender, 'link', 'set', PEER, 'up');
      this.#index = Number(ip('-n', this.#receiver, '-o', 'link', 'show', INTERFACE).split(':')[0]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Put before a command that receives. */
  get inside() {
    return ['ip', 'netns', 'exec', this.#receiver];
  }

  /** A packet socket is bound to the receiving end and runs. */
  isListening() {
    return ip('netns', 'exec', this.#receiver, 'cat', '/proc/net/packet')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .some(([, , , , index, running]) => Number(index) === this.#index && running === '1');
  }

  /** `senders` at once, each at `pps` (0: as fast as it can); resolves with the packets sent. */
  async send(senders, seconds, pps) {
    const words = ['netns', 'exec', this.#sender, compiled('blast'), PEER, seconds, pps, FRAME_BYTES].map(String);
    const counts = await Promise.all(Array.from({ length: senders }, () => sentBy(words)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** UDP to an address or into a prefix, at a steady pace: `first` is the wall clock of its first packet, epoch seconds. */
  flood(target, seconds, pps) {
    const words = ['netns', 'exec', this.#sender, compiled('onset'), PEER, target, seconds, pps].map(String);
    const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const first = new Promise((resolve, reject) => {
      child.stdout.once('data', (data) => resolve(Number(/first ([\d.]+)/.exec(data.toString('utf8'))?.[1])));
      child.once('close', () => reject(new BenchError(`no packet to ${target}`)));
    });
    first.catch(() => {}); // one that is stopped at once
    return { first, stop: () => child.kill('SIGKILL') };
  }

  close() {
    for (const name of [this.#receiver, this.#sender]) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  }
}

function ip(...words) {
  const { status, stdout, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new BenchError(`ip ${words.join(' ')}: ${stderr ?? ''}. It needs root and network namespaces.`);
}

function sentBy(words) {
  return new Promise((resolve, reject) => {
    const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data.toString('utf8');
    });
    child.once('close', () => {
      const sent = /^sent (\d+)/.exec(text);
      if (sent === null) reject(new BenchError(`the sender said "${text}"`));
      else resolve(Number(sent[1]));
    });
  });
}
