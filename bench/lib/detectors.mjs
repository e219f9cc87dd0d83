/** What raises alarms in the detection bench: each has `alarms`, epoch seconds by target, and `stop`. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INTERFACE } from './veth-pair.mjs';

const NETWORK = '198.51.100.0/24';

/** `ddostop watch` with the two limits FastNetMon has, so that nothing but the floor can be faster. */
export function ours(pair, { program }, floorPps) {
  const folder = mkdtempSync(join(tmpdir(), 'ddostop-bench-'));
  const config = join(folder, 'config.yaml');
  writeFileSync(config, `preset: fastnetmon\nthresholds: { pps: ${floorPps} }\nnetworks: [${NETWORK}]\n`);
  const words = [
    ...pair.inside,
    process.execPath,
    program,
    'watch',
    '-i',
    INTERFACE,
    '--config',
    config,
    '--store',
    folder,
  ];
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const alarms = new Map();
  let text = '';
  child.stdout.on('data', (data) => {
    const nowSec = Date.now() / 1000;
    text += data.toString('utf8');
    const lines = text.split('\n');
    text = lines.pop();
    for (const line of lines) {
      const { event, incident } = JSON.parse(line);
      if (event === 'incident.opened' && !alarms.has(incident.target)) alarms.set(incident.target, nowSec);
    }
  });
  return { alarms, stop: () => end(child, folder) };
}

/** Its own defaults (average over 5 s, speed every second) but for the floor; the alarm is the call of its script. */
export function fastnetmon(pair, floorPps) {
  const folder = mkdtempSync(join(tmpdir(), 'fastnetmon-bench-'));
  const log = join(folder, 'calls');
  const script = join(folder, 'notify.sh');
  writeFileSync(log, '');
  writeFileSync(script, `#!/bin/sh\necho "$(date +%s.%N) $1 $4" >> ${log}\ncat > /dev/null\n`);
  chmodSync(script, 0o755);
  writeFileSync(join(folder, 'networks'), `${NETWORK}\n`);
  writeFileSync(join(folder, 'whitelist'), '');
  writeFileSync(join(folder, 'fastnetmon.conf'), configOf(folder, script, floorPps));
  const words = [...pair.inside, 'fastnetmon', `--configuration_file=${join(folder, 'fastnetmon.conf')}`];
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder });
  const alarms = new Map();
  const watcher = watch(log, () => {
    for (const line of readFileSync(log, 'utf8').split('\n')) {
      const [sec, target, action] = line.split(' ');
      if (action === 'ban' && !alarms.has(target)) alarms.set(target, Number(sec));
    }
  });
  return {
    alarms,
    stop: () => {
      watcher.close();
      end(child, folder);
    },
  };
}

function configOf(folder, script, floorPps) {
  const settings = {
    logging_level: 'info',
    disable_usage_report: 'on',
    enable_ban: 'on',
    process_incoming_traffic: 'on',
    process_outgoing_traffic: 'off',
    ban_time: 1900,
    networks_list_path: join(folder, 'networks'),
    white_list_path: join(folder, 'whitelist'),
    check_period: 1,
    enable_connection_tracking: 'on',
    ban_for_pps: 'on',
    ban_for_bandwidth: 'on',
    ban_for_flows: 'off',
    threshold_pps: floorPps,
    threshold_mbps: 1000,
    mirror_afpacket: 'on',
    interfaces: INTERFACE,
    average_calculation_time: 5,
    speed_calculation_delay: 1,
    notify_script_path: script,
    collect_attack_pcap_dumps: 'off',
    monitor_local_ip_addresses: 'off',
    pid_path: join(folder, 'fastnetmon.pid'),
    cli_stats_file_path: join(folder, 'fastnetmon.dat'),
    cli_stats_ipv6_file_path: join(folder, 'fastnetmon_ipv6.dat'),
    enable_api: 'off',
    prometheus: 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

function end(child, folder) {
  child.kill('SIGTERM');
  setTimeout(() => {
    child.kill('SIGKILL');
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  }, 1500);
}
