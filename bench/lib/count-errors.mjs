/** How far estimated counts are from exact ones, in percent. */

/**
 * `found`: rows with `key` and `unit`; `exact`: every key that is not below the `top`th, with its count. A key of `exact` is
 * as good as any other that ties with it, so the recall is of min(top, exact.size) keys.
 */
export function topError(found, unit, exact, top) {
  const errors = found
    .filter(({ key }) => exact.has(key))
    .map((each) => (Math.abs(each[unit] - exact.get(each.key)) / exact.get(each.key)) * 100);
  return {
    recall: (errors.length / Math.min(top, exact.size)) * 100,
    mean: errors.length === 0 ? 100 : errors.reduce((sum, error) => sum + error, 0) / errors.length,
    max: errors.length === 0 ? 100 : Math.max(...errors),
  };
}

export function distinctError(estimate, exact) {
  return (Math.abs(estimate - exact) / exact) * 100;
}
