/** Answers of /intel/ip: `[{ip, belongs_to_ref: {value, description, country, …}, risk_types: […]}]`. From outside: bounded, and cleaned when it is put in words. */
import { cleanText } from '../format/clean-text.js';

export interface Intel {
  readonly address: string;
  /** False: the answer says nothing of it. */
  readonly isKnown: boolean;
  /** 0: not said. */
  readonly asn: number;
  /** "Example Networks"; "" where it is not said. */
  readonly network: string;
  /** "US"; "" where it is not said. */
  readonly country: string;
  /** "anonymizer", "botnet". */
  readonly risks: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const MAX_ENTRIES = 8;
const MAX_RISKS = 8;
const MAX_TEXT = 120;
const MAX_ASN = 2 ** 32 - 1;
const RISK_CELLS = 24;

export function readIntel(address: string, result: unknown): Intel {
  const list = Array.isArray(result) ? result.slice(0, MAX_ENTRIES) : [result];
  const entries = list.filter(isJson);
  const owners = entries.map((entry) => entry['belongs_to_ref']).filter(isJson);
  const owner = owners[0] ?? {};
  const risks = [...new Set(entries.flatMap(risksOf))].slice(0, MAX_RISKS);
  const asn = Number(owner['value']);
  const known = {
    asn: Number.isInteger(asn) && asn > 0 && asn <= MAX_ASN ? asn : 0,
    network: textOf(owner['description']),
    country: textOf(owner['country']).slice(0, 2),
    risks,
  };
  const isKnown = known.asn > 0 || known.network !== '' || known.country !== '' || risks.length > 0;
  return { address, isKnown, ...known };
}

/** Names; the description has them as text, and as objects with one. */
function risksOf({ risk_types: risks }: Json): string[] {
  if (!Array.isArray(risks)) return [];
  return risks
    .slice(0, MAX_RISKS)
    .map((risk) => textOf(isJson(risk) ? risk['name'] : risk))
    .filter((risk) => risk !== '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "AS64496 Example, US; risk: anonymizer, botnet", clean and in one line. */
export function intelWords(intel: Intel, cells: number): string {
  if (!intel.isKnown) return cleanText('nothing known', cells);
  const network = [intel.asn > 0 ? `AS${intel.asn}` : '', intel.network].filter((part) => part !== '').join(' ');
  const place = [network, intel.country].filter((part) => part !== '').join(', ');
  const risk = intel.risks.map((one) => cleanText(one, RISK_CELLS)).join(', ');
  return cleanText(
    [place, risk === '' ? 'no risk named' : `risk: ${risk}`].filter((part) => part !== '').join('; '),
    cells,
  );
}
