/**
 * Cloudflare's own description of its API, held against every call in process. The description is a cut with a documented overlay (`info.x-overlay`);
 * it lies beside the project, not in it: without it nothing is checked, and whoever needs it says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import { buildSchema, type GraphQLSchema, parse, validate } from 'graphql';
import { OpenAPIBackend } from 'openapi-backend';
import type { EdgeAnswer, EdgeRequest } from './stand-in-request.js';

const FOLDER = process.env['DDOSTOP_REFERENCE'] ?? join(import.meta.dirname, '../../../../shared/reference');
const OPENAPI = join(FOLDER, 'cloudflare-openapi-subset.json');
const GRAPHQL = join(FOLDER, 'cloudflare-graphql-subset.graphql');

export const HAS_CONTRACT = existsSync(OPENAPI) && existsSync(GRAPHQL);
export const NO_CONTRACT = `SKIPPED: the API description is not there (${OPENAPI})`;

/** Calls the cut does not describe; everything else that it does not know is a violation. */
const UNDESCRIBED: readonly RegExp[] = [/^\/zones(\/[0-9a-f]{32})?$/, /^\/graphql$/];

/**
 * Of lists the description says that a result is an array and an object at once: no answer can satisfy it. Those of Spectrum are no schemas that a
 * checker takes ("nullable" without "type"), those of bot management overlap where exactly one is to match.
 */
const CONTRADICTORY = /\/rules\/lists|\/spectrum\/|\/bot_management$/;

export class Contract {
  readonly #backend: OpenAPIBackend;
  #schema: GraphQLSchema | null = null;

  private constructor(backend: OpenAPIBackend) {
    this.#backend = backend;
  }

  /** Null where the description is missing. */
  static async load(): Promise<Contract | null> {
    if (!HAS_CONTRACT) return null;
    const backend = new OpenAPIBackend({
      definition: readDefinition(),
      quick: true,
      strict: false,
      ajvOpts: { strict: false, discriminator: false, logger: false },
      customizeAjv: (ajv) => {
        (addFormats as unknown as (ajv: object) => void)(ajv);
        return ajv;
      },
    });
    await backend.init();
    return new Contract(backend);
  }

  /** What is wrong with a request; empty: nothing. */
  violationsOf(request: EdgeRequest): string[] {
    const { method, path, body } = request;
    if (path === '/graphql') return this.#graphqlViolations(body);
    if (UNDESCRIBED.some((pattern) => pattern.test(path))) return [];
    const asked = this.#asked(request);
    const operation = this.#backend.matchOperation(asked);
    if (operation === undefined) return [`${method} ${path}: no such operation`];
    const { errors } = this.#backend.validateRequest(asked, operation);
    return (errors ?? []).map((error) => `${method} ${path}: ${error.instancePath} ${error.message}`);
  }

  /** What is wrong with an answer of the stand-in, where the description allows to say so. */
  answerViolations(request: EdgeRequest, { status, body }: EdgeAnswer): string[] {
    const asked = this.#asked(request);
    const operation = this.#backend.matchOperation(asked);
    if (operation === undefined || body === null || CONTRADICTORY.test(request.path) || isDryAnswer(request, body))
      return [];
    const { errors } = this.#backend.validateResponse(body, operation, status);
    return (errors ?? []).map(
      (error) => `answer to ${request.method} ${request.path}: ${error.instancePath} ${error.message}`,
    );
  }

  #asked({ method, path, query, headers, body }: EdgeRequest) {
    const plain = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
      string,
      string | string[]
    >;
    return { method, path, query: Object.fromEntries(query), headers: plain, body };
  }

  #graphqlViolations(body: unknown): string[] {
    this.#schema ??= buildSchema(readFileSync(GRAPHQL, 'utf8'));
    const { query } = (body ?? {}) as { query?: unknown };
    if (typeof query !== 'string') return ['POST /graphql: no query'];
    try {
      return validate(this.#schema, parse(query)).map(({ message }) => `POST /graphql: ${message}`);
    } catch (error) {
      return [`POST /graphql: ${(error as Error).message}`];
    }
  }
}

interface Definition {
  readonly components: { requestBodies: object; schemas: Record<string, { required?: readonly string[] }> };
}

/**
 * What is readOnly is required of answers only (OpenAPI 3.0.3, Schema Object), which a JSON Schema checker does not know: bodies that are sent get a
 * schema of a ruleset that may leave id and version out.
 */
function readDefinition(): never {
  const definition = JSON.parse(readFileSync(OPENAPI, 'utf8')) as Definition;
  const { components } = definition;
  const sent = JSON.stringify(components.requestBodies).replaceAll(
    /schemas\/rulesets_Ruleset"/g,
    'schemas/sent_Ruleset"',
  );
  components.requestBodies = JSON.parse(sent) as object;
  components.schemas['sent_Ruleset'] = { ...components.schemas['rulesets_Ruleset'], required: [] };
  return definition as never;
}

/** `result: null` of a dry run is newer than the description. */
function isDryAnswer({ query }: EdgeRequest, body: unknown): boolean {
  return query.get('dry_run') === 'true' && (body as { result?: unknown }).result === null;
}
