/** `ddostop doctor`: tries everything once, says what works and what would enable the rest. Changes nothing. */
import { ExitCode } from '../../errors.js';
import { visibleJson } from '../../format/clean-text.js';
import type { Host } from '../../platform/host.js';
import { writeOut } from '../standard-output.js';
import { APPLICATION } from '../version.js';
import { checkLive, checkReading } from './doctor-capture.js';
import type { DoctorReport } from './doctor-check.js';
import { checkEdge } from './doctor-edge.js';
import { checkAuditLog, checkNode, checkSshClient, checkTerminal, type OutputShape } from './doctor-here.js';
import { checkHost } from './doctor-host.js';
import { doctorText } from './doctor-text.js';

export interface DoctorCommand {
  readonly host: Host;
  readonly format: 'text' | 'json';
  readonly output: OutputShape;
  /** Of an edge; undefined: none was named. */
  readonly zone?: string;
}

/** Returns the exit code: 0 when the main job works. */
export async function runDoctor({ host, format, output, zone }: DoctorCommand): Promise<number> {
  try {
    const report = await (host.name === '' ? examineHere(host, output, zone) : examineThere(host));
    await writeOut(format === 'json' ? `${visibleJson(report, 2)}\n` : doctorText(report));
    return report.ok ? ExitCode.done : ExitCode.failed;
  } finally {
    await host.close();
  }
}

async function examineHere(host: Host, output: OutputShape, zone: string | undefined): Promise<DoctorReport> {
  const reading = await checkReading();
  const live = await checkLive();
  const found = await checkHost(host);
  const own = [checkNode(), checkTerminal(output, process.env), reading, ...live];
  const rest = [await checkSshClient(), checkAuditLog(), ...(await checkEdge(zone))];
  return report('', reading.state === 'ok', [...own, ...found.checks, ...rest], found.firewall);
}

async function examineThere(host: Host): Promise<DoctorReport> {
  const { checks, firewall } = await checkHost(host);
  const client = await checkSshClient();
  return report(host.name, firewall !== null, [client, ...checks], firewall);
}

function report(
  host: string,
  ok: boolean,
  checks: DoctorReport['checks'],
  firewall: DoctorReport['firewall'],
): DoctorReport {
  return { schema: 'ddostop.doctor/1', program: APPLICATION, host, ok, checks, firewall };
}
