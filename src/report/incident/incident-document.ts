/**
 * What a report says, before anybody decides how it looks: sections of paragraphs, tables, series, lists. Every text in it may hold what an
 * attacker or another program sent, as it came: whoever prints it cleans and escapes it.
 */

export interface ReportDocument {
  readonly title: string;
  /** Under the title: what one must know before anything else. */
  readonly tags: readonly Tag[];
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** What a colour stands for where there are colours. */
export type Tone = 'plain' | 'attack' | 'good' | 'warning';

export interface Tag {
  readonly text: string;
  readonly tone: Tone;
}

export interface Section {
  /** Fixed words, safe as an anchor. */
  readonly id: string;
  /** "" = no heading. */
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly sentences: readonly string[] }
  | { readonly kind: 'facts'; readonly rows: readonly Fact[] }
  | TableBlock
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Text for a machine: its lines stay as they are. */
  | { readonly kind: 'code'; readonly title: string; readonly lines: readonly string[] }
  | ChartBlock;

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface TableBlock {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly Column[];
  /** As many cells as columns. */
  readonly rows: readonly (readonly string[])[];
  /** Under the table; "" = nothing. */
  readonly note: string;
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** 0..1 of each row, drawn as a bar where there is room for one. */
  readonly bars?: readonly number[];
}

export interface ChartBlock {
  readonly kind: 'chart';
  readonly title: string;
  /** Of the picture, in words, for whoever cannot see it. */
  readonly words: string;
  readonly startSec: number;
  /** Seconds each value stands for. */
  readonly stepSec: number;
  readonly unit: 'pps' | 'bit/s';
  /** Largest value of each step; null = no data. */
  readonly total: readonly (number | null)[];
  /** Of it the attack; empty = not known. */
  readonly attack: readonly (number | null)[];
  readonly marks: readonly ChartMark[];
}

export interface ChartMark {
  readonly at: number;
  readonly label: string;
}
