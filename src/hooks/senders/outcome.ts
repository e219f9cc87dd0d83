/** What came of one try. */

export type Outcome =
  | {
      readonly kind: 'sent';
      readonly reference: string | null;
      readonly url: string | null;
      readonly remark: string | null;
    }
  /** Worth another try. `waitMs`: what the other side asked for, or what it needs; null = as usual. */
  | { readonly kind: 'again'; readonly message: string; readonly waitMs: number | null; readonly mostTries?: number }
  /** Final: it would be refused again. */
  | { readonly kind: 'refused'; readonly message: string };

export function sent(
  reference: string | null = null,
  url: string | null = null,
  remark: string | null = null,
): Outcome {
  return { kind: 'sent', reference, url, remark };
}
