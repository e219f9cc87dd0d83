/** A rule in the language of one backend. Start reading here: `fit.ts` takes away what it cannot say, its compiler writes the rest. */
import type { Backend } from '../backend.js';
import type { RuleMatch } from '../rule.js';
import { compileBpf } from './bpf.js';
import { familiesOf } from './branches.js';
import type { Compiled, CompileOptions, Emitted } from './compiled.js';
import { fitToBackend } from './fit.js';
import { compileFlowspec } from './flowspec.js';
import { compileIptables } from './iptables.js';
import { compileNetworkFirewall } from './network-firewall.js';
import { compileNft } from './nft.js';
import { compileWaf } from './waf.js';

const COMPILERS: Readonly<Record<Backend, (rule: RuleMatch, options: CompileOptions) => Emitted>> = {
  bpf: compileBpf,
  nft: compileNft,
  iptables: compileIptables,
  networkFirewall: compileNetworkFirewall,
  waf: compileWaf,
  flowspec: compileFlowspec,
};

/** Never throws on what a rule holds: what cannot be said is in `left`. Throws on options that are no options. */
export function compileRule(rule: RuleMatch, backend: Backend, options: CompileOptions = {}): Compiled {
  checkOptions(options);
  const nothing = { backend, text: [], ip6: [], argv: [], argv6: [], undo: [], left: [], notes: [] };
  if (rule.kind === 'packet' && familiesOf(rule.target) === null)
    return { ...nothing, notes: [`"${rule.target}" is neither an address nor a prefix: no rule was written.`] };
  const fitted = fitToBackend(rule, backend);
  if (fitted.rule.clauses.length === 0) return { ...nothing, left: fitted.left };
  const emitted = COMPILERS[backend](fitted.rule, options);
  const isEmpty = emitted.text.length === 0 && (emitted.ip6 ?? []).length === 0;
  const notes = isEmpty ? ['No packet can match: the predicates exclude each other.'] : (emitted.notes ?? []);
  return { ...nothing, ...emitted, left: fitted.left, notes };
}

function checkOptions({ id = 'rule', action }: CompileOptions): void {
  if (!/^[a-z0-9]{1,12}$/.test(id))
    throw new RangeError(`compileRule: expected an id of 1 to 12 lower-case letters and digits, got "${id}".`);
  if (typeof action !== 'object') return;
  const { limitPps } = action;
  if (!Number.isInteger(limitPps) || limitPps < 1 || limitPps > MAX_LIMIT_PPS)
    throw new RangeError(`compileRule: expected limitPps of 1 to ${MAX_LIMIT_PPS}, got ${limitPps}.`);
}

/** hashlimit counts in ten-thousandths of a second. */
const MAX_LIMIT_PPS = 1_000_000;
