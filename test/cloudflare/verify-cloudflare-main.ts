/** What scripts/verify-cloudflare.mjs runs: SDK_FOLDER PRISM_URL COMPILER. Exit code 1 where anything failed. */
import { printLines } from './verify-lines.js';
import { distinctCalls, verifyCalls, verifyMutants } from './verify-prism.js';
import { verifySdk } from './verify-sdk.js';
import { recordWalk } from './verify-walk.js';

const [sdkFolder = '', prism = '', compiler = ''] = process.argv.slice(2);
const requests = await recordWalk();
const { calls, undescribed } = distinctCalls(requests);
const ours = await verifyCalls(prism, calls);
const mutants = await verifyMutants(prism);
const sdk = await verifySdk(sdkFolder, compiler);

const failures =
  printLines(`Our calls through Prism: ${requests.length} made, ${calls.length} distinct`, ours) +
  printLines('Wrong calls through Prism', mutants) +
  printLines("Cloudflare's SDK against our stand-in", sdk);
const wrong = mutants.reduce((sum, { detail }) => sum + Number.parseInt(detail, 10), 0);
console.log(
  `\n${failures === 0 ? 'ok' : 'FAILED'}: ${calls.length} calls of ours sent, ${wrong} wrong ones, ${sdk.length - 1} of the SDK; ${failures} failures. ` +
    `${undescribed} calls are not in the description (zones by name, prefixes, GraphQL).`,
);
process.exit(failures === 0 ? 0 : 1);
