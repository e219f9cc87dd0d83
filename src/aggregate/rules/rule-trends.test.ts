import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RuleTrends, TREND_POLLS } from './rule-trends.js';

test('equals a plain list of each rule, over rules that come and go and polls that fail', () => {
  const poll = fc.record({ opens: fc.boolean(), closes: fc.nat({ max: 20 }), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(poll, { maxLength: 150 }), (polls) => {
      const trends = new RuleTrends();
      const model: { row: ReturnType<RuleTrends['open']>; values: (number | null)[] }[] = [];
      for (const [at, { opens, closes, fails }] of polls.entries()) {
        trends.nextPoll();
        if (closes < model.length) for (const { row } of model.splice(closes, 1)) trends.close(row.slot);
        if (opens) model.push({ row: trends.open(), values: [] });
        for (const [index, each] of model.entries()) {
          const value = fails || index % 5 === 4 ? null : at + index;
          each.values.push(value);
          if (!fails) trends.write(each.row.slot, value);
        }
        for (const { row, values } of model)
          expect(trends.read(row.slot, row.sincePoll)).toEqual(values.slice(-TREND_POLLS));
      }
    }),
    { numRuns: 30 },
  );
});
