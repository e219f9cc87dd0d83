/**
 * Cloudflare's own SDK drives the stand-in: somebody else's requests are understood, and what comes back is what the SDK's types say. The types are
 * held against the answers by the TypeScript compiler: a file of the answers, each given to a variable of the type its method promises.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EdgeLab, TOKEN } from '../support/cloudflare/edge-lab.js';
import { LogEdge } from '../support/cloudflare/instant-logs-edge.js';
import type { Line } from './verify-lines.js';
import { SDK_CALLS, type SdkCall } from './verify-sdk-calls.js';

/** What was not asked of the real service, and is needed to answer. */
const FACTS = {
  reputation: [
    {
      ip: '192.0.2.1',
      belongs_to_ref: { id: 'as', description: 'Example', country: 'US', type: 'isp', value: '64496' },
      risk_types: [{ id: 1, name: 'botnet' }],
    },
  ],
  history: [
    { id: 'f174e90afafe4643bbbc4a0ed4fc8415', name: 'HTTP DDoS', sent: '2026-11-23T12:00:00Z', alert_type: 'dos' },
  ],
};

interface Answer {
  readonly call: SdkCall;
  readonly value: unknown;
}

/** `sdkFolder`: where the package is installed. `compiler`: path of tsc. */
export async function verifySdk(sdkFolder: string, compiler: string): Promise<Line[]> {
  const logs = new LogEdge();
  await logs.start();
  const lab = await EdgeLab.start({ ...FACTS, checksContract: false, resources: [logs.resource] });
  const lines: Line[] = [];
  const answers: Answer[] = [];
  try {
    const { Cloudflare } = createRequire(join(sdkFolder, 'package.json'))('cloudflare') as { Cloudflare: SdkClass };
    const client = new Cloudflare({ apiToken: TOKEN, baseURL: lab.standIn.baseUrl, maxRetries: 0 });
    const results = new Map<string, unknown>();
    for (const call of SDK_CALLS) {
      const failures: string[] = [];
      try {
        const value = await made(client, call, results);
        results.set(call.as, value);
        answers.push({ call, value });
      } catch (error) {
        failures.push(String(error).slice(0, 400));
      }
      lines.push({ name: call.as === call.method ? call.method : `${call.method} (${call.as})`, detail: '', failures });
    }
  } finally {
    await lab.close();
    await logs.stop();
  }
  return [...lines, typesLine(sdkFolder, compiler, answers)];
}

type SdkClass = new (options: object) => Readonly<Record<string, unknown>>;
type Step = Readonly<Record<string, unknown>>;

async function made(
  client: Step,
  { method, args, isPage }: SdkCall,
  results: ReadonlyMap<string, unknown>,
): Promise<unknown> {
  const path = method.split('.');
  const owner = path.slice(0, -1).reduce((step, name) => step[name] as Step, client);
  const run = owner[path.at(-1) as string] as (...all: unknown[]) => Promise<unknown>;
  const result = await run.apply(owner, [...args(results)]);
  return isPage === true ? (result as { result: unknown }).result : result;
}

function typesLine(folder: string, compiler: string, answers: readonly Answer[]): Line {
  writeFileSync(join(folder, 'answers.ts'), answersFile(answers));
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    '',
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, '--ignoreConfig', ...options, 'answers.ts'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return {
    name: "the SDK's types hold of every answer (TypeScript)",
    detail: `${answers.length} answers`,
    failures: status === 0 ? [] : said.slice(0, 60),
  };
}

/** `as const`, and types that are read-only to the bottom: what an answer has beyond its type is no fault of it. */
function answersFile(answers: readonly Answer[]): string {
  const lines = answers.map(({ call: { method, isPage }, value }, i) => {
    const path = method
      .split('.')
      .map((name) => `['${name}']`)
      .join('');
    const promised = `Awaited<ReturnType<Cloudflare${path}>>${isPage === true ? "['result']" : ''}`;
    // A 204 is null at run time and void by its type.
    if (value == null) return `const t${i}: ${promised} | null = null; // ${method}`;
    return `const v${i} = ${JSON.stringify(value)} as const;\nconst t${i}: Whole<${promised}> = v${i}; // ${method}`;
  });
  return `import type Cloudflare from 'cloudflare';
type Whole<T> = T extends readonly (infer Item)[] ? readonly Whole<Item>[]
  : T extends object ? { readonly [Key in keyof T]: Whole<T[Key]> } : T;
${lines.join('\n')}
`;
}
