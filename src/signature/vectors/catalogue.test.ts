import { describe, expect, test } from 'vitest';
import { TRAFFIC_CLASSES } from '../../records/traffic-class.js';
import { PACKET_ATTRIBUTES } from '../attributes/packet-attributes.js';
import { REQUEST_ATTRIBUTES } from '../attributes/request-attributes.js';
import { VECTORS, vectorOf } from './catalogue.js';
import { isKnownBad } from './vector.js';

const NAMES = new Set([...PACKET_ATTRIBUTES, ...REQUEST_ATTRIBUTES].map(({ name }) => name));
/** Classes of what is left over: no technique. */
const LEFT_OVER = ['ip-other', 'icmp-other'];

describe('the catalogue', () => {
  test('knows 86 vectors, each once', () => {
    expect(VECTORS).toHaveLength(86);
    expect(new Set(VECTORS.map(({ id }) => id)).size).toBe(86);
  });

  test.each(TRAFFIC_CLASSES.filter(({ id }) => !LEFT_OVER.includes(id)))(
    'has the class $id that packets are counted in',
    ({ id }) => {
      expect(vectorOf(id)).not.toBeNull();
    },
  );

  test.each(VECTORS)(
    '$id: predicates are of attributes there are, sets ascend, ranges are not empty',
    ({ recognise }) => {
      for (const predicate of recognise.flat()) {
        expect(NAMES).toContain(predicate.attribute);
        if (predicate.operator === 'range') expect(predicate.value[0]).toBeLessThan(predicate.value[1]);
        if (predicate.operator !== 'in') continue;
        expect(predicate.value.length).toBeGreaterThan(1);
        expect(predicate.value.map(Number)).toEqual(predicate.value.map(Number).toSorted((a, b) => a - b));
      }
    },
  );

  test('what good traffic looks like is never offered as a rule by itself', () => {
    const offered = VECTORS.filter(isKnownBad).map(({ id }) => id);
    for (const id of [
      'tcp-syn',
      'tcp-ack',
      'tcp-pshack',
      'tcp-rst',
      'tcp-oos',
      'tcp-synack-refl',
      'udp-frag',
      'udp-rand',
      'icmp-echo',
      'refl-quic',
      'refl-ike',
      'app-http-get',
      'app-dns-q',
    ])
      expect(offered).not.toContain(id);
    for (const id of ['tcp-xmas', 'tcp-null', 'tcp-syn-ecn', 'udp-port0', 'refl-memcached', 'refl-ntp', 'refl-cldap'])
      expect(offered).toContain(id);
  });
});
