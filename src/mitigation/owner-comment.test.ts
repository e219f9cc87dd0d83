import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ElementComment,
  formatComment,
  MAX_COMMENT_BYTES,
  MAX_OWNERS,
  MAX_TTL_SEC,
  parseComment,
} from './owner-comment.js';

const NONE = { packets: 0, bytes: 0 };

describe('comment of an element', () => {
  test.each<[ElementComment, string]>([
    [
      { owners: [{ id: 'k3f2a', confirmed: false, ttlSec: 600, lifeSec: 30 }], why: 'manual', was: NONE },
      'id=k3f2a:t:600:30 why=manual',
    ],
    [
      {
        owners: [
          { id: 'k3f2a', confirmed: true, ttlSec: 600, lifeSec: 421 },
          { id: 'b2c4d', confirmed: false, ttlSec: 3600, lifeSec: 30 },
        ],
        why: 'tcp-syn',
        was: { packets: 9, bytes: 540 },
      },
      'id=k3f2a:c:600:421,b2c4d:t:3600:30 why=tcp-syn was=9/540',
    ],
  ])('%#', (comment, text) => {
    expect(formatComment(comment)).toBe(text);
    expect(parseComment(text)).toEqual(comment);
  });

  test.each([
    null,
    '',
    'hello',
    'id= why=x',
    'id=K3F2A:t:1:1 why=x',
    'id=k3f2a:t:1:1',
    'id=k3f2a:t:1:1 why=a b',
    'id=k3f2a:x:1:1 why=x',
    'id=k3f2a:t:1:1 why=x"',
    'id=k3f2a:t:1:1, why=x',
    'xid=k3f2a:t:1:1 why=x',
    `id=k3f2a:t:1:1 why=${'x'.repeat(200)}`,
    'id=k3f2a:t:1:1 why=x\n',
  ])('not ours: %j', (text) => {
    expect(parseComment(text)).toBeNull();
  });

  test('stays inside the bytes and characters every nft can reload', () => {
    const owner = fc.record({
      id: fc.stringMatching(/^[a-z2-7]{5}$/),
      confirmed: fc.boolean(),
      ttlSec: fc.integer({ min: 1, max: MAX_TTL_SEC }),
      lifeSec: fc.integer({ min: 1, max: MAX_TTL_SEC }),
    });
    const comment = fc.record({
      owners: fc.array(owner, { minLength: 1, maxLength: MAX_OWNERS }),
      why: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$/),
      was: fc.record({ packets: fc.maxSafeNat(), bytes: fc.maxSafeNat() }),
    });
    fc.assert(
      fc.property(comment, (value) => {
        const text = formatComment(value);
        expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_BYTES);
        expect(text).toMatch(/^[A-Za-z0-9 =:._,@/+-]+$/);
        expect(parseComment(text)?.owners).toEqual(value.owners);
      }),
    );
  });
});
