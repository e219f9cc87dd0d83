/** Programs of the system that a bench can do without. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PACKAGES = {
  tcpdump: 'tcpdump',
  tshark: 'tshark',
  nfpcapd: 'nfdump',
  softflowd: 'softflowd',
  argus: 'argus-server',
  ip: 'iproute2',
};

/** Says what installs it when it is missing. sbin is often not in the path of a user. */
export function hasTool(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  if (folders.some((folder) => isProgram(join(folder, name)))) return true;
  console.log(`  ${name} is missing, skipped: apt-get install ${PACKAGES[name]}`);
  return false;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
