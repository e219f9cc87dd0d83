/** The worker that reads a firewall's counters: 10 000 rules are 3 MB of JSON, which the screen's thread must not parse. */
import { parentPort, workerData } from 'node:worker_threads';
import { NetfilterCollector } from '../../../collectors/netfilter/netfilter-collector.js';
import { messageOf } from '../../errors.js';
import { findRights } from '../../platform/firewall-rights.js';
import { type Host, localHost } from '../../platform/host.js';
import { openSshHost } from '../../platform/ssh-host.js';
import type { FromRulesWorker, RulesTarget, ToRulesWorker } from './rules-protocol.js';

const port = parentPort;
if (port === null) throw new Error('netfilter-worker: not started as a worker');
const target = workerData as RulesTarget;
const stop = new AbortController();

function post(message: FromRulesWorker): void {
  port?.postMessage(message);
}

function openHost(): Host {
  if (target.host === '') return localHost();
  return openSshHost(target.host, target.sshConfig === '' ? {} : { configFile: target.sshConfig });
}

async function run(): Promise<void> {
  const host = openHost();
  try {
    const rights = await findRights(host);
    if (rights.level === 'proc') post({ type: 'advice', text: rights.advice.join(' ') });
    const collector = new NetfilterCollector(rights.host);
    port?.on('message', (message: ToRulesWorker) => {
      if (message.type === 'open') collector.open(message.key);
    });
    await collector.run((view) => post({ type: 'view', view }), stop.signal);
  } finally {
    await host.close();
  }
}

port.on('message', (message: ToRulesWorker) => {
  if (message.type === 'stop') stop.abort();
});
run()
  .catch((error: unknown) => post({ type: 'failed', message: messageOf(error) }))
  .finally(() => port.close());
