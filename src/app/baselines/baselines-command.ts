/** `ddostop baselines`: what the file of baselines says, and forgetting some of it. */
import { readConfig } from '../../config/read-config.js';
import { BaselineStore } from '../../detect/baseline/baseline-store.js';
import { FEATURES } from '../../detect/baseline/features.js';
import { ExitCode, UserError } from '../../errors.js';
import { visibleJson, visibleText } from '../../format/clean-text.js';
import { type Clock, systemClock } from '../../platform/clock.js';
import { writeResult } from '../result-file.js';
import { sayError } from '../standard-error.js';
import { readBaselines, writeBaselines } from './baseline-file.js';
import { defaultBaselineFile } from './baseline-path.js';
import { baselineHours, baselineRows, listText, weekText } from './baselines-text.js';

export type BaselinesRequest =
  | { readonly action: 'list' }
  | { readonly action: 'show'; readonly target: string; readonly feature: string }
  /** Null: all of them. */
  | { readonly action: 'reset'; readonly target: string | null };

export interface BaselinesPlace {
  /** Null: the one of the configuration. */
  readonly file: string | null;
  readonly config: string | null;
  readonly output: string | null;
  readonly isJson: boolean;
  readonly isAscii: boolean;
  readonly clock?: Clock;
}

/** Returns the exit code. Throws UserError when there is nothing to print. */
export async function runBaselines(request: BaselinesRequest, place: BaselinesPlace): Promise<number> {
  const path = await pathOf(place);
  const store = new BaselineStore();
  const { head, isHeadDamaged, damagedLines } = await readBaselines(path, store);
  const isDamaged = isHeadDamaged || damagedLines > 0;
  if (isHeadDamaged) sayError(`BASELINES_DAMAGED: ${path} is no file of baselines, or its first line is damaged.`);
  else if (damagedLines > 0)
    sayError(`BASELINES_DAMAGED: ${damagedLines} lines of ${path} are damaged. The rest was read.`);
  if (request.action === 'reset') {
    // What is no file of ours is not replaced by one.
    if (isHeadDamaged) return ExitCode.damagedInput;
    const atSec = (place.clock ?? systemClock).nowMs() / 1000;
    const forgotten = [...(head?.forgotten ?? []), { target: request.target, atSec }];
    await writeResult(`${await reset(path, store, request.target, { savedSec: atSec, forgotten })}\n`, null);
    return ExitCode.done;
  }
  const text = request.action === 'list' ? list(store, place) : show(store, request.target, request.feature, place);
  await writeResult(text, place.output);
  return isDamaged ? ExitCode.damagedInput : ExitCode.done;
}

async function pathOf({ file, config }: BaselinesPlace): Promise<string> {
  if (file !== null) return file;
  const { baselines } = await readConfig(config);
  return baselines.file ?? defaultBaselineFile();
}

function list(store: BaselineStore, { isJson }: BaselinesPlace): string {
  const rows = baselineRows(store);
  return isJson ? `${visibleJson({ schema: 'ddostop.baseline-list/1', targets: rows }, 2)}\n` : listText(rows);
}

function show(store: BaselineStore, target: string, id: string, { isJson, isAscii }: BaselinesPlace): string {
  const profile = store.get(target);
  if (profile === null) throw unknownTarget(target);
  const feature = FEATURES.findIndex((one) => one.id === id);
  const hours = baselineHours(profile, feature);
  if (!isJson) return weekText(target, profile, feature, hours, isAscii);
  return `${visibleJson({ schema: 'ddostop.baseline/1', target, feature: id, learnedSec: profile.learnedSec, hours }, 2)}\n`;
}

async function reset(
  path: string,
  store: BaselineStore,
  target: string | null,
  head: Parameters<typeof writeBaselines>[2],
): Promise<string> {
  if (target !== null && !store.forget(target)) throw unknownTarget(target);
  const count = target === null ? store.size : 1;
  if (target === null) store.clear();
  await writeBaselines(path, store, head);
  const what = target ?? (count === 1 ? '1 target' : `${count} targets`);
  return `${what} forgotten. A ddostop that runs now forgets it when it writes next, within ten minutes.`;
}

function unknownTarget(target: string): UserError {
  return new UserError(
    'BASELINES_TARGET',
    `nothing is known of "${visibleText(target.slice(0, 80))}"`,
    'ddostop baselines list names what is; IPv6 hosts are known by their /64.',
  );
}
