/** Text cut into what a reader takes for one character. */

let segmenter: Intl.Segmenter | null = null;

/** The first call takes 10 to 30 ms, for the tables of ICU: plain text should not come here. */
export function graphemesOf(text: string): Iterable<{ readonly segment: string }> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}
