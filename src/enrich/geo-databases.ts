/** Networks and countries of addresses, from databases the user has (MaxMind's format: GeoLite2, DB-IP, IPinfo). For rows that are kept or shown, never per packet. */
import { readFile, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { Reader, type Response } from 'maxmind';
import { messageOf, UserError } from '../errors.js';

export interface GeoFacts {
  readonly asn?: number;
  /** Name of the network, as the database has it: hostile. */
  readonly asName?: string;
  /** ISO 3166, two letters. */
  readonly country?: string;
}

/** The largest city databases have some hundred MB; those of networks and countries ten. */
const MOST_BYTES = 512 << 20;
const MOST_KEPT = 10_000;
const MOST_NAME = 60;
const NOTHING: GeoFacts = {};

export class GeoDatabases {
  readonly #readers: readonly Reader<Response>[];
  readonly #kept = new LRUCache<string, GeoFacts>({ max: MOST_KEPT });

  private constructor(readers: readonly Reader<Response>[]) {
    this.#readers = readers;
  }

  /** Rejects with UserError GEO_FILE for a file that cannot be read or is none. */
  static async open(paths: readonly string[]): Promise<GeoDatabases> {
    return new GeoDatabases(await Promise.all(paths.map(readerOf)));
  }

  /** Of several databases the first that knows. */
  of(address: string): GeoFacts {
    const kept = this.#kept.get(address);
    if (kept !== undefined) return kept;
    const facts = this.#readers.reduceRight<GeoFacts>(
      (known, reader) => ({ ...known, ...factsOf(reader, address) }),
      NOTHING,
    );
    this.#kept.set(address, facts);
    return facts;
  }
}

async function readerOf(path: string): Promise<Reader<Response>> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, expected at most ${MOST_BYTES}`);
    return new Reader<Response>(await readFile(path));
  } catch (cause) {
    throw new UserError(
      'GEO_FILE',
      `cannot read ${path}: ${messageOf(cause)}`,
      'Name databases in MaxMind format (.mmdb).',
      { cause },
    );
  }
}

/** A damaged entry says nothing. */
function factsOf(reader: Reader<Response>, address: string): GeoFacts {
  let entry: unknown;
  try {
    entry = reader.get(address);
  } catch {
    return NOTHING; // no address, or bytes that point nowhere: what is not known is left out
  }
  const asn = field(entry, 'autonomous_system_number') ?? asnOfText(field(entry, 'asn'));
  const asName = field(entry, 'autonomous_system_organization') ?? field(entry, 'as_name') ?? field(entry, 'name');
  const country = field(field(entry, 'country'), 'iso_code') ?? field(entry, 'country_code') ?? field(entry, 'country');
  return {
    ...(typeof asn === 'number' && Number.isInteger(asn) && asn >= 0 ? { asn } : {}),
    ...(typeof asName === 'string' ? { asName: asName.slice(0, MOST_NAME) } : {}),
    ...(typeof country === 'string' && /^[A-Z]{2}$/.test(country) ? { country } : {}),
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** IPinfo writes "AS64496". */
function asnOfText(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^AS(\d{1,10})$/.exec(value) : null;
  return match === null ? undefined : Number(match[1]);
}
