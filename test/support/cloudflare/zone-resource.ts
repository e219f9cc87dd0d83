/** What a zone has besides rules: the zone itself, its settings, bot management, Spectrum applications. */
import type { EdgeState, Json, Zone } from './edge-state.js';
import { answer, type EdgeAnswer, type EdgeRequest, pageOf, refuse } from './stand-in-request.js';

export class ZoneResource {
  constructor(readonly state: EdgeState) {}

  readonly handle = (request: EdgeRequest): EdgeAnswer | null => {
    const [base, id, word, name] = request.segments;
    if (base !== 'zones') return null;
    if (id === undefined) return this.#zones(request);
    const zone = this.state.zones.find((one) => one.id === id);
    if (zone === undefined)
      return refuse(404, 7003, 'Could not route to /zones, perhaps your object identifier is invalid?');
    if (word === undefined) return request.method === 'GET' ? answer(this.#shown(zone)) : null;
    if (word === 'settings') return setting(request, zone, name as string);
    if (word === 'bot_management') return bots(request, zone);
    return word === 'spectrum' && name === 'apps' ? spectrum(request, zone) : null;
  };

  #zones({ method, query }: EdgeRequest): EdgeAnswer | null {
    if (method !== 'GET') return null;
    const name = query.get('name');
    const found = this.state.zones.filter((zone) => name === null || zone.name === name);
    return pageOf(
      found.map((zone) => this.#shown(zone)),
      query,
      20,
    );
  }

  #shown({ id, name }: Zone): Json {
    const account = { id: this.state.account.id, name: 'Example' };
    return { id, name, status: 'active', account, plan: { legacy_id: this.state.plan, name: this.state.plan } };
  }
}

function setting({ method, body }: EdgeRequest, zone: Zone, name: string): EdgeAnswer | null {
  const old = zone.settings.get(name);
  if (old === undefined) return refuse(404, 1003, 'Invalid setting');
  if (method === 'PATCH') zone.settings.set(name, (body as { value: string }).value);
  else if (method !== 'GET') return null;
  return answer({ id: name, value: zone.settings.get(name), editable: true, modified_on: '2026-01-01T00:00:00Z' });
}

function bots({ method, body }: EdgeRequest, zone: Zone): EdgeAnswer | null {
  if (method === 'PUT') {
    const unknown = Object.keys(body as Json).find((key) => !(key in zone.bots));
    if (unknown !== undefined) return refuse(400, 1002, `not entitled to the setting ${unknown}`);
    zone.bots = { ...zone.bots, ...(body as Json) };
  } else if (method !== 'GET') return null;
  return answer(zone.bots);
}

function spectrum({ method, body, segments, query }: EdgeRequest, zone: Zone): EdgeAnswer | null {
  const id = segments[4];
  if (id === undefined) return method === 'GET' ? pageOf(zone.spectrum.map(withTimes), query) : null;
  const at = zone.spectrum.findIndex((app) => app['id'] === id);
  if (at < 0) return refuse(404, 10_006, 'could not find application');
  // PUT replaces the whole application: what it leaves out is gone.
  if (method === 'PUT') zone.spectrum[at] = { id, ...(body as Json) };
  else if (method !== 'GET') return null;
  return answer(withTimes(zone.spectrum[at] as Json));
}

function withTimes(app: Json): Json {
  return { ...app, created_on: '2026-01-01T00:00:00Z', modified_on: '2026-01-01T00:00:00Z' };
}
