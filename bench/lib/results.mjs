/** bench/results.json: one section a bench, each with its machine and date; a new run replaces its own section only. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';

const path = join(root, 'bench/results.json');

export function machineFacts() {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryMib: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
  };
}

export function load() {
  return loadavg().map((value) => Number(value.toFixed(2)));
}

/** The commit that is checked out; empty without git. */
export function commit() {
  const { stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' });
  return stdout?.trim() ?? '';
}

export function writeResults(name, section) {
  const results = { ...readResults(), [name]: section };
  writeFileSync(`${path}.part`, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}

function readResults() {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error(`bench: ${path} was no JSON and is written anew`);
    return {};
  }
}
