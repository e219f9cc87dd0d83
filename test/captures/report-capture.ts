/** The exact report of a capture, in process. */

import { Pipeline } from '../../src/pipeline/pipeline.js';
import { buildReport, type Report } from '../../src/report/report.js';
import { CaptureFile } from '../support/capture-file.js';

/** `rows`: per list. */
export function reportCapture(path: string, rows = 20): Report {
  const pipeline = new Pipeline({ exact: true, ja4Compat: true });
  const file = new CaptureFile(path);
  while (file.step((frames) => pipeline.pushFrames(frames)));
  pipeline.finish();
  const { end } = file;
  const damage = end?.kind === 'damaged' || end?.kind === 'incomplete' ? end : null;
  return buildReport(pipeline, { name: path, format: file.format, damage }, rows);
}
