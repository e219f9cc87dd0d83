import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIpsetElements, parseIpsetHeads, parseIpsetSave } from './ipset-parser.js';

// ipset 7.17: create b4 hash:net timeout 60 counters comment maxelem 1000; create b6 hash:ip family inet6; create bp bitmap:port range 0-1023; create ls list:set
const HEADS = `Name: b4
Type: hash:net
Revision: 7
Header: family inet hashsize 1024 maxelem 1000 timeout 60 counters comment bucketsize 12 initval 0x05ff4ce7
Size in memory: 591
References: 2
Number of entries: 1

Name: a b
Type: hash:ip
Revision: 6
Header: family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0xd48d527f
Size in memory: 224
References: 0
Number of entries: 0

Name: bp
Type: bitmap:port
Revision: 3
Header: range 0-1023 timeout 10
Size in memory: 8392
References: 0
Number of entries: 1

Name: ls
Type: list:set
Revision: 3
Header: size 8
Size in memory: 128
References: 0
Number of entries: 1
`;

test('heads of sets', () => {
  expect(parseIpsetHeads(HEADS)).toMatchObject([
    {
      name: 'b4',
      type: 'hash:net',
      flags: ['counter', 'comment', 'timeout'],
      elements: 1,
      maxElements: 1000,
      by: 'ipset',
    },
    { name: 'a b', type: 'hash:ip inet6', flags: [], elements: 0, maxElements: 65_536 },
    { name: 'bp', type: 'bitmap:port', flags: ['timeout'], elements: 1, maxElements: 1024 },
    { name: 'ls', type: 'list:set', flags: [], elements: 1, maxElements: 8 },
  ]);
  expect(parseIpsetHeads('')).toEqual([]);
});

const SAVE = `create b4 hash:net family inet hashsize 1024 maxelem 1000 timeout 60 counters comment bucketsize 12 initval 0x05ff4ce7
add b4 10.0.0.0/8 timeout 59 packets 7 bytes 420 comment "ab x y"
add b4 10.1.0.0/16 timeout 0 packets 0 bytes 0 nomatch
create b4x hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
add b4x 10.0.0.1,tcp:80
`;

test('heads out of a whole listing have their elements counted', () => {
  expect(parseIpsetSave(SAVE)).toMatchObject([
    { name: 'b4', elements: 2, maxElements: 1000, flags: ['counter', 'comment', 'timeout'] },
    { name: 'b4x', elements: 1, maxElements: 65_536 },
  ]);
});

test('elements of one set', () => {
  expect(parseIpsetElements(SAVE, 'b4', 10)).toEqual({
    total: 2,
    elements: [
      { value: '10.0.0.0/8', counter: { packets: 7, bytes: 420 }, expiresSec: 59, timeoutSec: null, comment: 'ab x y' },
      {
        value: '10.1.0.0/16 nomatch',
        counter: { packets: 0, bytes: 0 },
        expiresSec: null,
        timeoutSec: null,
        comment: '',
      },
    ],
  });
  expect(parseIpsetElements(SAVE, 'b4', 1)).toMatchObject({ total: 2, elements: [{ value: '10.0.0.0/8' }] });
  expect(parseIpsetElements(SAVE, 'none', 9)).toEqual({ total: 0, elements: [] });
});

test('a comment is no element, whatever it holds (ipset refuses the quote)', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.boolean(), (raw, fakes) => {
      const comment = `${fakes ? 'x\nadd b4 6.6.6.6 packets 99 bytes 9 ' : ''}${raw}`.replaceAll(/["\\]/g, '');
      const text = `create b4 hash:ip comment\nadd b4 1.1.1.1 comment "${comment}"\nadd b4 2.2.2.2\n`;
      expect(parseIpsetElements(text, 'b4', 9).elements.map((each) => [each.value, each.comment])).toEqual([
        ['1.1.1.1', comment],
        ['2.2.2.2', ''],
      ]);
    }),
  );
});
