import { expect, test } from 'vitest';
import { LinkTypeWatch } from './link-type-watch.js';

test('each type that is not decoded is named once', () => {
  const watch = new LinkTypeWatch();
  const linkTypes = new Map([
    [1, 10],
    [231, 2],
  ]);
  expect(watch.look(linkTypes)).toEqual(['Link type DBUS (231) is not decoded: its frames are counted, no more.']);
  linkTypes.set(231, 5);
  expect(watch.look(linkTypes)).toEqual([]);
  linkTypes.set(9999, 1).set(113, 1);
  expect(watch.look(linkTypes)).toEqual(['Link type 9999 is not decoded: its frames are counted, no more.']);
});

test('of thousands a few are named', () => {
  const watch = new LinkTypeWatch();
  const linkTypes = new Map(Array.from({ length: 3000 }, (_, i) => [40_000 + i, 1] as const));
  expect(watch.look(linkTypes)).toHaveLength(5);
  linkTypes.set(50_000, 1);
  expect(watch.look(linkTypes)).toEqual([]);
});
