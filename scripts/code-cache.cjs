// Writes FOLDER/program.cache: V8's code of FOLDER/program.js, with the functions that a report of a small capture calls.
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

// Frames of one SYN and one datagram, little-endian pcap of Ethernet.
const HEADER = 'd4c3b2a1020004000000000000000000ffff000001000000';
const FRAMES = [
  '0200000000010200000000020800450000280001000040060000c6336401cb00710ac0000050000000010000000050022000000000000000',
  '0200000000010200000000020800450000200001000040110000c6336401cb00710a00351388000c00000000000000000000',
];

function record(hex, i) {
  const frame = Buffer.from(hex, 'hex');
  const head = Buffer.alloc(16);
  [1_700_000_000, i, frame.length, frame.length].forEach((value, word) => {
    head.writeUInt32LE(value, 4 * word);
  });
  return Buffer.concat([head, frame]);
}

const folder = process.argv[2];
const path = join(folder, 'program.js');
const temporary = mkdtempSync(join(tmpdir(), 'ddostop-cache-'));
const capture = join(temporary, 'small.pcap');
writeFileSync(capture, Buffer.concat([Buffer.from(HEADER, 'hex'), ...FRAMES.map(record)]));

// V8 takes a cache only under the flags it was made with: those the program sets are left out here.
const { setFlagsFromString } = v8;
const { runInNewContext } = vm;
v8.setFlagsFromString = () => {};
vm.runInNewContext = () => () => {};

const script = new vm.Script(readFileSync(path, 'latin1'), { filename: path });
process.on('exit', () => {
  writeFileSync(join(folder, 'program.cache'), script.createCachedData());
  rmSync(temporary, { recursive: true, force: true });
  // What src/app/settle-engine.ts does, and why.
  setFlagsFromString('--no-opt');
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
});
process.argv = [process.execPath, path, 'report', capture];
script.runInThisContext()({}, require, { exports: {} }, path, (part) => import(join(folder, part)));
