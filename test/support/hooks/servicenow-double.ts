/** ServiceNow's Table API on one table, by its documented requests. */

import { type Answer, plain, type Received } from './hook-server.js';
import { checked } from './jira-double.js';
import { SERVICENOW_CREATE, SERVICENOW_UPDATE } from './service-shapes.js';

type Fields = Record<string, string>;

export class ServicenowDouble {
  readonly records: { readonly id: string; readonly fields: Fields; readonly notes: string[] }[] = [];

  answer({ method, path, headers, body }: Received): Answer {
    if (headers.authorization !== 'Bearer now-token') return plain(401);
    const url = new URL(path, 'http://x');
    const id = /^\/api\/now\/table\/incident(?:\/([0-9a-f]{32}))?$/.exec(url.pathname)?.[1];
    if (method === 'GET') {
      const wanted = /^correlation_id=([^^]+)\^/.exec(url.searchParams.get('sysparm_query') ?? '')?.[1];
      const found = this.records.filter(({ fields }) => fields['correlation_id'] === wanted);
      return plain(200, JSON.stringify({ result: found.map(shown) }));
    }
    if (method === 'POST') {
      return checked(SERVICENOW_CREATE, body, (value) => {
        const record = { id: String(this.records.length).padStart(32, 'a'), fields: value as Fields, notes: [] };
        this.records.push(record);
        return plain(201, JSON.stringify({ result: shown(record) }));
      });
    }
    const record = this.records.find((one) => one.id === id);
    if (record === undefined) return plain(404, '{"error":{"message":"No Record found"},"status":"failure"}');
    return checked(SERVICENOW_UPDATE, body, (value) => {
      const { work_notes: note, ...rest } = value as Fields;
      if (note !== undefined) record.notes.push(note);
      Object.assign(record.fields, rest);
      return plain(200, JSON.stringify({ result: shown(record) }));
    });
  }
}

function shown({ id, fields }: { readonly id: string; readonly fields: Fields }) {
  return { sys_id: id, number: 'INC0010001', correlation_display: fields['correlation_display'] };
}
