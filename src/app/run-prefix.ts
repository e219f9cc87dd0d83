/** Begin of the ids of a run's incidents: unique among the runs of a store, short enough to be typed. */
import { randomWord } from '../platform/random-word.js';

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const CELLS = 5;

/** "k3fq9-": 28 million of them. A letter first, so that no shell or sheet takes one for a number. */
export function runPrefix(): string {
  let word = randomWord() >>> 0;
  let text = '';
  for (let i = 0; i < CELLS; i += 1) {
    const from = i === 0 ? 23 : LETTERS.length;
    text += LETTERS[word % from];
    word = Math.floor(word / from);
  }
  return `${text}-`;
}
